// The table: one column per engine.

import type { Hello } from './protocol.js';
import type { Tally, Times, Verdict } from './tally.js';

/** Everything that one engine leaves behind. */
export interface EngineReport {
  readonly hello: Hello;
  readonly tally: Tally;
  /** Masks at the places that every engine reached, and the time to the first mask of schemas that all compile. */
  readonly common: Times;
  readonly commonFirst: Times;
  readonly grownBytes: number;
}

const SHARES: readonly (readonly [name: string, share: number])[] = [['p50', 0.5], ['p75', 0.75], ['p90', 0.9], ['p99', 0.99], ['max', 1]];
const VERDICTS: readonly Verdict[] = ['passing', 'refused', 'rejects valid', 'accepts invalid', 'failed', 'crashed', 'timed out'];

/** The whole report as Markdown. */
export function markdown(reports: readonly EngineReport[]): string {
  const rows = tableRows(reports);
  const head = ['', ...reports.map(({ hello }) => `${hello.engine} ${hello.version}`)];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line), '', ...reports.flatMap(refusals)].join('\n');
}

function tableRows(reports: readonly EngineReport[]): string[][] {
  const count = (name: string, value: (report: EngineReport) => number) => [name, ...reports.map((report) => value(report).toLocaleString('en'))];
  const rows = [
    count('schemas', ({ tally }) => tally.verdicts.size),
    ...VERDICTS.map((verdict) => count(verdict, ({ tally }) => tally.count(verdict))),
    count('instances walked: valid', ({ tally }) => tally.validInstances),
    count('instances walked: invalid', ({ tally }) => tally.invalidInstances),
    count('valid instances rejected', ({ tally }) => tally.validRejected),
    count('invalid instances accepted', ({ tally }) => tally.invalidAccepted),
    count('accepted in the order of the file only', ({ tally }) => tally.otherSpelling),
    ...timeRows('mask', 'µs', reports, ({ tally }) => tally.masks),
    ...timeRows('mask and accept', 'µs', reports, ({ tally }) => tally.steps),
    ...timeRows('time to first mask', 'ms', reports, ({ tally }) => tally.toFirstMask),
  ];
  if (reports.length > 1) {
    rows.push(...timeRows('mask where all engines got', 'µs', reports, ({ common }) => common));
    rows.push(...timeRows('time to first mask where all compile', 'ms', reports, ({ commonFirst }) => commonFirst));
  }
  rows.push(['peak resident growth, MB', ...reports.map(({ grownBytes }) => (grownBytes / 1e6).toFixed(0))]);
  rows.push(['clock, µs in every figure', ...reports.map(({ hello }) => (hello.clockNs / 1e3).toFixed(2))]);
  return rows;
}

function timeRows(name: string, unit: 'µs' | 'ms', reports: readonly EngineReport[], of: (report: EngineReport) => Times): string[][] {
  const all = reports.map(of);
  const format = (nanoseconds: number) => (Number.isNaN(nanoseconds) ? '' : digits(nanoseconds / (unit === 'µs' ? 1e3 : 1e6)));
  return [
    [`${name}: count`, ...all.map((times) => times.length.toLocaleString('en'))],
    [`${name}: mean, ${unit}`, ...all.map((times) => format(times.mean))],
    ...SHARES.map(([title, share]) => [`${name}: ${title}, ${unit}`, ...all.map((times) => format(times.percentile(share)))]),
  ];
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function refusals({ hello, tally }: EngineReport): string[] {
  const sorted = sortedRefusals(tally);
  if (sorted.length === 0) return [];
  const shown = sorted.slice(0, 30).map(([keyword, times]) => `${keyword} ${times}`).join(', ');
  return [`${hello.engine} refused by keyword: ${shown}${sorted.length > 30 ? `, and ${sorted.length - 30} more` : ''}`, ''];
}

function sortedRefusals(tally: Tally): [string, number][] {
  return [...tally.refusedBy].sort((a, b) => b[1] - a[1]);
}

/** The same for programs. */
export function toJson(reports: readonly EngineReport[]): unknown {
  const times = (values: Times) => ({ count: values.length, mean: values.mean, ...Object.fromEntries(SHARES.map(([name, share]) => [name, values.percentile(share)])) });
  return reports.map(({ hello, tally, common, commonFirst, grownBytes }) => ({
    engine: hello.engine,
    version: hello.version,
    clockNs: hello.clockNs,
    grownBytes,
    schemas: tally.verdicts.size,
    verdicts: Object.fromEntries(VERDICTS.map((verdict) => [verdict, tally.count(verdict)])),
    validRejected: tally.validRejected,
    invalidAccepted: tally.invalidAccepted,
    otherSpelling: tally.otherSpelling,
    maskNs: times(tally.masks),
    stepNs: times(tally.steps),
    toFirstMaskNs: times(tally.toFirstMask),
    commonMaskNs: times(common),
    commonToFirstMaskNs: times(commonFirst),
    refusedBy: Object.fromEntries(sortedRefusals(tally)),
    faults: tally.faults,
    notPassing: Object.fromEntries([...tally.verdicts].filter(([, verdict]) => verdict !== 'passing')),
  }));
}

// The table of one workload: a column per engine.

import type { Report, Workload } from './protocol.js';

/** One workload with what every engine did. */
export interface Measured {
  readonly name: string;
  readonly workload: Workload;
  readonly neededTokens: number;
  readonly reports: readonly Report[];
}

/** Of several runs of one engine the one with the median time; the prefill rate is the best of all: others were disturbed. */
export function medianReport(reports: readonly Report[]): Report {
  const sorted = [...reports].sort((a, b) => a.wallMs - b.wallMs);
  const median = sorted[sorted.length >> 1] as Report;
  const rates = reports.flatMap(({ prefillRate }) => (prefillRate === undefined ? [] : [prefillRate]));
  return rates.length === 0 ? median : { ...median, prefillRate: Math.max(...rates) };
}

/** The table as Markdown. */
export function markdown({ name, workload, neededTokens, reports }: Measured): string {
  const { jobs } = workload;
  const calls = jobs.length;
  const answerTokens = jobs.reduce((sum, job) => sum + job.answerTokens.length, 0);
  const promptTokens = jobs.reduce((sum, job) => sum + job.promptTokens.length, 0);
  const rate = reports.find(({ prefillRate }) => prefillRate !== undefined)?.prefillRate ?? NaN;
  const [own] = reports;
  const limitMs = (1000 * neededTokens) / rate;
  const row = (title: string, cell: (report: Report) => string | undefined): string[] => [title, ...reports.map((report) => cell(report) ?? '')];
  const seconds = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : (ms / 1000).toFixed(2));
  const rows = [
    row('prompts/s', ({ wallMs }) => digits((1000 * calls) / wallMs)),
    row('time of surecall, as a factor', ({ wallMs }) => `${(wallMs / (own?.wallMs ?? NaN)).toFixed(2)}`),
    row('time per call: median, ms', ({ jobMs }) => digits(median(jobMs))),
    row('first result, s', ({ firstResultMs }) => seconds(firstResultMs)),
    row('load, s', ({ loadMs }) => seconds(loadMs)),
    // What is cached before the clock starts needs no evaluation.
    row('share of the limit', ({ wallMs }) => (name === 'shared' || name === 'bfcl' ? percent(limitMs / wallMs) : undefined)),
    row('prompt tokens evaluated / cached', ({ prefillTokens, cachedTokens }) => (prefillTokens === undefined ? undefined : `${thousands(prefillTokens)} / ${thousands(cachedTokens ?? NaN)}`)),
    row('tokens evaluated in all', ({ evaluatedTokens }) => (evaluatedTokens === undefined ? undefined : thousands(evaluatedTokens))),
    row('prefill / decode, summed over calls, s', ({ prefillMs, decodeMs }) => (prefillMs === undefined ? undefined : `${seconds(prefillMs)} / ${seconds(decodeMs)}`)),
    row('calls of llama_decode', ({ decodes }) => (decodes === undefined ? undefined : thousands(decodes))),
    row('model steps per call', ({ modelSteps }) => (modelSteps === undefined ? undefined : digits(modelSteps / calls))),
    row('model steps / answer tokens', ({ modelSteps }) => (modelSteps === undefined ? undefined : percent(modelSteps / answerTokens))),
    row('draft tokens / accepted', ({ draftTokens, acceptedDraftTokens }) => (draftTokens === undefined ? undefined : `${thousands(draftTokens)} / ${thousands(acceptedDraftTokens ?? NaN)}`)),
    row('time outside llama_decode', ({ wallMs, evaluateMs }) => (evaluateMs === undefined ? undefined : percent(1 - evaluateMs / wallMs))),
    row('processor time, s', ({ cpuMs }) => seconds(cpuMs)),
    row('peak RSS, MB', ({ peakBytes }) => thousands(Math.round(peakBytes / 1e6))),
    row('answers that differ', ({ version, wrong }) => (version === 'free' ? 'not compared' : String(wrong))),
  ];
  return [
    `### ${name}: ${calls} prompts, ${thousands(promptTokens)} prompt tokens, ${thousands(answerTokens)} answer tokens`,
    '',
    `To evaluate at least once: ${thousands(neededTokens)} tokens. Prefill: ${digits(rate)} tokens/s. Limit: ${seconds(limitMs)} s.`,
    '',
    `| | ${reports.map(({ engine, version }) => `${engine}, ${version}`).join(' | ')} |`,
    `|---|${'---:|'.repeat(reports.length)}`,
    ...rows.filter(([, ...cells]) => cells.some((cell) => cell !== '')).map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function digits(value: number): string {
  return value >= 100 ? thousands(Math.round(value)) : value.toPrecision(3);
}

function thousands(value: number): string {
  return value.toLocaleString('en');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

// Reports as Markdown tables.

import { FAILURES } from './answer.js';
import { ALL, type Row } from './summary.js';
import type { Replayed } from './replay.js';

/** What failures are called in reports. */
export const FAILURE_NAMES: Readonly<Record<(typeof FAILURES)[number], string>> = {
  undecodable: 'undecodable',
  schema: 'schema violated',
  tool: 'wrong tool',
  arguments: 'wrong arguments',
  error: 'not answered',
};

/** A table, ready for a README. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const numbers = head.slice(2).map(() => '---:');
  return [line(head), line(['---', '---', ...numbers].slice(0, head.length)), ...rows.map(line)].join('\n');
}

/** The table of a run: a line for each category and arm. */
export function runTable(rows: readonly Row[]): string {
  const hasErrors = rows.some(({ failures }) => failures.error > 0);
  const kinds = FAILURES.filter((failure) => failure !== 'error' || hasErrors);
  const head = ['category', 'arm', 'prompts', 'right', 'failed', ...kinds.map((kind) => FAILURE_NAMES[kind]),
    'retries (tried again / valid / right)', 'tokens', 'steps', 'fast-forwarded', 'tokens per valid call', 'prompt, ms', 'answer, ms'];
  return table(head, rows.map((row) => [
    row.category,
    row.arm,
    String(row.trials),
    percent(1 - row.failureRate),
    percent(row.failureRate),
    ...kinds.map((kind) => percent(row.failures[kind])),
    row.retries === 0 ? '' : `${row.retries} (${row.retried} / ${row.recovered} / ${row.recoveredRight})`,
    row.tokens.toFixed(1),
    row.steps.toFixed(1),
    percent(row.fastForwarded),
    row.tokensPerValidCall?.toFixed(1) ?? 'none valid',
    row.promptMs.toFixed(1),
    row.answerMs.toFixed(1),
  ]));
}

/** The table of a replay, and the misses. */
export function replayTable(results: readonly Replayed[], categories: readonly string[]): string {
  const formats = [...new Set(results.map(({ format }) => format))];
  const groups = [...categories, ALL];
  const rows = formats.flatMap((format) => groups.flatMap((category) => {
    const chosen = results.filter((one) => one.format === format && (category === ALL || one.category === category));
    return chosen.length === 0 ? [] : [replayRow(category, format, chosen)];
  }));
  const head = ['category', 'format', 'answers', 'reachable', 'tokens', 'determined', 'steps: one per token', 'fast-forward', 'and drafts'];
  const misses = results.filter(({ miss }) => miss !== undefined).map(({ id, format, miss = '' }) => `- ${id} (${format}): ${miss}`);
  return [table(head, rows), ...(misses.length === 0 ? [] : ['', 'Not reachable:', '', ...misses])].join('\n');
}

function replayRow(category: string, format: string, results: readonly Replayed[]): string[] {
  const walked = results.filter(({ miss }) => miss === undefined);
  const mean = (of: (one: Replayed) => number | undefined): number => walked.reduce((total, one) => total + (of(one) ?? NaN), 0) / walked.length;
  const tokens = mean((one) => one.tokens);
  const drafts = mean(({ draftSteps }) => draftSteps);
  return [
    category,
    format,
    String(results.length),
    `${percent(walked.length / results.length, 2)} (${walked.length})`,
    tokens.toFixed(1),
    percent(mean(({ forced }) => forced) / tokens),
    tokens.toFixed(1),
    mean(({ fastForwardSteps }) => fastForwardSteps).toFixed(1),
    Number.isNaN(drafts) ? '' : drafts.toFixed(1),
  ];
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}%`;
}

// The figures as tables.

import type { Tally } from './client.js';

/** The memory of the server at a time. */
export interface MemorySample {
  readonly seconds: number;
  readonly requests: number;
  /** Where the system tells. */
  readonly residentBytes: number | undefined;
  readonly heapBytes: number;
  /** Of compiled tools: automatons, states and masks, which are remembered up to a limit. */
  readonly callerBytes: number;
}

/** What the clients saw. */
export function describe(tally: Tally, seconds: number, clients: number, metrics: string): string {
  const { requests, chunks, tokens, errors, firstMs, gapMs, totalMs } = tally;
  const rows: readonly (readonly [string, string])[] = [
    ['clients', `${clients}`],
    ['seconds', seconds.toFixed(1)],
    ['requests / errors', `${requests} / ${errors.length}`],
    ['requests per second', (requests / seconds).toFixed(1)],
    ['answer tokens per second', (tokens / seconds).toFixed(0)],
    ['chunks per second', (chunks / seconds).toFixed(0)],
    ['time to first chunk, ms: p50 / p99 / max', quantiles(firstMs)],
    ['time between chunks, ms: p50 / p99 / max', quantiles(gapMs)],
    ['whole answer, ms: p50 / p99 / max', quantiles(totalMs)],
    ['engine: s busy / in llama.cpp', `${metricOf(metrics, 'surecall_engine_busy_seconds_total').toFixed(1)} / ${metricOf(metrics, 'surecall_engine_evaluate_seconds_total').toFixed(1)}`],
  ];
  return ['| | |', '|---|---:|', ...rows.map(([name, value]) => `| ${name} | ${value} |`), ''].join('\n');
}

export function memoryTable(samples: readonly MemorySample[]): string {
  const megabytes = (bytes: number | undefined): string => (bytes === undefined ? '-' : (bytes / 1e6).toFixed(1));
  const rows = samples.map(({ seconds, requests, residentBytes, heapBytes, callerBytes }) =>
    `| ${seconds.toFixed(0)} | ${requests} | ${megabytes(residentBytes)} | ${megabytes(heapBytes)} | ${megabytes(callerBytes)} |`);
  return ['| seconds | requests | RSS of the server, MB | heap, MB | compiled tools, MB |', '|---:|---:|---:|---:|---:|', ...rows].join('\n');
}

function quantiles(values: number[]): string {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  return `${at(0.5)} / ${at(0.99)} / ${at(1)}`;
}

/** A sample of the server's metrics. */
export function metricOf(metrics: string, name: string): number {
  return Number(metrics.split('\n').find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? Number.NaN);
}

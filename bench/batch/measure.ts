// What all engines' processes have in common: reading the task, running the jobs, the clock, the report.

import { readFileSync } from 'node:fs';
import { mapConcurrently } from '../../lib/caller/pool.js';
import type { Job, Report, Task } from './protocol.js';

/** The task in the file that the process was given. */
export function readTask(): Task {
  return JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Task;
}

/** Prints the report, alone on standard output. */
export function print(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** Tokens that each slot of a peer can hold. */
export function slotSize({ cacheSize, slots, contextSize }: Task): number {
  return Math.max(contextSize, Math.floor(cacheSize / slots));
}

/** An engine that is ready: answers one job with the text of its answer. */
export type AnswerJob = (job: Job) => Promise<string>;

/** Times of a run. */
export type Timed = Pick<Report, 'wallMs' | 'firstResultMs' | 'jobMs' | 'wrong'>;

/** Runs all jobs: two for every slot at once, or one after another. `start` is called when the clock starts. */
export async function runJobs({ workload, mode, answers, slots }: Task, answer: AnswerJob, start: () => void | Promise<void>): Promise<Timed> {
  const { jobs } = workload;
  // One at a time means with what all prompts share already in the cache.
  if (mode === 'serial') await answer(jobs[0] as Job);
  await start();
  const started = performance.now();
  const jobMs: number[] = [];
  let firstResultMs = 0;
  let wrong = 0;
  const work = async (job: Job): Promise<number> => {
    const begun = performance.now();
    const text = await answer(job);
    if (firstResultMs === 0) firstResultMs = performance.now() - started;
    if (answers === 'replay' && text !== job.answer) wrong++;
    return performance.now() - begun;
  };
  for await (const ms of mapConcurrently(jobs, work, { concurrency: mode === 'serial' ? 1 : 2 * slots, order: 'finished' })) jobMs.push(ms);
  return { wallMs: performance.now() - started, firstResultMs, jobMs, wrong };
}

/** A grammar in llama.cpp's notation that admits exactly these tokens. */
export function exactGrammar(tokens: readonly number[]): string {
  return `root ::= ${tokens.map((token) => `<[${token}]>`).join(' ')}`;
}

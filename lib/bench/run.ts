// Going over tasks and arms. Every trial is handed out as soon as it is there, so whoever keeps them can go on after a kill.

import { mapConcurrently } from '../caller/pool.js';
import { describeError } from '../errors.js';
import type { Answered, Arms } from './arms.js';
import type { Arm, Task } from './task.js';

/** One task in one arm: what is kept of it. */
export interface Trial extends Omit<Answered, 'isValid'> {
  readonly id: string;
  readonly category: string;
  readonly arm: Arm;
  /** The last attempt can be read and is valid for the tools. */
  readonly valid: boolean;
}

/** Options of {@link runTrials}. */
export interface RunOptions {
  readonly arms: readonly Arm[];
  /** Trials under way at once. Times mean something with 1 only. */
  readonly concurrency: number;
  /** True for trials of an earlier run. */
  readonly isDone: (id: string, arm: Arm) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Answers all tasks in all arms, the arms of a task one after the other, so that whatever else the machine does disturbs them alike.
 * Yields trials as they are finished.
 *
 * @throws SurecallError `SURECALL_ABORTED`, `SURECALL_DISPOSED`. Other errors become trials with the outcome `error`.
 */
export function runTrials(answers: Pick<Arms, 'answer'>, tasks: readonly Task[], { arms, concurrency, isDone, signal }: RunOptions): AsyncGenerator<Trial, void, undefined> {
  const jobs = tasks.flatMap((task) => arms.filter((arm) => !isDone(task.id, arm)).map((arm) => ({ task, arm })));
  return mapConcurrently(jobs, ({ task, arm }, _, stop) => attempt(answers, task, arm, stop), { concurrency, order: 'finished', signal });
}

async function attempt(answers: Pick<Arms, 'answer'>, task: Task, arm: Arm, signal: AbortSignal): Promise<Trial> {
  const { id, category } = task;
  try {
    const { isValid: valid, ...answered } = await answers.answer(task, arm, signal);
    return { id, category, arm, valid, ...answered };
  } catch (error) {
    const { code, message } = describeError(error);
    if (code === 'SURECALL_ABORTED' || code === 'SURECALL_DISPOSED') throw error;
    const nothing = { text: '', calls: 0, attempts: 1, promptTokens: 0, tokens: 0, fastForwarded: 0, steps: 0, promptMs: 0, answerMs: 0 };
    return { id, category, arm, outcome: 'error', detail: `${code}: ${message}`, valid: false, ...nothing };
  }
}

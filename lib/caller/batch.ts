// Many prompts through one caller: the options, the defaults, and an error in the place of the prompt that failed.

import { describeError, SurecallError, shown } from '../errors.js';
import type { CallOptions } from './caller.js';
import type { Prompt } from './messages.js';
import { mapConcurrently } from './pool.js';
import type { BatchResult, CallResult } from './result.js';

/** Options of `Caller.batch`. */
export interface BatchOptions extends CallOptions {
  /** Most prompts in work or waiting for a slot at once. Default: twice the model's slots. */
  readonly concurrency?: number;
  /** `input` (the default): results in the order of the prompts. `finished`: as they come; `index` says whose they are. */
  readonly order?: 'input' | 'finished';
  /** Called when a prompt is answered or has failed, with how many are. */
  readonly onProgress?: (done: number) => void;
}

/** A prompt that waits for each slot: when an answer ends, the engine begins the next one without asking us. */
const PROMPTS_PER_SLOT = 2;

/** The number of prompts to submit at once to a model with so many slots. */
export function defaultConcurrency(slots: number): number {
  return PROMPTS_PER_SLOT * Math.max(1, slots);
}

/** Answers one prompt. */
export type Answer<Call> = (prompt: Prompt, options: CallOptions) => Promise<CallResult<Call>>;

/**
 * Answers prompts, several at a time. Prompts are read as they are needed.
 *
 * @throws SurecallError `SURECALL_INVALID_OPTION` at once; while iterating `SURECALL_ABORTED`, `SURECALL_DISPOSED`, and
 * what `prompts` or `onProgress` throw.
 */
export function batch<Call>(
  answer: Answer<Call>,
  prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
  slots: number,
  options: BatchOptions,
): AsyncGenerator<BatchResult<Call>, void, undefined> {
  const { concurrency = defaultConcurrency(slots), order = 'input', onProgress, signal, ...each } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new SurecallError('SURECALL_INVALID_OPTION', `concurrency: must be a whole number of at least 1, got ${shown(concurrency)}`);
  }
  if (order !== 'input' && order !== 'finished') {
    throw new SurecallError('SURECALL_INVALID_OPTION', `order: must be "input" or "finished", got ${shown(order)}`);
  }
  if (!isIterable(prompts)) {
    throw new SurecallError('SURECALL_INVALID_OPTION', `prompts: must be a list or another iterable of prompts, got ${shown(prompts)}`);
  }
  let done = 0;
  const work = async (prompt: Prompt, index: number, stop: AbortSignal): Promise<BatchResult<Call>> => {
    const result = await attempt(answer, prompt, index, { ...each, signal: stop });
    onProgress?.(++done);
    return result;
  };
  return mapConcurrently(prompts, work, { concurrency, order, signal });
}

async function attempt<Call>(answer: Answer<Call>, prompt: Prompt, index: number, options: CallOptions): Promise<BatchResult<Call>> {
  try {
    return { index, ...(await answer(prompt, options)) };
  } catch (error) {
    const { code, message } = describeError(error);
    // Neither is the fault of one prompt: the whole batch ends.
    if (code === 'SURECALL_ABORTED' || code === 'SURECALL_DISPOSED') throw error;
    return { index, calls: [], error: { code, message } };
  }
}

/** A text is iterable, too, but as a list of prompts it is a mistake. */
function isIterable(prompts: unknown): boolean {
  return typeof prompts === 'object' && prompts !== null && (Symbol.iterator in prompts || Symbol.asyncIterator in prompts);
}

// One item to one record: a call, or the error in its place.

import type { CallResult } from '../caller/result.js';
import { SurecallError, describeError } from '../errors.js';
import type { PromptCaller } from './environment.js';
import type { Item } from './item.js';
import type { ResultRecord } from './record.js';

/** What became of an item; `result` is absent where the caller failed. */
export interface Outcome {
  readonly record: ResultRecord;
  readonly result?: CallResult;
  readonly failed: boolean;
}

/**
 * Answers one item. A failure becomes part of the outcome, so that the next item can go on.
 *
 * @throws the caller's error where the signal was aborted or the model is gone: then the prompt has no outcome.
 */
export async function answer(caller: PromptCaller, item: Item, signal: AbortSignal): Promise<Outcome> {
  const { key } = item;
  try {
    signal.throwIfAborted();
    if (item.error !== undefined) throw item.error;
    const result = await caller.call(item.prompt, { signal });
    const [call] = result.calls;
    if (call === undefined) {
      const error = new SurecallError('SURECALL_PARSE', `the model made no call (${result.finishReason})`);
      return { record: { ...key, error: describeError(error) }, result, failed: true };
    }
    return { record: { ...key, name: call.name, parameters: call.arguments }, result, failed: false };
  } catch (error) {
    // Without a model every further item would fail, and its error would count as its result.
    if (signal.aborted || describeError(error).code === 'SURECALL_DISPOSED') throw error;
    return { record: { ...key, error: describeError(error) }, failed: true };
  }
}

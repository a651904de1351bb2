// One prompt to one record: a call, or the error in its place.

import type { CallResult } from '../caller/result.js';
import { SurecallError, describeError } from '../errors.js';
import type { PromptCaller } from './environment.js';
import type { ResultRecord } from './results-file.js';

/** What became of a prompt; `result` is absent where the caller failed. */
export interface Outcome {
  readonly record: ResultRecord;
  readonly result?: CallResult;
  readonly failed: boolean;
}

/**
 * Answers one prompt. A failure becomes part of the outcome, so that the next prompt can go on.
 *
 * @throws the caller's error where the signal was aborted: an interrupted prompt has no outcome.
 */
export async function answer(caller: PromptCaller, prompt: string, signal: AbortSignal): Promise<Outcome> {
  try {
    signal.throwIfAborted();
    const result = await caller.call(prompt, { signal });
    const [call] = result.calls;
    if (call === undefined) {
      const error = new SurecallError('SURECALL_PARSE', `the model made no call (${result.finishReason})`);
      return { record: { prompt, error: describeError(error) }, result, failed: true };
    }
    return { record: { prompt, name: call.name, parameters: call.arguments }, result, failed: false };
  } catch (error) {
    if (signal.aborted) throw error;
    return { record: { prompt, error: describeError(error) }, failed: true };
  }
}

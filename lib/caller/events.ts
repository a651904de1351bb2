// What a caller tells while an answer is being written. Types only: the stream, the server and users share them.

import type { CallResult, ToolCall, TraceStep } from './result.js';

/**
 * One event of an answer, in the order in which the model writes. The deltas of `text` add up to `result.content`, those of
 * `thinking` to `result.thinking`, those of `arguments` with one index to the JSON text of that call's arguments: deltas never hold
 * half a character, nor the beginning of what may still turn out to be a tag.
 */
export type CallEvent<Call = ToolCall> =
  | TextEvent
  /** A call has begun and its name is settled. `index` counts the calls of the answer from 0. */
  | { readonly type: 'call'; readonly index: number; readonly id: string; readonly name: string }
  /** More of the arguments, as JSON text with escapes repaired, whatever the wire format. */
  | { readonly type: 'arguments'; readonly index: number; readonly delta: string }
  /** A call is complete. */
  | { readonly type: 'called'; readonly index: number; readonly call: Call }
  /** The last event. */
  | { readonly type: 'end'; readonly result: CallResult<Call> };

/** Text outside of calls, or what the model thinks before it answers. */
export interface TextEvent {
  readonly type: 'text' | 'thinking';
  readonly delta: string;
  /** The steps that wrote this text; present only where a trace was asked for. */
  readonly steps?: readonly TraceStep[];
}

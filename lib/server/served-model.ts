// What the server asks of a model: so little that tests can put a slow or failing one in its place.

import type { CallerOptions, CallOptions } from '../caller/caller.js';
import type { CallEvent } from '../caller/events.js';
import type { Prompt } from '../caller/messages.js';
import type { CallResult } from '../caller/result.js';
import type { EngineStats, TemplateStats } from '../native-types.js';
import type { ToolInput } from '../tools/index.js';

/** A loaded model; `Model` is one. */
export interface ServedModel {
  readonly info: { readonly name: string; readonly path: string; readonly slots: number; readonly contextSize: number };
  readonly vocabulary: { bytes(id: number): Uint8Array };
  caller(tools: readonly ToolInput[], options: CallerOptions): ServedCaller;
  stats(): EngineStats;
}

/** Tools and options, compiled; `Caller` is one. */
export interface ServedCaller {
  readonly template: { readonly stats: TemplateStats };
  /** Ending the iteration or the signal frees the slot. */
  stream(prompt: Prompt, options: CallOptions): AsyncGenerator<CallEvent, CallResult>;
}

// The events of an answer -> `chat.completion.chunk` objects, in OpenAI's order: the role first, what was written, the reason why it
// ended, and the usage where it was asked for.

import type { CallEvent } from '../caller/events.js';
import { type ApiFinishReason, type ApiUsage, callId, type Envelope, finishReason, usageOf } from './completion.js';
import { type Logprobs, logprobsOf } from './logprobs.js';
import type { ServedModel } from './served-model.js';

interface Delta {
  readonly role?: 'assistant';
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly [{
    readonly index: number;
    readonly id?: string;
    readonly type?: 'function';
    readonly function: { readonly name?: string; readonly arguments: string };
  }];
}

/** `chat.completion.chunk`. */
export interface Chunk extends Envelope {
  readonly object: 'chat.completion.chunk';
  readonly choices: readonly { readonly index: 0; readonly delta: Delta; readonly logprobs: Logprobs | null; readonly finish_reason: ApiFinishReason | null }[];
  readonly usage?: ApiUsage | null;
}

/** What the chunks of an answer depend on. */
export interface ChunkOptions {
  readonly includeUsage: boolean;
  readonly topLogprobs: number | undefined;
  readonly vocabulary: ServedModel['vocabulary'];
}

/** Makes the chunks of one answer. */
export class ChunkWriter {
  readonly #head: Envelope;
  readonly #options: ChunkOptions;

  constructor(head: Envelope, options: ChunkOptions) {
    this.#head = head;
    this.#options = options;
  }

  /** Before anything else. */
  first(): Chunk {
    return this.#chunk({ role: 'assistant', content: '' });
  }

  /** What an event adds. */
  chunks(event: CallEvent): Chunk[] {
    switch (event.type) {
      case 'text': {
        const { topLogprobs: top, vocabulary } = this.#options;
        return [this.#chunk({ content: event.delta }, top === undefined ? null : { content: logprobsOf(event.steps, top, vocabulary), refusal: null })];
      }
      case 'thinking':
        return [this.#chunk({ reasoning_content: event.delta })];
      case 'call': {
        const { index, name } = event;
        return [this.#chunk({ tool_calls: [{ index, id: callId(this.#head, index), type: 'function', function: { name, arguments: '' } }] })];
      }
      case 'arguments':
        return [this.#chunk({ tool_calls: [{ index: event.index, function: { arguments: event.delta } }] })];
      case 'called':
        return [];
      case 'end': {
        const last = this.#chunk({}, null, finishReason(event.result));
        return this.#options.includeUsage ? [last, { ...last, choices: [], usage: usageOf(event.result) }] : [last];
      }
    }
  }

  #chunk(delta: Delta, logprobs: Logprobs | null = null, reason: ApiFinishReason | null = null): Chunk {
    return {
      ...this.#head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs, finish_reason: reason }],
      ...(this.#options.includeUsage ? { usage: null } : {}),
    };
  }
}

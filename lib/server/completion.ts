// What is said about an answer in OpenAI's shapes, whole or in chunks.

import { randomBytes } from 'node:crypto';
import type { CallEvent } from '../caller/events.js';
import type { CallResult } from '../caller/result.js';
import type { ServedModel } from './served-model.js';
import { type Logprobs, logprobsOf, type TokenLogprob } from './logprobs.js';

/** What all chunks of an answer, and the whole one, have in common. */
export interface Envelope {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

/** The envelope of an answer that begins now. */
export function envelope(model: string): Envelope {
  return { id: `chatcmpl-${randomBytes(12).toString('hex')}`, created: Math.floor(Date.now() / 1000), model };
}

export interface ApiCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface ApiUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

export type ApiFinishReason = 'stop' | 'length' | 'tool_calls';

/** `chat.completion`. */
export interface Completion extends Envelope {
  readonly object: 'chat.completion';
  readonly choices: readonly [{
    readonly index: 0;
    readonly message: {
      readonly role: 'assistant';
      readonly content: string | null;
      readonly refusal: null;
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly ApiCall[];
    };
    readonly logprobs: Logprobs | null;
    readonly finish_reason: ApiFinishReason;
  }];
  readonly usage: ApiUsage;
}

/** Ids that no other answer uses: a conversation may hold calls of many. */
export function callId(envelope: Envelope, index: number): string {
  return `call_${envelope.id.slice('chatcmpl-'.length)}${index}`;
}

/** Calls are complete even where the budget ended the answer: agents that go on at `tool_calls` may carry them out. */
export function finishReason({ finishReason: reason, calls }: CallResult): ApiFinishReason {
  if (calls.length > 0) return 'tool_calls';
  return reason === 'length' ? 'length' : 'stop';
}

export function usageOf({ usage }: CallResult): ApiUsage {
  const answered = usage.fastForwardedTokens + usage.sampledTokens;
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: answered,
    total_tokens: usage.promptTokens + answered,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens },
  };
}

/** Reads an answer to its end. */
export async function completionOf(
  events: AsyncIterable<CallEvent>,
  head: Envelope,
  { topLogprobs, vocabulary }: { readonly topLogprobs: number | undefined; readonly vocabulary: ServedModel['vocabulary'] },
): Promise<Completion> {
  const tokens: TokenLogprob[] = [];
  const args: string[] = [];
  let result: CallResult | undefined;
  for await (const event of events) {
    if (event.type === 'text' && topLogprobs !== undefined) tokens.push(...logprobsOf(event.steps, topLogprobs, vocabulary));
    if (event.type === 'arguments') args[event.index] = (args[event.index] ?? '') + event.delta;
    if (event.type === 'end') result = event.result;
  }
  if (result === undefined) throw new Error('an answer ended without a result');
  const { content, thinking, calls } = result;
  return {
    ...head,
    object: 'chat.completion',
    choices: [{
      index: 0,
      message: {
        role: 'assistant',
        content: content === '' && calls.length > 0 ? null : content,
        refusal: null,
        ...(thinking === undefined ? {} : { reasoning_content: thinking }),
        ...(calls.length === 0 ? {} : {
          tool_calls: calls.map(({ name, arguments: value }, i) => ({
            id: callId(head, i),
            type: 'function' as const,
            function: { name, arguments: args[i] ?? JSON.stringify(value) },
          })),
        }),
      },
      logprobs: topLogprobs === undefined ? null : { content: tokens, refusal: null },
      finish_reason: finishReason(result),
    }],
    usage: usageOf(result),
  };
}

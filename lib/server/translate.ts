// A request in OpenAI's shape -> what a caller is made of (tools and options, compiled and kept) and what one call takes. Here
// are the rules between members that the body's schema cannot say.

import { randomInt } from 'node:crypto';
import type { CallerOptions, CallOptions } from '../caller/caller.js';
import type { Prompt } from '../caller/messages.js';
import { shown } from '../errors.js';
import type { Thinking } from '../formats/format.js';
import type { ToolInput } from '../tools/index.js';
import { badRequest } from './api-error.js';
import type { ServerLimits } from '../defaults.js';
import type { ChatRequest } from './request-schema.js';
import { responseOf } from './response-format.js';
import { toolChoiceOf } from './tool-choice.js';

/** A request, understood. */
export interface Order {
  readonly tools: readonly ToolInput[];
  /** With the tools: what is compiled. */
  readonly caller: CallerOptions;
  readonly prompt: Prompt;
  readonly call: CallOptions;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Alternatives to show for each token; undefined for no log probabilities. */
  readonly topLogprobs: number | undefined;
}

/**
 * Understands a request.
 *
 * @throws ApiError 400 naming the member at fault.
 */
export function translate(body: ChatRequest, limits: ServerLimits): Order {
  const tools = (body.tools ?? []) as unknown as readonly ToolInput[];
  if (tools.length > limits.tools) throw badRequest('tools', `there are ${tools.length}, and at most ${limits.tools} are allowed`, 'too_many_tools');
  const response = responseOf(body.response_format);
  const toolChoice = toolChoiceOf(body.tool_choice, tools);
  if (response !== undefined && toolChoice !== 'auto' && toolChoice !== 'none') {
    throw badRequest('response_format', 'cannot be combined with a tool choice that requires a call; use "auto" or "none"');
  }
  const stops = typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []);
  return {
    tools,
    caller: {
      toolChoice,
      parallelCalls: body.parallel_tool_calls ?? true,
      thinking: thinkingOf(body.reasoning_effort),
      limits: limits.schema,
      ...(response === undefined ? {} : { response }),
    },
    // Conversations are checked where prompts are made of them.
    prompt: body.messages as unknown as Prompt,
    call: {
      maxTokens: tokensOf(body, limits),
      sampling: samplingOf(body),
      trace: body.logprobs === true,
      ...(stops.length === 0 ? {} : { stop: stops }),
    },
    stream: body.stream === true,
    includeUsage: body.stream_options?.include_usage === true,
    topLogprobs: logprobsOf(body),
  };
}

function tokensOf({ max_completion_tokens: most, max_tokens: older }: ChatRequest, limits: ServerLimits): number {
  const asked = most ?? older;
  if (asked === undefined || asked === null) return limits.defaultTokens;
  if (asked <= limits.tokens) return asked;
  const param = typeof most === 'number' ? 'max_completion_tokens' : 'max_tokens';
  throw badRequest(param, `must be at most ${limits.tokens}, got ${asked}`, 'invalid_value');
}

/** The likeliest token unless a temperature is given: calls gain nothing by chance. */
function samplingOf({ temperature, top_p: topP, top_k: topK, seed }: ChatRequest): NonNullable<CallerOptions['sampling']> {
  return {
    temperature: temperature ?? 0,
    topP: topP ?? 1,
    topK: topK ?? 0,
    // The engine's seeds are not negative; whoever gives none wants another answer each time.
    seed: typeof seed === 'number' ? Math.abs(seed) : randomInt(2 ** 47),
  };
}

function logprobsOf({ logprobs, top_logprobs: top }: ChatRequest): number | undefined {
  if (logprobs === true) return top ?? 0;
  if (typeof top === 'number' && top > 0) throw badRequest('top_logprobs', 'needs logprobs: true');
  return undefined;
}

const THINKING: Readonly<Record<string, Thinking>> = {
  none: 'off',
  minimal: { maxTokens: 128 },
  low: { maxTokens: 512 },
  medium: { maxTokens: 2048 },
  high: 'on',
};

function thinkingOf(effort: string | null | undefined): Thinking {
  if (effort === undefined || effort === null) return 'off';
  const thinking = Object.hasOwn(THINKING, effort) ? THINKING[effort] : undefined;
  if (thinking !== undefined) return thinking;
  throw badRequest('reasoning_effort', `must be one of ${Object.keys(THINKING).join(', ')}, got ${shown(effort)}`);
}

// The body of POST /v1/chat/completions: what is read, what is accepted and left unread, and what is refused. One description
// gives both the validator and the types. Rules between members are in translate.ts.

import { type Static, Type } from 'typebox';

/** Log probabilities of alternatives per choice that the engine records. */
const MOST_ALTERNATIVES = 5;

/** Most stop strings of one request. */
const MOST_STOPS = 16;

const nullable = (type: string): readonly string[] => [type, 'null'];
// Not a union of types: a validator that has one branch names the fault, one that has several names all of them.
const or = <T>(schema: Record<string, unknown>) => Type.Unsafe<T>(schema);
const optional = <T>(type: string, keywords: Record<string, unknown> = {}) =>
  Type.Optional(or<T | null>({ type: nullable(type), ...keywords }));
const unread = () => Type.Optional(Type.Unknown());

// Messages are judged by lib/caller, tools by lib/tools, schemas by the schema compiler.
const Message = Type.Record(Type.String(), Type.Unknown());
const ChatTool = Type.Object({ type: or<'function'>({ enum: ['function'] }), function: Type.Record(Type.String(), Type.Unknown()) });

const Stop = or<string | string[] | null>({ type: ['string', 'array', 'null'], maxItems: MOST_STOPS, items: { type: 'string', minLength: 1 }, minLength: 1 });

/** A request, as far as it is read. */
export type ChatRequest = Static<typeof ChatRequest>;

export const ChatRequest = Type.Object({
  model: Type.String(),
  messages: Type.Array(Message, { minItems: 1 }),
  tools: optional<Static<typeof ChatTool>[]>('array', { items: ChatTool }),
  tool_choice: Type.Optional(or<string | Record<string, unknown> | null>({ type: ['string', 'object', 'null'] })),
  parallel_tool_calls: optional<boolean>('boolean'),
  response_format: optional<Record<string, unknown>>('object'),
  reasoning_effort: optional<string>('string'),
  stream: optional<boolean>('boolean'),
  stream_options: optional<{ include_usage?: boolean | null }>('object', { properties: { include_usage: { type: ['boolean', 'null'] } } }),
  logprobs: optional<boolean>('boolean'),
  top_logprobs: optional<number>('integer', { minimum: 0, maximum: MOST_ALTERNATIVES }),
  max_tokens: optional<number>('integer', { minimum: 1 }),
  max_completion_tokens: optional<number>('integer', { minimum: 1 }),
  stop: Type.Optional(Stop),
  seed: optional<number>('integer', { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
  temperature: optional<number>('number', { minimum: 0, maximum: 2 }),
  top_p: optional<number>('number', { exclusiveMinimum: 0, maximum: 1 }),
  top_k: optional<number>('integer', { minimum: 0, maximum: 1_000_000 }),

  // Accepted where they ask for what is done anyway.
  n: optional<number>('integer', { minimum: 1, maximum: 1 }),
  frequency_penalty: optional<number>('number', { minimum: 0, maximum: 0 }),
  presence_penalty: optional<number>('number', { minimum: 0, maximum: 0 }),
  logit_bias: optional<object>('object', { maxProperties: 0 }),
  modalities: optional<string[]>('array', { items: { enum: ['text'] } }),

  // Accepted and not read: they change nothing about one answer of one local model.
  user: unread(),
  metadata: unread(),
  store: unread(),
  service_tier: unread(),
  safety_identifier: unread(),
  prompt_cache_key: unread(),
  prompt_cache_retention: unread(),
  prediction: unread(),
  verbosity: unread(),
}, { additionalProperties: false });

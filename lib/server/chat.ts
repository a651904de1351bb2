// POST /v1/chat/completions: one request from admission to the last byte. Whatever happens, its place is left and its slot freed.

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { CallEvent } from '../caller/events.js';
import type { ServerLimits } from '../defaults.js';
import type { Admission } from './admission.js';
import { ApiError, toApiError } from './api-error.js';
import type { CallerCache } from './caller-cache.js';
import { ChunkWriter } from './chunks.js';
import { completionOf, envelope } from './completion.js';
import { faultOf } from './fault.js';
import { Lifetime } from './lifetime.js';
import type { Metrics } from './metrics.js';
import type { ChatRequest } from './request-schema.js';
import type { ServedModel } from './served-model.js';
import { data, DONE, KEEP_ALIVE, SSE_HEADERS, WAITING, within } from './sse.js';
import { type Order, translate } from './translate.js';

/** What answering needs. */
export interface ChatParts {
  readonly model: ServedModel;
  /** What the model is called here. */
  readonly name: string;
  readonly limits: ServerLimits;
  readonly admission: Admission;
  readonly callers: CallerCache;
  readonly metrics: Metrics;
  /** The requests under way. */
  readonly lifetimes: Set<Lifetime>;
  /** Told about errors that are the server's own. */
  readonly onError: (error: unknown) => void;
}

type Events = AsyncGenerator<CallEvent, unknown>;

/** A request that was understood and is being answered. */
interface Answering {
  readonly order: Order;
  readonly events: Events;
  readonly lifetime: Lifetime;
  /** Leaves the queue and counts the request; later times do nothing. */
  readonly finish: (status: number) => void;
}

/** Answers one request: a completion, or a stream of events. Throws what {@link toApiError} turns into a response. */
export async function chat(parts: ChatParts, body: ChatRequest, reply: FastifyReply): Promise<unknown> {
  const { name, limits, metrics } = parts;
  const started = performance.now();
  let status = 500;
  const leaving: (() => void)[] = [];
  const finish = (ended: number): void => {
    if (leaving.length === 0) return;
    for (const leave of leaving.splice(0)) leave();
    metrics.ended(ended, performance.now() - started);
  };
  leaving.push(() => undefined);
  try {
    if (body.model !== name) throw unknownModel(body.model);
    const order = translate(body, limits);
    leaving.push(parts.admission.enter());
    const lifetime = new Lifetime(reply.raw, limits.requestMs);
    parts.lifetimes.add(lifetime);
    leaving.push(() => { lifetime.release(); parts.lifetimes.delete(lifetime); });
    const events = parts.callers.get(order).stream(order.prompt, { ...order.call, signal: lifetime.signal });
    const answering: Answering = { order, events: observed(events, parts.metrics, started), lifetime, finish };
    if (order.stream) return await stream(parts, answering, reply);
    const { topLogprobs } = order;
    const { completion } = await completionOf(answering.events, envelope(name), { topLogprobs, vocabulary: parts.model.vocabulary });
    status = 200;
    finish(status);
    return completion;
  } catch (error) {
    const fault = toApiError(error, (one) => faultOf(one, body));
    finish(fault.status);
    throw fault;
  }
}

export function unknownModel(model: string): ApiError {
  return new ApiError(404, `The model ${JSON.stringify(model)} does not exist`, { param: 'model', code: 'model_not_found' });
}

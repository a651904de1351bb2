// POST /v1/chat/completions: one request from admission to the last byte.

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { CallEvent } from '../caller/events.js';
import type { ServerLimits } from '../defaults.js';
import { type ApiError, toApiError } from './api-error.js';
import type { CallerCache } from './caller-cache.js';
import { ChunkWriter } from './chunks.js';
import { completionOf, envelope } from './completion.js';
import { faultOf, unknownModel } from './fault.js';
import type { ChatRequest } from './request-schema.js';
import type { ServedModel } from './served-model.js';
import { data, DONE, KEEP_ALIVE, SSE_HEADERS, WAITING, within } from './sse.js';
import { translate } from './translate.js';
import type { Visit, VisitParts } from './visit.js';

/** What answering needs. */
export interface ChatParts extends VisitParts {
  readonly model: ServedModel;
  /** What the model is called here. */
  readonly name: string;
  readonly limits: ServerLimits;
  readonly callers: CallerCache;
  /** Told about errors that are the server's own. */
  readonly onError: (error: unknown) => void;
}

/**
 * Answers one request: the completion, or a stream of events.
 *
 * @throws ApiError for everything that goes wrong before the first byte.
 */
export async function chat(parts: ChatParts, visit: Visit, body: ChatRequest, reply: FastifyReply): Promise<unknown> {
  const { name, limits, model } = parts;
  const fault = (error: unknown): ApiError => toFault(error, body, visit, parts);
  try {
    if (body.model !== name) throw unknownModel(body.model);
    const order = translate(body, limits);
    visit.enter(limits.requestMs);
    const caller = parts.callers.get(order);
    const events = visit.watch(caller.stream(order.prompt, { ...order.call, signal: visit.signal }));
    const { includeUsage, topLogprobs } = order;
    const { vocabulary } = model;
    if (!order.stream) return await completionOf(events, envelope(name), { topLogprobs, vocabulary });
    const writer = new ChunkWriter(envelope(name), { includeUsage, topLogprobs, vocabulary });
    // Most faults show before the first event: they get a status of their own. But nobody waits long for headers.
    const first = events.next();
    await within(first, limits.keepAliveMs);
    return await reply.headers(SSE_HEADERS).send(Readable.from(sse({ first, events, writer, fault, keepAliveMs: limits.keepAliveMs })));
  } catch (error) {
    throw fault(error);
  }
}

interface Stream {
  /** The first of the events, which has been asked for already. */
  readonly first: Promise<IteratorResult<CallEvent, void>>;
  readonly events: AsyncGenerator<CallEvent, void, undefined>;
  readonly writer: ChunkWriter;
  readonly fault: (error: unknown) => ApiError;
  readonly keepAliveMs: number;
}

/** The text of a stream. The next event is asked for when the client has taken the last one, so nothing piles up. */
async function* sse({ first, events, writer, fault, keepAliveMs }: Stream): AsyncGenerator<string, void, undefined> {
  let next = first;
  try {
    let isOpen = false;
    for (;;) {
      const result = await within(next, keepAliveMs);
      if (result === WAITING) {
        yield KEEP_ALIVE;
        continue;
      }
      if (result.done === true) break;
      if (!isOpen) yield data(writer.first());
      isOpen = true;
      for (const chunk of writer.chunks(result.value)) yield data(chunk);
      next = events.next();
    }
  } catch (error) {
    yield data(fault(error).body);
  } finally {
    await events.return();
  }
  yield DONE;
}

/** What went wrong, as the client is told. Failures of the server itself are reported, too. */
function toFault(error: unknown, body: ChatRequest, visit: Visit, { onError }: ChatParts): ApiError {
  const cause = visit.signal.aborted ? (visit.signal.reason as ApiError) : error;
  const fault = toApiError(cause, (one) => faultOf(one, body));
  visit.status = fault.status;
  if (fault.status === 500) onError(error);
  return fault;
}

// The HTTP side: routes, who may use them, how errors are sent. What a route does is in chat.ts and models.ts.

import cors from '@fastify/cors';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Admission } from './admission.js';
import { ApiError, toApiError } from './api-error.js';
import { keyCheck } from './auth.js';
import { CallerCache } from './caller-cache.js';
import { chat, type ChatParts } from './chat.js';
import { isAtMost } from './depth.js';
import { unknownModel } from './fault.js';
import { fromFastify } from './http-errors.js';
import { Metrics } from './metrics.js';
import type { ResolvedOptions } from './options.js';
import { ChatRequest } from './request-schema.js';
import type { ServedModel } from './served-model.js';
import { Visit } from './visit.js';

/** The one route that needs no key. */
const HEALTH = '/health';
// How often node looks for requests that come too slowly, in milliseconds.
const LATE_CHECK_MS = 5000;

/** An application that does not listen yet, and what the server needs of it to stop. */
export interface App {
  readonly http: FastifyInstance;
  readonly parts: ChatParts;
  /** From now on requests are refused. */
  refuse(): void;
}

/** Builds the application. */
export async function createApp(model: ServedModel, options: ResolvedOptions): Promise<App> {
  const { limits, name, onError } = options;
  const parts = createParts(model, options);
  const checkKey = options.apiKey === undefined ? () => undefined : keyCheck(options.apiKey);
  let isRefusing = false;
  const http = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.receiveMs,
    http: { connectionsCheckingInterval: Math.min(limits.receiveMs, LATE_CHECK_MS) },
    // We refuse in our own words.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allowUnionTypes: true, verbose: true } },
    clientErrorHandler: refuseConnection,
    // What the router cannot read, such as %zz in a path.
    frameworkErrors: (error, _, reply) => { send(reply as FastifyReply, asApiError(error, limits.bodyBytes, onError)); },
  });
  readJson(http);
  if (options.corsOrigins.length > 0) await http.register(cors, { origin: options.corsOrigins.includes('*') ? '*' : [...options.corsOrigins] });

  http.setErrorHandler((error: FastifyError | ApiError, _, reply) => send(reply, asApiError(error, limits.bodyBytes, onError)));
  http.setNotFoundHandler((request, reply) => send(reply, unknownRoute(http, request)));
  http.addHook('onRequest', async (request, reply) => {
    if (isRefusing) {
      void reply.header('connection', 'close');
      throw new ApiError(503, 'the server is shutting down', { code: 'shutting_down', retryAfter: 1 });
    }
    if (request.routeOptions.url !== HEALTH) checkKey(request.headers.authorization);
  });
  addRoutes(http, parts, name);
  http.addHook('onClose', async () => parts.metrics.close());
  return { http, parts, refuse: () => { isRefusing = true; } };
}

/** Bodies are JSON and nothing else: a form or plain text could be sent by any web page without asking. */
function readJson(http: FastifyInstance): void {
  http.removeAllContentTypeParsers();
  const parse = http.getDefaultJsonParser('error', 'ignore');
  http.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) =>
    parse(request, text, (error, value) => done(error === null ? null : notJson(text), value)));
}

function notJson(text: string): ApiError {
  let why = 'a member is called "__proto__"';
  try {
    JSON.parse(text);
  } catch (error) {
    why = text === '' ? 'it is empty' : (error as Error).message;
  }
  return new ApiError(400, `the body is not JSON: ${why}`, { code: 'invalid_json' });
}

function createParts(model: ServedModel, { name, format, limits, onError }: ResolvedOptions): ChatParts {
  const admission = new Admission(model.info.slots, limits.queue);
  const metrics: Metrics = new Metrics({
    running: () => admission.running,
    waiting: () => admission.waiting,
    slots: model.info.slots,
    callers: () => callers.size,
    callerBytes: () => callers.bytes,
    engine: () => model.stats(),
  });
  const callers = new CallerCache(model, { format }, limits, metrics);
  return { model, name, limits, admission, metrics, callers, visits: new Set(), onError };
}

function addRoutes(http: FastifyInstance, parts: ChatParts, name: string): void {
  const { limits, admission, metrics } = parts;
  const card = { id: name, object: 'model', created: Math.floor(Date.now() / 1000), owned_by: 'surecall' };
  http.get(HEALTH, async () => ({ status: 'ok', model: name, running: admission.running, waiting: admission.waiting }));
  http.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  http.get('/v1/models', async () => ({ object: 'list', data: [card] }));
  // Names of models may hold slashes.
  http.get<{ Params: { '*': string } }>('/v1/models/*', async ({ params: { '*': id } }) => {
    if (id !== name) throw unknownModel(id);
    return card;
  });
  const visits = new WeakMap<object, Visit>();
  http.post<{ Body: ChatRequest }>(
    '/v1/chat/completions',
    {
      schema: { body: ChatRequest },
      onRequest: async (request, reply) => { visits.set(request, new Visit(reply.raw, parts)); },
      preValidation: async ({ body }) => {
        if (!isAtMost(body, limits.bodyDepth)) throw new ApiError(400, `the body is nested more than ${limits.bodyDepth} deep`, { code: 'body_too_deep' });
      },
    },
    (request, reply) => chat(parts, visits.get(request) as Visit, request.body, reply),
  );
}

function asApiError(error: FastifyError | ApiError, bodyLimit: number, onError: (error: unknown) => void): ApiError {
  if (error instanceof ApiError) return error;
  const known = fromFastify(error, bodyLimit);
  if (known !== undefined) return known;
  onError(error);
  return toApiError(error);
}

function send(reply: FastifyReply, error: ApiError): FastifyReply {
  if (error.retryAfter !== undefined) void reply.header('retry-after', error.retryAfter);
  // The rest of a body that is too large would be taken for the next request.
  if (error.status === 413) void reply.header('connection', 'close');
  // 499 is for the metrics; nobody is there to receive it.
  return reply.code(error.status).type('application/json; charset=utf-8').send(error.body);
}

function unknownRoute(http: FastifyInstance, { method, url }: FastifyRequest): ApiError {
  const [path = url] = url.split('?');
  const other = (['GET', 'POST'] as const).find((one) => one !== method && http.findRoute({ method: one, url: path }) !== null);
  if (other !== undefined) return new ApiError(405, `${path} takes ${other}, not ${method}`, { code: 'method_not_allowed' });
  return new ApiError(404, `there is no ${method} ${path} here`, { code: 'unknown_url' });
}

/** What is not HTTP, too long, or too slow, before there is a request. */
function refuseConnection(error: NodeJS.ErrnoException, socket: NodeJS.WritableStream & { readonly writable: boolean; destroy(): void }): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? [408, 'Request Timeout'] :
    error.code === 'HPE_HEADER_OVERFLOW' ? [431, 'Request Header Fields Too Large'] : [400, 'Bad Request'];
  const { body } = new ApiError(status as number, `the request cannot be read: ${error.message}`, { code: 'bad_http' });
  const text = JSON.stringify(body);
  socket.write(`HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`);
  socket.end();
}

// server/ is the OpenAI-compatible server: a model in, HTTP out. A request is validated (request-schema.ts), translated
// (translate.ts), let in (admission.ts), answered by a caller that is compiled once (caller-cache.ts), and its events become a
// completion or chunks (completion.ts, chunks.ts). This file starts and stops it.

import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SurecallError } from '../errors.js';
import { ApiError } from './api-error.js';
import { type App, createApp } from './app.js';
import { resolveOptions, type ServerOptions } from './options.js';
import type { ServedModel } from './served-model.js';

/** How long answers that were stopped have to say so. */
const FAREWELL_MS = 1000;
const POLL_MS = 20;

/** A server that listens. */
export interface RunningServer {
  /** Where, as in `http://127.0.0.1:8080`. */
  readonly url: string;
  /** What clients call the model. */
  readonly name: string;
  /**
   * Refuses new requests, lets those under way end within `limits.shutdownMs`, stops the rest and closes. The model stays loaded.
   */
  close(): Promise<void>;
}

/**
 * Serves a model.
 *
 * @throws SurecallError `SURECALL_INVALID_OPTION` where it cannot listen: the address is taken, unknown or not allowed.
 */
export async function startServer(model: ServedModel, options: ServerOptions = {}): Promise<RunningServer> {
  const resolved = resolveOptions(model, options);
  const { host, port, name, limits } = resolved;
  const app = await createApp(model, resolved);
  try {
    await app.http.listen({ host, port });
  } catch (cause) {
    await app.http.close();
    throw new SurecallError('SURECALL_INVALID_OPTION', `cannot listen on ${host}:${port}: ${(cause as Error).message}`, { cause });
  }
  const address = app.http.server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  let closed: Promise<void> | undefined;
  return { url: `http://${shownHost}:${address.port}`, name, close: () => (closed ??= close(app, limits.shutdownMs)) };
}

async function close({ http, parts: { visits }, refuse }: App, shutdownMs: number): Promise<void> {
  refuse();
  const closed = http.close();
  await idle(visits, shutdownMs);
  for (const visit of visits) visit.end(new ApiError(503, 'the server is shutting down', { code: 'shutting_down', retryAfter: 1 }));
  await idle(visits, FAREWELL_MS);
  // Connections that are kept alive would be waited for.
  http.server.closeAllConnections();
  await closed;
}

/** Waits until nobody visits, for so long at most. */
async function idle(visits: ReadonlySet<unknown>, milliseconds: number): Promise<void> {
  const until = performance.now() + milliseconds;
  while (visits.size > 0 && performance.now() < until) await sleep(POLL_MS);
}

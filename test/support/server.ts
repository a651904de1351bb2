// Servers under test, and models for them that do as they are told.

import { connect } from 'node:net';
import type { CallEvent } from '../../lib/caller/events.js';
import type { CallResult } from '../../lib/index.js';
import type { ServerOptions } from '../../lib/server/options.js';
import type { ServedModel } from '../../lib/server/served-model.js';
import { fakeResult } from './fake-command.js';
import { type RunningServer, startServer } from '../../lib/server/server.js';

/** A tool that the bundled model knows how to call. */
export const REVERSE = {
  type: 'function',
  function: {
    name: 'fn_reverse_string',
    description: 'Reverse a string and return the reversed result.',
    parameters: { type: 'object', properties: { s: { type: 'string' } }, required: ['s'] },
  },
} as const;

/** What the bundled model answers with a call of {@link REVERSE}. */
export const QUESTION = [{ role: 'user', content: 'Reverse the string \'hello\'' }] as const;

/** A response, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON, undefined if it is none. */
  readonly json: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into it
}

/** A server, its requests, and its end. */
export interface TestServer extends RunningServer {
  /** Sends a body as JSON, or a text as it is. */
  post(body: unknown, init?: RequestInit): Promise<Answer>;
  get(path: string, init?: RequestInit): Promise<Answer>;
  /** A sample of /metrics. */
  metric(name: string): Promise<number>;
  /** Errors of the server itself. */
  readonly errors: unknown[];
}

/** Starts a server on a free port. */
export async function serve(model: ServedModel, options: ServerOptions = {}): Promise<TestServer> {
  const errors: unknown[] = [];
  const server = await startServer(model, { port: 0, onError: (error) => errors.push(error), ...options });
  const send = async (path: string, init: RequestInit): Promise<Answer> => read(await fetch(server.url + path, init));
  const get = (path: string, init: RequestInit = {}): Promise<Answer> => send(path, init);
  return {
    ...server,
    errors,
    get,
    post: (body, init = {}) => send('/v1/chat/completions', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
      headers: { 'content-type': 'application/json', ...init.headers },
    }),
    metric: async (name) => {
      const { text } = await get('/metrics');
      const line = text.split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    },
  };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // A stream, or metrics.
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** Sends bytes over a connection of its own and gives what came back until it was closed, by us after `closeAfterMs`. */
export function raw(url: string, bytes: string, closeAfterMs?: number): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk) => { received += String(chunk); });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.write(bytes);
    if (closeAfterMs !== undefined) setTimeout(() => socket.destroy(), closeAfterMs);
  });
}

/** The bytes of a POST of `body` to the completions. */
export function postBytes(body: string, headers = ''): string {
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** A result without calls. */
export function textResult(content: string): CallResult {
  return fakeResult('', {}, { calls: [], text: content, content, finishReason: 'stop' });
}

/** A fake model and what became of it. */
export interface FakeModel extends ServedModel {
  /** Answers under way. */
  readonly running: number;
  /** Events that were taken. */
  readonly taken: number;
  readonly compiled: number;
}

/** What a fake model says: it may wait, and throw. */
export type Script = (signal: AbortSignal) => AsyncIterable<CallEvent>;

/** A model that answers each prompt by a script. */
export function fakeModel(script: Script, slots = 2): FakeModel {
  const count = { running: 0, taken: 0, compiled: 0 };
  const zero = { automatonBytes: 1000, stateBytes: 0, maskBytes: 0, instructions: 0, states: 0, masks: 0 };
  const engine = { answers: 0, failures: 0, steps: 0, tokens: 0, rows: 0, cachedTokens: 0, paused: 0, evaluateMs: 0, busyMs: 0 };
  return {
    info: { name: 'fake', path: '/fake.gguf', slots, contextSize: 100 },
    vocabulary: { bytes: (id) => Uint8Array.of(id) },
    stats: () => engine,
    get running() { return count.running; },
    get taken() { return count.taken; },
    get compiled() { return count.compiled; },
    caller() {
      count.compiled++;
      return {
        template: { stats: zero },
        async *stream(_, { signal = new AbortController().signal }) {
          count.running++;
          try {
            for await (const event of script(signal)) {
              count.taken++;
              yield event;
            }
          } finally {
            count.running--;
          }
          return textResult('');
        },
      };
    },
  };
}

/** Until a signal is aborted; rejects then, as the engine does. */
export function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Waits until something is so, for five seconds at most. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 5000; performance.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not within 5 s: ${isSo}`);
}

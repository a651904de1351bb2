// A hub of one repository on this machine, which misbehaves as it is told.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the server got. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly range?: string;
  readonly authorization?: string;
}

/** What may happen to a request for a file's content. Returns true if it answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse, content: Buffer) => boolean;

/** A running hub. */
export interface Hub {
  readonly endpoint: string;
  readonly seen: Seen[];
  /** Faults, one for each request for content; when they are used up, all is well. */
  readonly faults: Fault[];
  /** Answers to the next requests for facts, by status. */
  readonly statuses: number[];
  /** What the hub says about the hash, if not the truth. */
  claimedHash?: string;
  /** Needed for everything. */
  token?: string;
  commit: string;
  readonly files: Map<string, Buffer>;
  /** Requests for content alone. */
  contentRequests(): Seen[];
  close(): Promise<void>;
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Starts a hub with the repository `test/model`. */
export async function startHub(files: Readonly<Record<string, Buffer>>): Promise<Hub> {
  const server = createServer((request, response) => answer(hub, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub: Hub = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    faults: [],
    statuses: [],
    commit: 'c'.repeat(40),
    files: new Map(Object.entries(files)),
    contentRequests: () => hub.seen.filter(({ url }) => url.includes('/resolve/')),
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
  return hub;
}

function answer(hub: Hub, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '', headers } = request;
  hub.seen.push({ method, url, ...(headers.range && { range: headers.range }), ...(headers.authorization && { authorization: headers.authorization }) });
  if (hub.token !== undefined && headers.authorization !== `Bearer ${hub.token}`) return void response.writeHead(401).end();
  const [, commit, path] = /^\/test\/model\/resolve\/([^/]+)\/(.+)$/.exec(url) ?? [];
  if (commit === undefined || path === undefined) return answerFacts(hub, request, response);
  const content = hub.files.get(decodeURIComponent(path));
  if (content === undefined || commit !== hub.commit) return void response.writeHead(404).end();
  const fault = hub.faults.shift();
  if (fault?.(request, response, content) !== true) sendContent(request, response, content);
}

/** `/api/models/...`: the revision, or the facts of files. */
function answerFacts(hub: Hub, request: IncomingMessage, response: ServerResponse): void {
  const status = hub.statuses.shift();
  if (status !== undefined && status !== 200) return void response.writeHead(status, { 'Retry-After': '0' }).end();
  const json = (value: unknown): void => void response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  if (/^\/api\/models\/test\/model\/revision\/(main|c{40})\?/.test(request.url ?? '')) {
    return json({ _id: '1', id: 'test/model', sha: hub.commit, siblings: [...hub.files.keys()].map((rfilename) => ({ rfilename })) });
  }
  if (!(request.url ?? '').startsWith('/api/models/test/model/paths-info/')) return void response.writeHead(404).end();
  let body = '';
  request.on('data', (chunk) => { body += String(chunk); });
  request.on('end', () => {
    const { paths } = JSON.parse(body) as { readonly paths: readonly string[] };
    json(paths.flatMap((path) => {
      const content = hub.files.get(path);
      if (content === undefined) return [];
      return [{ type: 'file', path, size: content.length, oid: 'a'.repeat(40), lfs: { oid: hub.claimedHash ?? sha256(content), size: content.length, pointerSize: 130 } }];
    }));
  });
}

/** What a good server does with a range. */
export function sendContent(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? NaN);
  if (Number.isNaN(from)) return void response.writeHead(200, { 'Content-Length': content.length }).end(content);
  response.writeHead(206, { 'Content-Length': content.length - from, 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` });
  response.end(content.subarray(from));
}

/** Sends some bytes, then cuts the line. */
export function dropAfter(bytes: number): Fault {
  return (request, response, content) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from === 0 ? 200 : 206, { 'Content-Length': content.length - from, ...(from === 0 ? {} : { 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` }) });
    response.write(content.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 20));
    return true;
  };
}

/** Answers with a status. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Fault {
  return (_, response) => {
    response.writeHead(code, headers).end();
    return true;
  };
}

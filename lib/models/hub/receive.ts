// One file over HTTP, however badly the line or the server behaves: it is resumed where it broke off, and appears under its name
// only when it is complete and its hash is right.

import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SurecallError } from '../../errors.js';

/** How long to wait for what. */
export interface Patience {
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly stallMs: number;
  /** Tries in a row that brought nothing before giving up. */
  readonly tries: number;
  /** Milliseconds before the second try; doubles with each. */
  readonly pauseMs: number;
  /** Most milliseconds between two tries, whatever the server asks for. */
  readonly longestPauseMs: number;
}

export const DEFAULT_PATIENCE: Patience = { stallMs: 30_000, tries: 6, pauseMs: 500, longestPauseMs: 60_000 };

/** A file to receive. */
export interface Receipt {
  /** What the user calls it: in errors. */
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it goes; `target.incomplete` until it is complete. */
  readonly target: string;
  readonly size: number;
  /** SHA-256 of the content, or git's hash of it. */
  readonly hash: { readonly kind: 'sha256' | 'git'; readonly value: string };
  /** Called with the bytes that are there. */
  readonly onBytes?: (received: number) => void;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
}

/** A failure that another try may mend. */
class Passing extends Error {
  constructor(message: string, readonly pauseMs?: number) {
    super(message);
  }
}

/**
 * Receives the file.
 *
 * @throws SurecallError `SURECALL_DOWNLOAD` saying what went wrong and what to do; whatever the signal makes of it. What was received stays as
 * `target.incomplete` for the next time, unless it is wrong or the disk is full.
 */
export async function receive(receipt: Receipt): Promise<void> {
  await mkdir(dirname(receipt.target), { recursive: true });
  for (const isLast of [false, true]) {
    const { hash, wasResumed } = await receiveBytes(receipt);
    if (hash === receipt.hash.value) return rename(`${receipt.target}.incomplete`, receipt.target);
    await rm(`${receipt.target}.incomplete`, { force: true });
    // What an earlier run left may have been damaged; one more try, from the beginning, tells.
    if (isLast || !wasResumed) {
      throw failure(receipt, `what was received is not the file (${receipt.hash.kind} ${hash}, expected ${receipt.hash.value}); it was deleted`);
    }
  }
}

/** Receives all bytes into the incomplete file, with pauses and new tries, and returns their hash. */
async function receiveBytes(receipt: Receipt): Promise<{ hash: string; wasResumed: boolean }> {
  const { patience = DEFAULT_PATIENCE, signal } = receipt;
  const file = await PartialFile.open(receipt);
  const wasResumed = file.length > 0;
  try {
    await needSpace(receipt, file.length);
    for (let fruitless = 0; file.length < receipt.size; ) {
      const before = file.length;
      try {
        await receiveOnce(receipt, file, patience);
      } catch (error) {
        if (!(error instanceof Passing)) throw error;
        fruitless = file.length > before ? 1 : fruitless + 1;
        if (fruitless >= patience.tries) {
          throw failure(receipt, `${error.message}, ${fruitless} times; ${file.length} of ${receipt.size} bytes are there and will be used by the next try`);
        }
        const pause = error.pauseMs ?? patience.pauseMs * 2 ** (fruitless - 1);
        await sleep(Math.min(pause, patience.longestPauseMs), undefined, signal === undefined ? {} : { signal });
      }
    }
    return { hash: await file.finish(), wasResumed };
  } catch (error) {
    if (isDiskFull(error)) {
      await file.remove();
      throw failure(receipt, `the disk is full; what was received was deleted (${megabytes(receipt.size)} are needed in ${dirname(receipt.target)})`, error);
    }
    throw error;
  } finally {
    await file.close();
    if (file.length === 0) await file.remove();
  }
}

/** One request, from where the file ends. */
async function receiveOnce(receipt: Receipt, file: PartialFile, patience: Patience): Promise<void> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), patience.stallMs);
  const signal = receipt.signal === undefined ? stall.signal : AbortSignal.any([receipt.signal, stall.signal]);
  try {
    // Identity, because parts of a compressed answer are not parts of the file.
    const headers = { ...receipt.headers, 'Accept-Encoding': 'identity', ...(file.length > 0 ? { Range: `bytes=${file.length}-` } : {}) };
    const response = await fetch(receipt.url, { headers, signal });
    await startOf(receipt, response, file);
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      await file.append(chunk as Uint8Array);
      receipt.onBytes?.(file.length);
      if (file.length > receipt.size) {
        await file.remove();
        throw failure(receipt, `the server sends more than the ${receipt.size} bytes that the file has`);
      }
    }
    if (file.length < receipt.size) throw new Passing('the connection ended early');
  } catch (error) {
    if (error instanceof Passing || error instanceof SurecallError || isFileError(error) || receipt.signal?.aborted === true) throw error;
    throw new Passing(stall.signal.aborted ? `nothing came for ${patience.stallMs / 1000} seconds` : `the connection failed (${reasonOf(error)})`);
  } finally {
    clearTimeout(timer);
  }
}

/** Checks the status, and goes back to the beginning if that is where the server starts. */
async function startOf(receipt: Receipt, response: Response, file: PartialFile): Promise<void> {
  const { status } = response;
  if (status === 206) {
    const from = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]);
    if (from === file.length) return;
    await response.body?.cancel();
    await file.restart();
    throw new Passing(`the server answered with another part of the file than was asked for`);
  }
  if (status === 200) return file.restart();
  await response.body?.cancel();
  if (status === 416) {
    await file.restart();
    throw new Passing('the server has no such part of the file');
  }
  throw statusError(receipt, status, response.headers);
}

/** What a status other than success means. */
function statusError(receipt: Receipt, status: number, headers: Headers): Error {
  if (status === 429 || status === 408 || status >= 500) {
    return new Passing(`the server answered ${status}`, pauseWanted(headers.get('retry-after')));
  }
  return failure(receipt, explainStatus(status));
}

/** What a status that another try will not change means, in words. */
export function explainStatus(status: number): string {
  if (status === 401 || status === 403) return `access was refused (${status}): set HF_TOKEN to a token that may read it, and accept the model's licence on its page if it has one`;
  if (status === 404 || status === 410) return `there is no such file (${status})`;
  return `the server answered ${status}`;
}

/** `Retry-After`, in milliseconds: seconds or a date. */
function pauseWanted(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The file while it grows, and the hash of what it holds. */
class PartialFile {
  length = 0;
  #hash: Hash;

  private constructor(readonly path: string, readonly handle: FileHandle, readonly receipt: Receipt) {
    this.#hash = emptyHash(receipt);
  }

  /** Opens what an earlier run left, if anything. */
  static async open(receipt: Receipt): Promise<PartialFile> {
    const path = `${receipt.target}.incomplete`;
    const size = await stat(path).then((found) => found.size, () => 0);
    const file = new PartialFile(path, await open(path, size > 0 ? 'r+' : 'w'), receipt);
    if (size > receipt.size) await file.restart();
    else await file.#readBack(size);
    return file;
  }

  async #readBack(size: number): Promise<void> {
    if (size === 0) return;
    for await (const chunk of this.handle.createReadStream({ autoClose: false, start: 0, end: size - 1 })) {
      this.receipt.signal?.throwIfAborted();
      this.#hash.update(chunk as Buffer);
      this.length += (chunk as Buffer).length;
    }
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let written = 0; written < chunk.length; ) {
      written += (await this.handle.write(chunk, written, chunk.length - written, this.length + written)).bytesWritten;
    }
    this.#hash.update(chunk);
    this.length += chunk.length;
  }

  async restart(): Promise<void> {
    await this.handle.truncate(0);
    this.length = 0;
    this.#hash = emptyHash(this.receipt);
  }

  /** Everything is on the disk; its hash. */
  async finish(): Promise<string> {
    await this.handle.sync();
    return this.#hash.digest('hex');
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

function emptyHash({ hash, size }: Receipt): Hash {
  // git hashes a header with the content.
  return hash.kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

/** Before anything is fetched that cannot be kept. */
async function needSpace(receipt: Receipt, received: number): Promise<void> {
  const disk = await statfs(dirname(receipt.target)).catch(() => undefined);
  const needed = receipt.size - received;
  if (disk === undefined || disk.bavail * disk.bsize >= needed) return;
  throw failure(receipt, `the disk has no room for it: ${megabytes(needed)} are needed in ${dirname(receipt.target)}, ${megabytes(disk.bavail * disk.bsize)} are free`);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A failure of our own disk, which no other try mends. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && /^(write|open|ftruncate|fsync|read)$/.test(String(error.syscall)) && !('address' in error);
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'EFBIG');
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function failure(receipt: Receipt, what: string, cause?: unknown): SurecallError {
  return new SurecallError('SURECALL_DOWNLOAD', `${receipt.name}: ${what}`, { cause, details: { url: receipt.url, target: receipt.target } });
}

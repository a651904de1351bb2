// Results as lines of a file. Each is handed to the system with one write as soon as it is there, so what was reported
// as done survives the process, however it ends. It does not at once survive the machine: the disk is asked to keep the
// lines a second after they were written, in the background, and once more at the end. A power failure therefore costs
// the last second, which `--resume` answers again. To wait for the disk at every line would cost milliseconds each.

import { closeSync, createReadStream, fdatasync, fdatasyncSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { SurecallError } from '../errors.js';
import { unreadableFile } from './json-file.js';
import { type Line, readLines } from './lines.js';
import { notWritable } from './path.js';
import type { ResultSink } from './record.js';

const SYNC_AFTER_MS = 1000;

/** A file of JSON lines that is being written. */
export class LinesFile implements ResultSink {
  readonly #path: string;
  #file: number | undefined;
  #count = 0;
  /** Bytes of complete lines. */
  #size = 0;
  #timer: NodeJS.Timeout | undefined;
  #sync: Promise<void> | undefined;
  #failure: SurecallError | undefined;

  /** For a regular file, or one that is not there yet; it is made or emptied with the first line. */
  constructor(path: string) {
    this.#path = path;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Reads the lines that are there and goes on behind them; a last line without its line break is cut off: the process
   * that wrote it was killed.
   *
   * @throws SurecallError `SURECALL_OUTPUT_FILE` for a line that is no record.
   */
  async *resume(): AsyncGenerator<{ readonly record: object; readonly number: number }, void, undefined> {
    if (statSync(this.#path, { throwIfNoEntry: false }) === undefined) return;
    const stream = createReadStream(this.#path, { highWaterMark: 1 << 18 });
    try {
      for await (const line of readLines(stream as AsyncIterable<Buffer>)) {
        if (!line.isEnded) break;
        yield { record: this.#parse(line), number: line.number };
        this.#count++;
        this.#size = line.end;
      }
    } catch (cause) {
      throw unreadableFile(this.#path, cause);
    }
    this.#file = this.#open('r+');
  }

  add(record: object): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#file ??= this.#open('w');
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      // At its place, not at the end: a failed write leaves nothing that the next could follow.
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at, bytes.length - at, this.#size + at);
    } catch (cause) {
      this.#failure = notWritable(this.#path, cause);
      this.#cut(this.#file);
      throw this.#failure;
    }
    this.#size += bytes.length;
    this.#count++;
    this.#timer ??= setTimeout(() => this.#startSync(), SYNC_AFTER_MS).unref();
  }

  /** Nothing is kept in memory. */
  flush(): void {}

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sync;
    if (this.#file === undefined && this.#failure === undefined) this.#file = this.#open('w');
    const file = this.#file;
    this.#file = undefined;
    try {
      if (file === undefined) return;
      fdatasyncSync(file);
      closeSync(file);
    } catch (cause) {
      this.#failure ??= notWritable(this.#path, cause);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #open(flags: 'w' | 'r+'): number {
    try {
      const file = openSync(this.#path, flags);
      ftruncateSync(file, this.#size);
      return file;
    } catch (cause) {
      throw notWritable(this.#path, cause);
    }
  }

  /** Leaves complete lines only. On a full disk that works: it needs no room. */
  #cut(file: number): void {
    try {
      ftruncateSync(file, this.#size);
    } catch {
      // The first failure is the one to report; `--resume` cuts the file, too.
    }
  }

  #startSync(): void {
    this.#timer = undefined;
    const file = this.#file;
    if (file === undefined) return;
    this.#sync = new Promise((resolve) => {
      fdatasync(file, (cause) => {
        if (cause !== null) this.#failure ??= notWritable(this.#path, cause);
        resolve();
      });
    });
  }

  #parse({ text, number }: Line): object {
    try {
      const value: unknown = JSON.parse(text ?? '');
      if (typeof value === 'object' && value !== null) return value;
    } catch {
      // Said below.
    }
    throw new SurecallError('SURECALL_OUTPUT_FILE', `${this.#path}:${number}: is not a record of an earlier run: --resume cannot go on behind it`, {
      details: { path: this.#path, line: number },
    });
  }
}

// The output file: valid JSON with every finished result at any moment, however the process ends.

import { accessSync, constants, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { SurecallError } from '../errors.js';
import type { ErrorCode } from '../errors.js';

/** One entry of the output file: a call, or the error in its place. */
export type ResultRecord =
  | { readonly prompt: string; readonly name: string; readonly parameters: Readonly<Record<string, unknown>> }
  | { readonly prompt: string; readonly error: { readonly code: ErrorCode; readonly message: string } };

// After a write that took t the next one waits 20 t, so that writing costs at most a twentieth of the time. The whole
// file is written each time: without the pause, thousands of results would cost quadratic time. A file of the usual
// size takes a fraction of a millisecond and is written after every result.
const PAUSE_PER_WRITE = 20;

/** A list of results on disk. Writes replace the file at once (a temporary file, renamed): readers never see half of one. */
export class ResultsFile {
  readonly #path: string;
  /** Pipes and devices cannot be renamed over: they get the whole list once, at the end. */
  readonly #isStream: boolean;
  readonly #entries: string[] = [];
  #changed = true;
  #nextWrite = 0;
  #timer: NodeJS.Timeout | undefined;
  #failure: SurecallError | undefined;

  private constructor(path: string, isStream: boolean) {
    this.#path = path;
    this.#isStream = isStream;
  }

  /**
   * Prepares to write: creates the folder; the file itself is first written with the first result.
   *
   * @throws SurecallError `SURECALL_OUTPUT_FILE` where the path is a folder or its folder cannot be written.
   */
  static open(path: string): ResultsFile {
    const existing = statOf(path);
    if (existing?.isDirectory()) throw new SurecallError('SURECALL_OUTPUT_FILE', `${path}: is a folder`, { details: { path } });
    if (existing !== undefined && !existing.isFile()) return new ResultsFile(path, true);
    try {
      // A link stays a link: what is replaced is the file that it names.
      const target = existing === undefined ? path : realpathSync(path);
      mkdirSync(dirname(target), { recursive: true });
      accessSync(dirname(target), constants.W_OK);
      return new ResultsFile(target, false);
    } catch (cause) {
      throw notWritable(path, cause);
    }
  }

  /** How many results there are. */
  get count(): number {
    return this.#entries.length;
  }

  /**
   * Adds a result and writes the file, now or, where writing has become slow, a moment later.
   *
   * @throws SurecallError `SURECALL_OUTPUT_FILE` where writing fails, or failed since the last call.
   */
  add(record: ResultRecord): void {
    this.#entries.push(JSON.stringify(record, null, 2).replaceAll(/^/gm, '  '));
    this.#changed = true;
    this.#throwFailure();
    if (this.#isStream) return;
    const wait = this.#nextWrite - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.#flushLater(), wait).unref();
  }

  /**
   * Writes what is not yet on disk.
   *
   * @throws SurecallError `SURECALL_OUTPUT_FILE`.
   */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#changed || this.#isStream) return;
    const started = performance.now();
    this.#replace();
    this.#changed = false;
    const ended = performance.now();
    this.#nextWrite = ended + PAUSE_PER_WRITE * (ended - started);
  }

  /**
   * Writes the rest; an empty list where there were no results.
   *
   * @throws SurecallError `SURECALL_OUTPUT_FILE`.
   */
  close(): void {
    this.#throwFailure();
    this.flush();
    if (!this.#isStream) return;
    try {
      writeFileSync(this.#path, this.#text());
    } catch (cause) {
      throw notWritable(this.#path, cause);
    }
  }

  #text(): string {
    return this.#entries.length === 0 ? '[]\n' : `[\n${this.#entries.join(',\n')}\n]\n`;
  }

  #replace(): void {
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, this.#text());
      renameSync(temporary, this.#path);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw notWritable(this.#path, cause);
    }
  }

  /** A timer has nobody to throw to: the failure waits for the next call. */
  #flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      this.#failure = error as SurecallError;
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

function notWritable(path: string, cause: unknown): SurecallError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new SurecallError('SURECALL_OUTPUT_FILE', `${path}: cannot be written (${reason})`, { cause, details: { path } });
}

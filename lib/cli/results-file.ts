// The output file: valid JSON with every finished result at any moment, however the process ends.

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { SurecallError } from '../errors.js';
import { notWritable, type OutputPath } from './path.js';
import type { ResultRecord, ResultSink } from './record.js';

// After a write that took t the next one waits 20 t, so that writing costs at most a twentieth of the time. The whole
// file is written each time: without the pause, thousands of results would cost quadratic time. A file of the usual
// size takes a fraction of a millisecond and is written after every result.
const PAUSE_PER_WRITE = 20;

/** A list of results on disk. Writes replace the file at once (a temporary file, renamed): readers never see half of one. */
export class ResultsFile implements ResultSink {
  readonly #path: string;
  /** Pipes and devices cannot be renamed over: they get the whole list once, at the end. */
  readonly #isStream: boolean;
  readonly #entries: string[] = [];
  #changed = true;
  #nextWrite = 0;
  #timer: NodeJS.Timeout | undefined;
  #failure: SurecallError | undefined;

  /** The file itself is first written with the first result. */
  constructor({ target, isStream }: OutputPath) {
    this.#path = target;
    this.#isStream = isStream;
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

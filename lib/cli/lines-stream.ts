// Results as lines of a pipe: standard output, a device, a named pipe. A slow reader slows the run down.

import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { SurecallError } from '../errors.js';
import { notWritable } from './path.js';
import type { ResultRecord, ResultSink } from './record.js';

/** A stream of JSON lines that is being written. */
export class LinesStream implements ResultSink {
  readonly #stream: NodeJS.WritableStream;
  readonly #name: string;
  readonly #isOwn: boolean;
  #count = 0;
  #failure: SurecallError | undefined;
  #wake = (): void => undefined;

  private constructor(stream: NodeJS.WritableStream, name: string, isOwn: boolean) {
    this.#stream = stream;
    this.#name = name;
    this.#isOwn = isOwn;
    stream.on('error', this.#onError);
  }

  /** Writes to a pipe or a device. */
  static open(path: string): LinesStream {
    return new LinesStream(createWriteStream(path), path, true);
  }

  /** Writes to a stream that stays open. */
  static to(stream: NodeJS.WritableStream): LinesStream {
    return new LinesStream(stream, 'standard output', false);
  }

  get count(): number {
    return this.#count;
  }

  async add(record: ResultRecord): Promise<void> {
    this.#throwFailure();
    const hasRoom = this.#stream.write(`${JSON.stringify(record)}\n`);
    this.#count++;
    if (hasRoom) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.once('drain', resolve);
    });
    this.#throwFailure();
  }

  /** A stream writes when its reader reads. */
  flush(): void {}

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      // Node passes the failure, if there is one, here first and to 'error' later.
      const onDone = (cause?: Error | null): void => (cause ? this.#onError(cause) : resolve());
      if (this.#failure !== undefined) resolve();
      else if (this.#isOwn) this.#stream.end(onDone);
      // An empty write is done when all before it are.
      else this.#stream.write('', onDone);
    });
    // Its errors are again the business of whoever owns it.
    if (!this.#isOwn) this.#stream.off('error', this.#onError);
    this.#throwFailure();
  }

  #onError = (cause: Error): void => {
    // Whoever writes to a stream that has failed is told only that it is gone.
    const { errored } = this.#stream as Partial<Writable>;
    this.#failure ??= notWritable(this.#name, errored ?? cause);
    this.#wake();
  };

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

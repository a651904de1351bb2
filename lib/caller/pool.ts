// Many inputs through an asynchronous function, several at a time. Whatever the length of the input, memory is bounded:
// an input is read only when there is room for its work and for its result.

import { setMaxListeners } from 'node:events';
import { SurecallError } from '../errors.js';

/** Options of {@link mapConcurrently}. */
export interface PoolOptions {
  /** Most inputs in work at once, 1 or more. */
  readonly concurrency: number;
  /** Results in the order of the inputs, or as they come. */
  readonly order: 'input' | 'finished';
  /** Stops everything: the iteration ends with `SURECALL_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** Work on one input. A rejection ends the whole iteration; `signal` says that the result is no longer wanted. */
export type Work<I, O> = (input: I, index: number, signal: AbortSignal) => Promise<O>;

/**
 * Finished results that may wait for an earlier one, or for the consumer, before reading stops. In the order of the
 * input one slow answer holds back all that follow: this many short ones can be made in the meantime.
 */
export const READ_AHEAD = 64;

/**
 * Maps inputs to results, `concurrency` at a time, started in their order. At most `concurrency + READ_AHEAD` inputs
 * are read beyond the last result that was handed out. Work goes on while the consumer is busy, within these bounds.
 *
 * When the input fails, what was read before is finished and handed out first. Leaving the iteration aborts what runs,
 * waits for it to end and closes the input.
 *
 * @throws what `work` or the input throws; SurecallError `SURECALL_ABORTED`.
 */
export async function* mapConcurrently<I, O>(
  inputs: Iterable<I> | AsyncIterable<I>,
  work: Work<I, O>,
  options: PoolOptions,
): AsyncGenerator<O, void, undefined> {
  const pool = new Pool(inputs, work, options);
  try {
    for (;;) {
      const next = await pool.next();
      if (next === undefined) return;
      yield next.value;
    }
  } finally {
    await pool.stop();
  }
}

class Pool<I, O> {
  readonly #iterator: Iterator<I> | AsyncIterator<I>;
  readonly #isAsync: boolean;
  readonly #work: Work<I, O>;
  readonly #options: PoolOptions;
  readonly #abort = new AbortController();
  /** Finished and not handed out, under their indices. */
  readonly #finished = new Map<number, O>();
  #read = 0;
  #running = 0;
  #handedOut = 0;
  #isReading = false;
  #isEnded = false;
  #inputFailure: { readonly error: unknown } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wake = (): void => undefined;

  constructor(inputs: Iterable<I> | AsyncIterable<I>, work: Work<I, O>, options: PoolOptions) {
    this.#work = work;
    this.#options = options;
    // One listener for each work that runs: as many as are asked for, and no leak.
    setMaxListeners(0, this.#abort.signal);
    this.#isAsync = Symbol.asyncIterator in inputs;
    this.#iterator = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (options.signal?.aborted === true) this.#onAbort();
  }

  /** The next result; undefined when there are no more. */
  async next(): Promise<{ readonly value: O } | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const result = this.#take();
      this.#fill();
      if (result !== undefined) return result;
      if (this.#isEnded && this.#handedOut === this.#read) {
        if (this.#inputFailure !== undefined) throw this.#inputFailure.error;
        return undefined;
      }
      await this.#change();
    }
  }

  /** Aborts what runs and waits for it to end. Safe to call after everything has ended. */
  async stop(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    const isComplete = this.#isEnded;
    this.#isEnded = true;
    this.#abort.abort();
    while (this.#running > 0) await this.#change();
    if (isComplete) return;
    const closed = Promise.resolve(this.#iterator.return?.());
    // A generator that waits for its own input closes only when that comes: not our wait.
    if (this.#isReading) closed.catch(() => undefined);
    else await closed;
  }

  #onAbort = (): void => {
    this.#fail(new SurecallError('SURECALL_ABORTED', 'the batch was aborted', { cause: this.#options.signal?.reason }));
    this.#abort.abort();
  };

  /** Starts work while there are inputs and room. */
  #fill(): void {
    while (!this.#isEnded && !this.#isReading && this.#failure === undefined && this.#hasRoom()) {
      try {
        const next = this.#iterator.next();
        if (this.#isAsync) this.#receive(next as Promise<IteratorResult<I>>);
        else this.#accept(next as IteratorResult<I>);
      } catch (error) {
        this.#endInput({ error });
      }
    }
  }

  #hasRoom(): boolean {
    const { concurrency } = this.#options;
    return this.#running < concurrency && this.#read - this.#handedOut < concurrency + READ_AHEAD;
  }

  #receive(next: Promise<IteratorResult<I>>): void {
    this.#isReading = true;
    next
      .then((result) => {
        this.#isReading = false;
        if (!this.#isEnded) this.#accept(result);
      })
      .catch((error: unknown) => {
        this.#isReading = false;
        this.#endInput({ error });
      })
      .finally(() => this.#changed());
  }

  #accept(next: IteratorResult<I>): void {
    if (next.done === true) this.#endInput();
    else void this.#run(next.value, this.#read++);
  }

  #endInput(failure?: { readonly error: unknown }): void {
    this.#isEnded = true;
    this.#inputFailure ??= failure;
  }

  async #run(input: I, index: number): Promise<void> {
    this.#running++;
    try {
      this.#finished.set(index, await this.#work(input, index, this.#abort.signal));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#running--;
      this.#changed();
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /** A Map remembers the order of insertion: its first entry is the result that finished first. */
  #take(): { readonly value: O } | undefined {
    const index = this.#options.order === 'input' ? this.#handedOut : this.#finished.keys().next().value;
    if (index === undefined || !this.#finished.has(index)) return undefined;
    const value = this.#finished.get(index) as O;
    this.#finished.delete(index);
    this.#handedOut++;
    return { value };
  }

  #changed(): void {
    this.#fill();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => { this.#wake = resolve; });
  }
}

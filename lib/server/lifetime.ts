// What ends a request early: its client goes away, its time is up, or the server stops. One signal says all of them.

import type { ServerResponse } from 'node:http';
import { ApiError } from './api-error.js';

/** How long a client has to take what was written for it, once its time is up. */
const LINGER_MS = 5000;

/** The end of one request. */
export class Lifetime {
  readonly #abort = new AbortController();
  readonly #response: ServerResponse;
  readonly #timer: NodeJS.Timeout;
  #linger: NodeJS.Timeout | undefined;

  /** Begins now. `milliseconds` is how long the request may take. */
  constructor(response: ServerResponse, milliseconds: number) {
    this.#response = response;
    response.once('close', this.#onClose);
    this.#timer = setTimeout(() => this.#onTimeout(milliseconds), milliseconds);
  }

  /** Aborted with an {@link ApiError} that says why. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Ends the request. */
  end(reason: ApiError): void {
    this.#abort.abort(reason);
  }

  /** The answer is complete, or has failed: nothing ends it any more. */
  release(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#linger);
    this.#response.off('close', this.#onClose);
  }

  /** What an error that came of the signal really means. */
  reasonOf(error: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : error;
  }

  // Also emitted after a response was sent as a whole: by then it has been released.
  #onClose = (): void => {
    clearTimeout(this.#timer);
    clearTimeout(this.#linger);
    this.end(new ApiError(499, 'the client closed the connection', { code: 'client_closed' }));
  };

  #onTimeout(milliseconds: number): void {
    this.end(new ApiError(504, `the answer took longer than ${milliseconds / 1000} s`, { code: 'timeout' }));
    // Whoever does not even take the message keeps no connection.
    this.#linger = setTimeout(() => this.#response.destroy(), LINGER_MS);
  }
}

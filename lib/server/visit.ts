// One request under way: its place among the others, the signal that ends it early, and what is counted when it is over.

import type { ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { CallEvent } from '../caller/events.js';
import type { Admission, Leave } from './admission.js';
import { ApiError } from './api-error.js';
import type { Metrics } from './metrics.js';

/** What visits share. */
export interface VisitParts {
  readonly admission: Admission;
  readonly metrics: Metrics;
  /** All visits that have begun and not ended. */
  readonly visits: Set<Visit>;
}

/** How long a client has to take what was written for it, once its time is up. */
const LINGER_MS = 5000;

/** Begins with a request and ends when its response is closed, whether it was sent as a whole or not. */
export class Visit {
  /** The status that is counted; the one that was sent, where nothing else is said. */
  status: number | undefined;
  readonly #parts: VisitParts;
  readonly #response: ServerResponse;
  readonly #abort = new AbortController();
  readonly #started = performance.now();
  #leave: Leave | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, parts: VisitParts) {
    this.#response = response;
    this.#parts = parts;
    parts.visits.add(this);
    response.once('close', this.#onClose);
  }

  /** Aborted with an {@link ApiError} that says why: the client went away, the time is up, the server stops. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /**
   * Takes a place, for so many milliseconds at most.
   *
   * @throws ApiError 429 where there is none.
   */
  enter(milliseconds: number): void {
    this.#leave = this.#parts.admission.enter();
    this.#timer = setTimeout(() => this.end(new ApiError(504, `the answer took longer than ${milliseconds / 1000} s`, { code: 'timeout' })), milliseconds);
  }

  /** Ends the visit for a reason. Whoever does not even take the message keeps no connection. */
  end(reason: ApiError): void {
    if (this.signal.aborted) return;
    this.#abort.abort(reason);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#response.destroy(), LINGER_MS);
  }

  /** The same events; the place is left with the last of them, however slowly the client takes what it was sent. */
  async *watch(events: AsyncIterable<CallEvent>): AsyncGenerator<CallEvent, void, undefined> {
    const { metrics } = this.#parts;
    let isFirst = true;
    try {
      for await (const event of events) {
        if (isFirst) metrics.answering(performance.now() - this.#started);
        isFirst = false;
        if (event.type === 'end') metrics.answered(event.result);
        yield event;
      }
    } finally {
      this.#leave?.();
    }
  }

  #onClose = (): void => {
    const { metrics, visits } = this.#parts;
    clearTimeout(this.#timer);
    if (!this.#response.writableFinished && !this.signal.aborted) {
      this.#abort.abort(new ApiError(499, 'the client closed the connection', { code: 'client_closed' }));
    }
    this.#leave?.();
    visits.delete(this);
    const reason = this.signal.aborted ? (this.signal.reason as ApiError).status : undefined;
    metrics.ended(this.status ?? reason ?? this.#response.statusCode, performance.now() - this.#started);
  };
}

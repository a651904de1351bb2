// How many requests are inside: as many as there are slots are answered, a bounded number waits, one more is refused at once.
// The order among those inside is the engine's.

import { ApiError } from './api-error.js';

/** A place inside; leaving twice is leaving once. */
export type Leave = () => void;

// Bounds of what a client is told to wait, in seconds.
const SHORTEST_WAIT = 1;
const LONGEST_WAIT = 60;
/** Weight of the newest answer in the mean time of answers. */
const NEWEST = 0.2;

/** Counts requests in and out. */
export class Admission {
  readonly #slots: number;
  readonly #queue: number;
  #inside = 0;
  #meanMs = 0;

  constructor(slots: number, queue: number) {
    this.#slots = slots;
    this.#queue = queue;
  }

  /** Requests that have a slot, as far as can be told from outside the engine. */
  get running(): number {
    return Math.min(this.#inside, this.#slots);
  }

  /** Requests that wait for one. */
  get waiting(): number {
    return this.#inside - this.running;
  }

  /** @throws ApiError 429 with the time after which there is probably room. */
  enter(): Leave {
    if (this.#inside >= this.#slots + this.#queue) {
      const message = `all ${this.#slots} slots are busy and ${this.#queue} requests are waiting; try again later`;
      throw new ApiError(429, message, { code: 'queue_full', retryAfter: this.#wait() });
    }
    this.#inside++;
    const entered = performance.now();
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#inside--;
      this.#meanMs += NEWEST * (performance.now() - entered - this.#meanMs);
    };
  }

  /** About the time until one of those inside leaves, in seconds. */
  #wait(): number {
    const seconds = Math.ceil(this.#meanMs / 1000 / this.#slots);
    return Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, seconds));
  }
}

// Compiled tools and options, kept for the next request that brings the same ones. Clients send all their tools with every
// request, so this is what makes compiling them rare. Compiling is synchronous: equal requests never compile twice.

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { CallerOptions } from '../caller/caller.js';
import type { ServedCaller, ServedModel } from './served-model.js';
import type { Order } from './translate.js';

/** How many are kept. */
export interface CallerCacheLimits {
  readonly callers: number;
  /** Bytes of automatons, states and masks, which grow while a caller is used. */
  readonly callerBytes: number;
}

/** What all callers of a server have in common. */
export type CommonOptions = Pick<CallerOptions, 'format'>;

/** What is told about the cache. */
export interface CallerCacheEvents {
  readonly onHit: () => void;
  readonly onCompiled: (milliseconds: number) => void;
}

export class CallerCache {
  readonly #model: ServedModel;
  readonly #common: CommonOptions;
  readonly #limits: CallerCacheLimits;
  readonly #events: CallerCacheEvents;
  readonly #callers: LRUCache<string, ServedCaller>;

  constructor(model: ServedModel, common: CommonOptions, limits: CallerCacheLimits, events: CallerCacheEvents) {
    this.#model = model;
    this.#common = common;
    this.#limits = limits;
    this.#events = events;
    this.#callers = new LRUCache({ max: limits.callers });
  }

  get size(): number {
    return this.#callers.size;
  }

  /** Bytes held by everything that is kept. */
  get bytes(): number {
    let sum = 0;
    for (const caller of this.#callers.values()) sum += bytesOf(caller);
    return sum;
  }

  /**
   * The caller for the tools and options of a request.
   *
   * @throws SurecallError what `model.caller` throws; nothing is kept then.
   */
  get({ tools, caller: options }: Order): ServedCaller {
    const key = createHash('sha256').update(JSON.stringify([tools, options])).digest('base64');
    const known = this.#callers.get(key);
    if (known !== undefined) {
      this.#events.onHit();
      return known;
    }
    this.#shrink();
    const started = performance.now();
    const caller = this.#model.caller(tools, { ...this.#common, ...options });
    this.#events.onCompiled(performance.now() - started);
    this.#callers.set(key, caller);
    return caller;
  }

  /** Forgets what was not used for the longest time. Answers under way keep theirs. */
  #shrink(): void {
    for (let bytes = this.bytes; bytes > this.#limits.callerBytes; ) {
      const oldest = this.#callers.pop();
      if (oldest === undefined) return;
      bytes -= bytesOf(oldest);
    }
  }
}

function bytesOf({ template }: ServedCaller): number {
  const { automatonBytes, stateBytes, maskBytes } = template.stats;
  return automatonBytes + stateBytes + maskBytes;
}

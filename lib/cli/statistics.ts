// What a run adds up to, for the closing line.

import type { Usage } from '../caller/result.js';

/** Sums over the prompts of one run. */
export class RunStatistics {
  #prompts = 0;
  #failed = 0;
  #fastForwarded = 0;
  #sampled = 0;
  #modelSteps = 0;
  readonly #started = performance.now();

  /** How many prompts failed. */
  get failed(): number {
    return this.#failed;
  }

  /** Counts a prompt that was answered. */
  addResult(usage: Usage): void {
    this.#prompts++;
    this.#fastForwarded += usage.fastForwardedTokens;
    this.#sampled += usage.sampledTokens;
    this.#modelSteps += usage.modelSteps;
  }

  /** Counts a prompt that failed. */
  addFailure(): void {
    this.#prompts++;
    this.#failed++;
  }

  /** The closing line; `now` is a time of `performance.now()`. */
  summary(now = performance.now()): string {
    const seconds = (now - this.#started) / 1000;
    const rate = seconds > 0 ? this.#prompts / seconds : 0;
    const tokens = this.#fastForwarded + this.#sampled;
    const share = tokens === 0 ? 0 : this.#fastForwarded / tokens;
    return [
      `${counted(this.#prompts, 'prompt')} in ${seconds.toFixed(1)} s (${rate.toFixed(1)} prompts/s)`,
      `${counted(tokens, 'token')}, ${(100 * share).toFixed(0)}% fast-forwarded`,
      counted(this.#modelSteps, 'model step'),
      ...(this.#failed === 0 ? [] : [`${this.#failed} failed`]),
    ].join(', ');
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

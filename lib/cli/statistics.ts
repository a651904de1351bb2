// What a run adds up to: the closing line, and the table of --stats.

import type { CallResult, Timings, Usage } from '../caller/result.js';

type Sums<T> = { -readonly [K in keyof T]: number };

/** Sums over the prompts of one run. */
export class RunStatistics {
  #prompts = 0;
  #failed = 0;
  readonly #usage: Sums<Omit<Usage, 'removedMass'>> = {
    promptTokens: 0, cachedTokens: 0, fastForwardedTokens: 0, sampledTokens: 0, modelSteps: 0, draftTokens: 0, acceptedDraftTokens: 0,
  };
  readonly #timings: Sums<Timings> = { queuedMs: 0, prefillMs: 0, decodeMs: 0, maskMs: 0, totalMs: 0 };
  readonly #started = performance.now();

  /** How many prompts failed. */
  get failed(): number {
    return this.#failed;
  }

  /** Counts a prompt; one that failed may have no result. */
  add(result: CallResult | undefined, failed: boolean): void {
    this.#prompts++;
    if (failed) this.#failed++;
    if (result === undefined) return;
    addTo(this.#usage, result.usage);
    addTo(this.#timings, result.timings);
  }

  /** The closing line; `now` is a time of `performance.now()`. */
  summary(now = performance.now()): string {
    const seconds = (now - this.#started) / 1000;
    const rate = seconds > 0 ? this.#prompts / seconds : 0;
    const { fastForwardedTokens, sampledTokens, modelSteps } = this.#usage;
    const tokens = fastForwardedTokens + sampledTokens;
    const share = tokens === 0 ? 0 : fastForwardedTokens / tokens;
    return [
      `${counted(this.#prompts, 'prompt')} in ${seconds.toFixed(1)} s (${rate.toFixed(1)} prompts/s)`,
      `${counted(tokens, 'token')}, ${(100 * share).toFixed(0)}% fast-forwarded`,
      counted(modelSteps, 'model step'),
      ...(this.#failed === 0 ? [] : [`${this.#failed} failed`]),
    ].join(', ');
  }

  /** The table of `--stats`: totals of usage and timings, a line each. */
  table(): string {
    const { promptTokens, cachedTokens, fastForwardedTokens, sampledTokens, draftTokens, acceptedDraftTokens, modelSteps } = this.#usage;
    const { queuedMs, prefillMs, decodeMs, maskMs, totalMs } = this.#timings;
    const perCall = this.#prompts === 0 ? 0 : modelSteps / this.#prompts;
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
    return [
      `prompt tokens   ${promptTokens}, of these ${cachedTokens} cached`,
      `answer tokens   ${fastForwardedTokens + sampledTokens}: ${fastForwardedTokens} fast-forwarded, ${sampledTokens} sampled`,
      `drafts          ${counted(draftTokens, 'token')} evaluated ahead, ${acceptedDraftTokens} of them right`,
      `model steps     ${modelSteps}, ${perCall.toFixed(1)} per call`,
      // Calls that run side by side share their steps: the sums may exceed the time on the clock.
      `time, summed    waiting ${seconds(queuedMs)}, prefill ${seconds(prefillMs)}, decode ${seconds(decodeMs)}, masks and choices ${seconds(maskMs)}, all ${seconds(totalMs)}`,
    ].map((line) => `  ${line}\n`).join('');
  }
}

function addTo<T extends object>(sums: Sums<T>, values: T): void {
  for (const name of Object.keys(sums) as (keyof T)[]) sums[name] += Number(values[name]);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

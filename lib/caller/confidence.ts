// How sure the model was: products of the probabilities of its choices.

import type { Choice } from '../native-types.js';

/**
 * The choices of an answer, in their order, for products over parts of its text. A choice belongs to every part that has one of its
 * bytes, so one that ends a part and begins the next counts in both; what was determined counts nowhere. Probabilities are among
 * what was allowed, at temperature 1.
 */
export class Confidence {
  readonly #choices: Choice[] = [];
  /** Sums of log probabilities: of the first n choices. */
  readonly #sums = [0];

  constructor(choices: readonly Choice[] = []) {
    this.add(choices);
  }

  /** Adds choices that follow those that are known. */
  add(choices: readonly Choice[]): void {
    for (const choice of choices) {
      // The end of generation writes nothing.
      if (choice.ends) continue;
      this.#choices.push(choice);
      this.#sums.push((this.#sums.at(-1) as number) + choice.logprob);
    }
  }

  /** The product of the probabilities of all choices that wrote a byte of [begin, end): 1 where there are none. */
  of(begin: number, end: number): number {
    const from = this.#first((choice) => choice.end > begin);
    const to = this.#first((choice) => choice.begin >= end);
    return from >= to ? 1 : Math.min(1, Math.exp((this.#sums[to] as number) - (this.#sums[from] as number)));
  }

  /** The index of the first choice of which this is true, as it is of all that follow. */
  #first(isAt: (choice: Choice) => boolean): number {
    let low = 0;
    let high = this.#choices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAt(this.#choices[middle] as Choice)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

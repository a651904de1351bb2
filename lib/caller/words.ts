// Words of requests and of what tools are described with, and how much they tell.
//
// Much as in full-text search: a word counts by how rare it is, in the language and among those that have it. How rare in the language is
// read from the vocabulary: merges of byte pairs are numbered in the order of their frequency (Sennrich et al. 2016), so `the` has a small
// number, and a word without a token of its own is rare. So there is no list of stop words, and no language is preferred.
// Words are the same that have the same beginning: `convert` and `converting`.

import type { Vocabulary } from '../mask.js';

/** Common beginnings that make two words one: at least so many letters, and so much of the longer word. */
const LEAST_LETTERS = 4;
const LEAST_SHARE = 0.6;

/** Tokens below this share of the vocabulary are about equally common: letters, syllables, the commonest words. */
const COMMONEST = 1 / 150;

/** Words whose rarity is remembered. */
const MOST_KNOWN = 10_000;

/** Words in lower case; `camelCase` and `snake_case` are taken apart. Numbers and single letters say nothing. */
export function wordsOf(text: string): string[] {
  const parted = text.replaceAll(/(?<=[\p{Ll}\d])(?=\p{Lu})/gu, ' ').toLowerCase();
  return (parted.match(/[\p{L}\p{M}\d]+/gu) ?? []).filter((word) => word.length > 1 && !/^\d+$/u.test(word));
}

/** Two words that begin alike. */
export function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  let common = 0;
  while (common < Math.min(a.length, b.length) && a[common] === b[common]) common++;
  return common >= LEAST_LETTERS && common >= LEAST_SHARE * Math.max(a.length, b.length);
}

/** How much a word tells of which of `count` owners is meant, by what it is worth for each that has it: 1 if one has it, 0 if all have. */
export function telling(worths: readonly number[], count: number): number {
  if (count < 2) return 1;
  const owners = worths.reduce((sum, each) => sum + each, 0) / Math.max(...worths);
  return Math.max(0, 1 - Math.log(owners) / Math.log(count));
}

/** How rare words are in the language. */
export class WordRarity {
  readonly #vocabulary: Vocabulary;
  readonly #known = new Map<string, number>();

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** From 0 for the commonest words to 1 for those that are no token. */
  of(word: string): number {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const [token = 0, ...more] = this.#vocabulary.tokenize(` ${word}`);
    const { size } = this.#vocabulary;
    const rarity = more.length > 0 ? 1 : Math.min(1, Math.log(1 + token / (COMMONEST * size)) / Math.log(1 + 1 / COMMONEST));
    if (this.#known.size < MOST_KNOWN) this.#known.set(word, rarity);
    return rarity;
  }
}

/** What words are worth for their owners, such as tools by index. */
export class WordIndex<Owner> {
  readonly #worth = new Map<string, Map<Owner, number>>();
  /** Words by their first letters, of which similar words have the same. */
  readonly #similar = new Map<string, string[]>();

  /** Each word of a text is worth `weight` for `owner`, or what it is worth already if that is more. */
  add(owner: Owner, words: Iterable<string>, weight: number): void {
    for (const word of words) {
      let worth = this.#worth.get(word);
      if (worth === undefined) {
        this.#worth.set(word, (worth = new Map<Owner, number>()));
        const key = word.slice(0, LEAST_LETTERS);
        this.#similar.set(key, [...(this.#similar.get(key) ?? []), word]);
      }
      worth.set(owner, Math.max(weight, worth.get(owner) ?? 0));
    }
  }

  /** What a word, or one that is the same, is worth for each owner. */
  find(said: string): Map<Owner, number> {
    const found = new Map<Owner, number>();
    for (const word of this.#similar.get(said.slice(0, LEAST_LETTERS)) ?? []) {
      if (!isSame(word, said)) continue;
      for (const [owner, weight] of this.#worth.get(word) ?? []) found.set(owner, Math.max(weight, found.get(owner) ?? 0));
    }
    return found;
  }
}

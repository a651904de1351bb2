// Which tools share rare words with a request, and which enumerated values it mentions. The model decides; this is a hint for models
// that know less of language than of words.
//
// Much as in full-text search: a word counts by how rare it is, in the language and among the tools. How rare in the language is read
// from the vocabulary: merges of byte pairs are numbered in the order of their frequency (Sennrich et al. 2016), so `the` has a small number,
// and a word without a token of its own is rare. So there is no list of stop words, and no language is preferred.
// Words are the same that have the same beginning: `convert` and `converting`.

import type { Vocabulary } from '../mask.js';
import type { Tool } from '../tools/index.js';

/** What a word is worth by where a tool has it. */
const WEIGHTS = { name: 1, description: 0.8, parameters: 0.5 } as const;

/** Common beginnings that make two words one: at least so many letters, and so much of the longer word. */
const LEAST_LETTERS = 4;
const LEAST_SHARE = 0.6;

/** Tokens below this share of the vocabulary are about equally common: letters, syllables, the commonest words. */
const COMMONEST = 1 / 150;

/** Of enumerated values that a request mentions, in characters, and how many of them. */
const LONGEST_VALUE = 256;
const MOST_VALUES = 64;

/** The words of a caller's tools. */
export class ToolWords {
  readonly #tools: readonly Tool[];
  readonly #vocabulary: Vocabulary;
  /** By word: what it is worth for each tool that has it, by index. */
  readonly #worth = new Map<string, Map<number, number>>();
  /** Words by their first letters, of which similar words have the same. */
  readonly #similar = new Map<string, string[]>();
  readonly #rarity = new Map<string, number>();
  /** Enumerated values, with their words. */
  readonly #values = new Map<string, string[]>();

  constructor(tools: readonly Tool[], vocabulary: Vocabulary) {
    this.#tools = tools;
    this.#vocabulary = vocabulary;
    for (const [index, { name, description, parameters }] of tools.entries()) {
      this.#add(index, name, WEIGHTS.name);
      this.#add(index, firstSentence(description), WEIGHTS.description);
      for (const [parameter, schema] of Object.entries(parameters.properties ?? {})) {
        const values = enumerated(schema);
        this.#add(index, [parameter, ...values].join(' '), WEIGHTS.parameters);
        for (const value of values) this.#values.set(value, wordsOf(value));
      }
    }
    for (const word of this.#worth.keys()) {
      const key = word.slice(0, LEAST_LETTERS);
      this.#similar.set(key, [...(this.#similar.get(key) ?? []), word]);
    }
  }

  /** How much speaks for each of several tools, by name: 0 for nothing, 1 for one rare word in its name that no other tool has. */
  scores(said: string): Map<string, number> {
    const scores = this.#tools.map(() => 0);
    for (const word of new Set(wordsOf(said))) {
      const worth = this.#worthOf(word);
      if (worth.size === 0) continue;
      const worths = [...worth.values()];
      const tools = worths.reduce((sum, each) => sum + each, 0) / Math.max(...worths);
      const telling = Math.max(0, 1 - Math.log(tools) / Math.log(this.#tools.length));
      for (const [tool, each] of worth) scores[tool] = (scores[tool] ?? 0) + each * telling * this.#rarityOf(word);
    }
    return new Map(this.#tools.map(({ name }, i) => [name, scores[i] ?? 0]));
  }

  /** The enumerated values of the tools whose words are all in a request, the longest first. */
  mentioned(said: string): string[] {
    const words = wordsOf(said);
    const isSaid = (word: string): boolean => words.some((each) => isSame(word, each));
    const found = [...this.#values].filter(([value, parts]) => parts.length > 0 && value.length <= LONGEST_VALUE && parts.every(isSaid));
    return found.map(([value]) => value).sort((a, b) => b.length - a.length).slice(0, MOST_VALUES);
  }

  #add(tool: number, text: string, weight: number): void {
    for (const word of wordsOf(text)) {
      const worth = this.#worth.get(word) ?? new Map<number, number>();
      this.#worth.set(word, worth.set(tool, Math.max(weight, worth.get(tool) ?? 0)));
    }
  }

  /** What a word of a request is worth for each tool. */
  #worthOf(said: string): Map<number, number> {
    const found = new Map<number, number>();
    for (const word of this.#similar.get(said.slice(0, LEAST_LETTERS)) ?? []) {
      if (!isSame(word, said)) continue;
      for (const [tool, weight] of this.#worth.get(word) ?? []) found.set(tool, Math.max(weight, found.get(tool) ?? 0));
    }
    return found;
  }

  /** From 0 for the commonest words to 1 for those that are no token. Kept for words of tools, of which there are not many. */
  #rarityOf(word: string): number {
    const known = this.#rarity.get(word);
    if (known !== undefined) return known;
    const [token = 0, ...more] = this.#vocabulary.tokenize(` ${word}`);
    const { size } = this.#vocabulary;
    const rarity = more.length > 0 ? 1 : Math.min(1, Math.log(1 + token / (COMMONEST * size)) / Math.log(1 + 1 / COMMONEST));
    if (this.#worth.has(word)) this.#rarity.set(word, rarity);
    return rarity;
  }
}

/** Words in lower case; `camelCase` and `snake_case` are taken apart. Numbers and single letters say nothing. */
function wordsOf(text: string): string[] {
  const parted = text.replaceAll(/(?<=[\p{Ll}\d])(?=\p{Lu})/gu, ' ').toLowerCase();
  return (parted.match(/[\p{L}\p{M}\d]+/gu) ?? []).filter((word) => word.length > 1 && !/^\d+$/u.test(word));
}

function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  let common = 0;
  while (common < Math.min(a.length, b.length) && a[common] === b[common]) common++;
  return common >= LEAST_LETTERS && common >= LEAST_SHARE * Math.max(a.length, b.length);
}

/** What a tool does; further sentences are details. */
function firstSentence(description: string): string {
  return description.split('. ', 1)[0] ?? '';
}

/** Texts that a schema enumerates, wherever in it. */
function enumerated(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]) => (key === 'enum' && Array.isArray(inner) ? inner.filter((value) => typeof value === 'string') : enumerated(inner)));
}

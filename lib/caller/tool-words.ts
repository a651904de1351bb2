// Which tools share rare words with a request, and which enumerated values it mentions. The model decides; this is a hint for models
// that know less of language than of words.

import type { Vocabulary } from '../mask.js';
import type { Tool } from '../tools/index.js';
import { isSame, telling, WordIndex, WordRarity, wordsOf } from './words.js';

/** What a word is worth by where a tool has it. */
const WEIGHTS = { name: 1, description: 0.8, parameters: 0.5 } as const;

/** Of enumerated values that a request mentions, in characters, and how many of them. */
const LONGEST_VALUE = 256;
const MOST_VALUES = 64;

/** The words of a caller's tools. */
export class ToolWords {
  readonly #tools: readonly Tool[];
  readonly #rarity: WordRarity;
  /** Tools by index. */
  readonly #index = new WordIndex<number>();
  /** Enumerated values, with their words. */
  readonly #values = new Map<string, string[]>();

  constructor(tools: readonly Tool[], vocabulary: Vocabulary) {
    this.#tools = tools;
    this.#rarity = new WordRarity(vocabulary);
    for (const [index, { name, description, parameters }] of tools.entries()) {
      this.#index.add(index, wordsOf(name), WEIGHTS.name);
      this.#index.add(index, wordsOf(firstSentence(description)), WEIGHTS.description);
      for (const [parameter, schema] of Object.entries(parameters.properties ?? {})) {
        const values = enumerated(schema);
        this.#index.add(index, wordsOf([parameter, ...values].join(' ')), WEIGHTS.parameters);
        for (const value of values) this.#values.set(value, wordsOf(value));
      }
    }
  }

  /** How much speaks for each of several tools, by name: 0 for nothing, 1 for one rare word in its name that no other tool has. */
  scores(said: string): Map<string, number> {
    const scores = this.#tools.map(() => 0);
    for (const word of new Set(wordsOf(said))) {
      const worth = this.#index.find(word);
      if (worth.size === 0) continue;
      const tells = telling([...worth.values()], this.#tools.length) * this.#rarity.of(word);
      for (const [tool, each] of worth) scores[tool] = (scores[tool] ?? 0) + each * tells;
    }
    return new Map(this.#tools.map(({ name }, i) => [name, scores[i] ?? 0]));
  }

  /** The enumerated values of the tools whose words are all in a request, in the order in which it mentions them. */
  mentioned(said: string): string[] {
    const words = wordsOf(said);
    const placeOf = (word: string): number => words.findIndex((each) => isSame(word, each));
    const found = [...this.#values].flatMap(([value, parts]) => {
      const places = parts.map(placeOf);
      const isSaid = places.length > 0 && value.length <= LONGEST_VALUE && !places.includes(-1);
      return isSaid ? [{ value, place: Math.min(...places) }] : [];
    });
    return found.sort((a, b) => a.place - b.place || b.value.length - a.value.length).slice(0, MOST_VALUES).map(({ value }) => value);
  }
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

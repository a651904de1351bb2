// Where in a request the values of arguments may begin: beside words that the argument is named or described with (`a rate of 5%`, `for 3
// nights`); and rather at rare words, names and quotations than at common words or those that the tools themselves use. The model
// decides; this is a hint for models that know less of language than of words.

import type { Vocabulary } from '../mask.js';
import type { Tool } from '../tools/index.js';
import { telling, WordIndex, WordRarity, wordsOf } from './words.js';

/** What a word is worth by where an argument has it. */
const WEIGHTS = { name: 1, description: 0.5 } as const;

/** What a word counts that stands so many words before a value, or behind a number, as units do. */
const BEFORE = [1, 0.8, 0.5] as const;
const BEHIND = [0.9, 0.5, 0.3] as const;

/** What the commonest word counts where the rarest counts 1: `to` in `to_unit` still says something. */
const COMMONEST_COUNTS = 0.1;

/** What speaks for a word of the request as the first of a value, and against it. */
const RARE = 0.8;
const NAME = 0.4;
const QUOTED = 0.4;
const OF_TOOLS = -0.5;

/** Of longer requests the beginning. */
const MOST_WORDS = 2_000;

/** Places at which values may begin, in bytes from the beginning of the request as UTF-8, with what speaks for each. */
export type Places = [begin: number, score: number][];

/** A word of a request, or a number, which says nothing of its neighbours. */
interface Word {
  readonly begin: number;
  readonly end: number;
  readonly isNumber: boolean;
  readonly rarity: number;
  /** What it is worth for arguments that have it. */
  readonly worth: ReadonlyMap<string, number>;
  /** A tool or an argument is named or described with it. */
  readonly isOfTools: boolean;
}

const NUMBER = { rarity: 0, worth: new Map<string, number>(), isOfTools: false } as const;

/** The words of the arguments of a caller's tools. */
export class ArgumentWords {
  readonly #rarity: WordRarity;
  /** Arguments by name: those of the same name mostly mean the same. */
  readonly #index = new WordIndex<string>();
  /** The tools by name. */
  readonly #names = new WordIndex<string>();

  constructor(tools: readonly Tool[], vocabulary: Vocabulary) {
    this.#rarity = new WordRarity(vocabulary);
    for (const { name, parameters } of tools) {
      this.#names.add(name, wordsOf(name), 1);
      this.#add(parameters.properties ?? {});
    }
  }

  /** What speaks for each place, 1 for a rare word of the argument's name before it: by name of the argument, under '' for all of them. */
  places(said: string): Map<string, Places> {
    const words = this.#words(said);
    const found = new Map<string, Places>([['', []]]);
    let begin = 0;
    for (const [i, word] of words.entries()) {
      begin += Buffer.byteLength(said.slice(words[i - 1]?.begin ?? 0, word.begin));
      if (!word.isNumber) found.get('')?.push([begin, asFirst(said, word, words[i - 1])]);
      for (const [name, score] of beside(said, words, i)) {
        const places = found.get(name);
        if (places === undefined) found.set(name, [[begin, score]]);
        else places.push([begin, score]);
      }
    }
    return found;
  }

  /** A word that all arguments of a tool have tells nothing. */
  #add(properties: Readonly<Record<string, unknown>>): void {
    const own = new WordIndex<string>();
    const texts = Object.entries(properties).map(([name, schema]) => ({ name, words: wordsOf(name), described: wordsOf(description(schema)) }));
    for (const { name, words, described } of texts) {
      own.add(name, words, WEIGHTS.name);
      own.add(name, described, WEIGHTS.description);
    }
    for (const word of new Set(texts.flatMap(({ words, described }) => [...words, ...described]))) {
      const worth = own.find(word);
      const tells = telling([...worth.values()], texts.length);
      for (const [name, weight] of worth) this.#index.add(name, [word], weight * tells);
    }
  }

  #words(said: string): Word[] {
    const words: Word[] = [];
    for (const { 0: text, index: begin } of said.matchAll(/\d+(?:[.,]\d+)*|[\p{L}\p{M}][\p{L}\p{M}\d]*/gu)) {
      if (words.length === MOST_WORDS) break;
      const word = text.toLowerCase();
      const isNumber = /^\d/u.test(word);
      words.push({ begin, end: begin + text.length, isNumber, ...(isNumber ? NUMBER : this.#known(word)) });
    }
    return words;
  }

  #known(word: string): Pick<Word, 'rarity' | 'worth' | 'isOfTools'> {
    const worth = this.#index.find(word);
    return { rarity: this.#rarity.of(word), worth, isOfTools: worth.size > 0 || this.#names.find(word).size > 0 };
  }
}

function description(schema: unknown): string {
  const isDescribed = typeof schema === 'object' && schema !== null && 'description' in schema;
  return isDescribed && typeof schema.description === 'string' ? schema.description : '';
}

/** What speaks for a word as the first one of a value, whatever the argument. */
function asFirst(said: string, word: Word, before: Word | undefined): number {
  const gap = said.slice(before?.end ?? 0, word.begin);
  const isUpper = ({ begin }: Word): boolean => /^\p{Lu}/u.test(said.slice(begin, begin + 2));
  // Not the first word of a sentence, nor the second word of a name.
  const beginsName = isUpper(word) && before !== undefined && !/[.;:!?\n]\s*$/u.test(gap) && !(isUpper(before) && gap === ' ');
  const isQuoted = /(?:^|[\s([{:=,])["'`]$/u.test(said.slice(Math.max(0, word.begin - 2), word.begin));
  return RARE * (word.rarity - 0.5) + (beginsName ? NAME : 0) + (isQuoted ? QUOTED : 0) + (word.isOfTools ? OF_TOOLS : 0);
}

/** What the words beside one say about the arguments that it may be the value of. */
function beside(said: string, words: readonly Word[], i: number): Map<string, number> {
  const scores = new Map<string, number>();
  const look = (step: 1 | -1, counts: readonly number[]): void => {
    for (const [d, count] of counts.entries()) {
      const near = words[i + step * d], far = words[i + step * (d + 1)];
      if (near === undefined || far === undefined || far.isNumber) return;
      const gap = step < 0 ? said.slice(far.end, near.begin) : said.slice(near.end, far.begin);
      if (/[.;!?\n]/u.test(gap)) return;
      for (const [name, worth] of far.worth) {
        scores.set(name, (scores.get(name) ?? 0) + count * worth * (COMMONEST_COUNTS + (1 - COMMONEST_COUNTS) * far.rarity));
      }
    }
  };
  look(-1, BEFORE);
  if (words[i]?.isNumber === true) look(1, BEHIND);
  return scores;
}

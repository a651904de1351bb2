// What the words of a request say about its answer, for models that know less of language than of words: which tool is meant, which values
// of lists, and where arguments have their values from. The model decides; hints make some of its choices likelier.

import type { ChatMessage } from '../formats/index.js';
import type { ModelQuirks } from '../models/quirks.js';
import type { Model } from '../models/model.js';
import type { GenerateRequest } from '../native-types.js';
import type { Tool } from '../tools/index.js';
import { ArgumentWords } from './argument-words.js';
import { ToolWords } from './tool-words.js';

/** However many words stand beside a place, they are not worth more; with the strongest bias that is the most the engine takes, 100. */
const MOST_WORTH = 4;

/** How strong each hint is, in units of logits. */
export type HintStrengths = Pick<ModelQuirks, 'copyBias' | 'nameBias' | 'argumentBias'>;

/** The engine's form of them. */
export type EngineHints = Pick<GenerateRequest, 'copyBias' | 'mentioned' | 'places' | 'captureBias'>;

/** The hints for a caller's tools. */
export class Hints {
  readonly #tools: readonly Tool[];
  readonly #captures: ReadonlyMap<string, string>;
  readonly #strengths: HintStrengths;
  readonly #model: Model;
  #toolWords: ToolWords | undefined;
  #argumentWords: ArgumentWords | undefined;

  /** `captures` are those around arguments, with the names of the tools. */
  constructor(model: Model, tools: readonly Tool[], captures: ReadonlyMap<string, string>, strengths: HintStrengths) {
    this.#model = model;
    this.#tools = tools;
    this.#captures = captures;
    this.#strengths = strengths;
  }

  /** The hints for the answer to a conversation; `source` is what the answer copies from. */
  of(messages: readonly ChatMessage[], source: string): EngineHints {
    const { copyBias, nameBias, argumentBias } = this.#strengths;
    const said = messages.findLast(({ role }) => role === 'user')?.content;
    if (said === undefined) return { copyBias };
    return {
      copyBias,
      ...(copyBias > 0 ? { mentioned: this.#words.mentioned(said) } : {}),
      ...(copyBias > 0 && argumentBias > 0 ? { places: this.#places(source) } : {}),
      ...(nameBias > 0 && this.#tools.length > 1 ? { captureBias: this.#captureBias(said) } : {}),
    };
  }

  get #words(): ToolWords {
    return (this.#toolWords ??= new ToolWords(this.#tools, this.#model.vocabulary));
  }

  #captureBias(said: string): Record<string, number> {
    const scores = this.#words.scores(said);
    return Object.fromEntries([...this.#captures].map(([capture, tool]) => [capture, this.#strengths.nameBias * (scores.get(tool) ?? 0)]));
  }

  #places(source: string): NonNullable<EngineHints['places']> {
    this.#argumentWords ??= new ArgumentWords(this.#tools, this.#model.vocabulary);
    const weighted = ([begin, score]: readonly [number, number]) => [begin, Math.min(score, MOST_WORTH) * this.#strengths.argumentBias] as const;
    return Object.fromEntries([...this.#argumentWords.places(source)].map(([name, places]) => [name, places.map(weighted)]));
  }
}

// The three arms: ways to get an answer from the same model with the same prompt.
//
//   unconstrained   the model writes what it likes until it ends or the budget does; calls are looked for in the text. Up to two
//                   retries, and only where no call can be read or one is not valid for the tools: what a program can know. The
//                   first attempt takes the likeliest tokens; retries draw at random, as otherwise they would repeat it.
//   constrained     the mask at every token; each token is evaluated by itself
//   fast-forward    the same with determined tokens evaluated together and drafts: the package's defaults

import type { Caller } from '../caller/caller.js';
import { checkOf } from '../caller/check.js';
import type { Usage } from '../caller/result.js';
import type { FormatName, StructuralTag } from '../formats/index.js';
import type { Template } from '../mask.js';
import type { Model } from '../models/model.js';
import type { SamplingOptions } from '../native-types.js';
import { type Judged, judge } from './answer.js';
import { type Arm, tagOptions, type Task } from './task.js';

/** Retries of the unconstrained arm. */
export const MAX_RETRIES = 2;

/** How retries are drawn: what Qwen recommends without thinking. The seed is the number of the attempt. */
export const RETRY_SAMPLING: SamplingOptions = { temperature: 0.7, topP: 0.8, topK: 20 };

/** What all answers have in common. */
export interface ArmSettings {
  readonly format: FormatName;
  readonly maxTokens: number;
}

/** An answer with what it cost, all attempts together. */
export interface Answered extends Judged {
  /** The text of the last attempt. */
  readonly text: string;
  readonly attempts: number;
  readonly promptTokens: number;
  /** Tokens of all answers, those of failed attempts included. */
  readonly tokens: number;
  readonly fastForwarded: number;
  /** Evaluations of the model, that of the prompt included. */
  readonly steps: number;
  /** Until the first choice: the prompt. */
  readonly promptMs: number;
  /** From then on, and compiling the tools. */
  readonly answerMs: number;
}

/** One model as the arms use it. */
export class Arms {
  readonly #model: Model;
  readonly #settings: ArmSettings;
  readonly #anyText: Template;

  constructor(model: Model, settings: ArmSettings) {
    this.#model = model;
    this.#settings = settings;
    const anyText: StructuralTag = { type: 'structural_tag', format: { type: 'any_text' } };
    this.#anyText = model.vocabulary.compileStructuralTag(anyText);
  }

  /**
   * One task in one arm.
   *
   * @throws SurecallError what making a caller and calling it throw.
   */
  async answer(task: Task, arm: Arm, signal?: AbortSignal): Promise<Answered> {
    const { format } = this.#settings;
    const started = performance.now();
    const caller = this.#model.caller(task.tools, { ...this.#settings, ...tagOptions(task), relax: true });
    const compileMs = arm === 'unconstrained' ? 0 : performance.now() - started;
    const check = checkOf(caller.tools);
    const attempts = arm === 'unconstrained' ? 1 + MAX_RETRIES : 1;
    let total: Answered | undefined;
    for (let attempt = 0; attempt < attempts && total?.isValid !== true; attempt++) {
      const written = arm === 'unconstrained' ? await this.#write(caller, task, attempt, signal) : await this.#call(caller, task, arm, signal);
      const judged = judge(task, caller.tools, check, written.text, format);
      total = added(total, { ...judged, ...written, attempts: 1, answerMs: written.answerMs + compileMs });
    }
    return total as Answered;
  }

  async #call(caller: Caller, { messages }: Task, arm: Arm, signal?: AbortSignal): Promise<Written> {
    const isFast = arm === 'fast-forward';
    const { text, usage, timings } = await caller.call(messages, { prefixCache: false, fastForward: isFast, drafts: isFast, ...(signal === undefined ? {} : { signal }) });
    return { text, ...costs(usage), promptMs: timings.prefillMs, answerMs: timings.decodeMs + timings.maskMs };
  }

  /** The same prompt, with nothing that restricts the answer. */
  async #write(caller: Caller, { messages }: Task, attempt: number, signal?: AbortSignal): Promise<Written> {
    const request = {
      prompt: caller.render(messages),
      template: this.#anyText.native,
      maxTokens: this.#settings.maxTokens,
      prefixCache: false,
      drafts: false,
      ...(attempt === 0 ? {} : { sampling: { ...RETRY_SAMPLING, seed: attempt } }),
    };
    const result = await this.#model.generate(request, signal);
    return { text: result.text.toString('utf8'), ...costs(result), promptMs: result.prefillMs, answerMs: result.decodeMs + result.maskMs };
  }
}

type Written = Pick<Answered, 'text' | 'promptTokens' | 'tokens' | 'fastForwarded' | 'steps' | 'promptMs' | 'answerMs'>;

function costs({ promptTokens, fastForwardedTokens, sampledTokens, modelSteps }: Pick<Usage, 'promptTokens' | 'fastForwardedTokens' | 'sampledTokens' | 'modelSteps'>) {
  return { promptTokens, tokens: fastForwardedTokens + sampledTokens, fastForwarded: fastForwardedTokens, steps: modelSteps };
}

function added(before: Answered | undefined, last: Answered): Answered {
  if (before === undefined) return last;
  return {
    ...last,
    attempts: before.attempts + last.attempts,
    tokens: before.tokens + last.tokens,
    fastForwarded: before.fastForwarded + last.fastForwarded,
    steps: before.steps + last.steps,
    promptMs: before.promptMs + last.promptMs,
    answerMs: before.answerMs + last.answerMs,
  };
}

// A caller: tools and options, compiled once, applied to any number of prompts.

import { DEFAULT_LIMITS, DEFAULT_MAX_TOKENS, type ValueLimits } from '../defaults.js';
import { SurecallError, shown } from '../errors.js';
import { ARGUMENTS_PREFIXES, CALL, captureOf, capturedArguments, memberCaptureOf } from '../formats/captures.js';
import { compileTag } from '../formats/compile.js';
import type { ChatMessage, FormatInput, TagOptions, Thinking, ToolChoice, WireFormat } from '../formats/index.js';
import { Template } from '../mask.js';
import type { Model } from '../models/model.js';
import type { AnswerPart, GenerateRequest, SamplingOptions } from '../native-types.js';
import { quirksOf, type ModelQuirks } from '../models/quirks.js';
import { ProgramBuilder } from '../program/builder.js';
import type { Escapes } from '../schema/spelling.js';
import { parseAnyTools, type Tool, type ToolInputs } from '../tools/index.js';
import { type AnswerContext, toCallResult } from './answer.js';
import { AnswerReader } from './answer-reader.js';
import { batch, type BatchOptions } from './batch.js';
import { type Check, checkOf } from './check.js';
import type { CallEvent } from './events.js';
import { Hints } from './hints.js';
import { nextCall, toMessages, type Prompt } from './messages.js';
import { copiedFrom, PromptWriter } from './prompt.js';
import { answerTag, isStrict, type ResponseFormat } from './response.js';
import type { BatchResult, CallResult, ToolCall } from './result.js';
import { run, type RunOptions, type RunResult } from './run.js';
import { streamEvents } from './stream.js';

/** Options of {@link Caller}. */
export interface CallerOptions {
  /** How calls are spelled: a name, a definition, or `auto` (the default), which reads the model's chat template. */
  readonly format?: FormatInput | 'auto';
  /**
   * Default `required`: exactly one call, unless {@link parallelCalls}. With a {@link response}: `auto`, or `none` where there are no
   * tools.
   */
  readonly toolChoice?: ToolChoice;
  /** Several calls in one answer. Default false: at most one. */
  readonly parallelCalls?: boolean;
  /** Default `off`. What the model thinks counts as part of its answer's tokens. */
  readonly thinking?: Thinking;
  /** What an answer without calls must look like. Default: free text, where the tool choice allows it. */
  readonly response?: ResponseFormat;
  /**
   * `lenient` (the default): the model may write any character after a backslash and bare quotes inside strings; both
   * are repaired. `strict`: only JSON's own escapes; always where a {@link response} is given that is not free text.
   */
  readonly escapes?: Escapes;
  /** Most tokens of an answer. Default 512. An answer is complete whatever the budget. */
  readonly maxTokens?: number;
  /** How long values may get where the schema does not say. */
  readonly limits?: Partial<ValueLimits>;
  /** Report schema keywords that cannot be enforced instead of refusing them. Default false. */
  readonly relax?: boolean;
  /** Record every decoding step in the results. Default false. */
  readonly trace?: boolean;
  /** How tokens are drawn. Default: always the likeliest. */
  readonly sampling?: SamplingOptions;
  /**
   * Choose between tools by the total log probability of their whole names, to the token that ends them, instead of token by
   * token: a name is not preferred because it begins like many others. Costs a few steps for each call, more with more
   * tools. The likeliest name is taken, whatever {@link sampling} says, and the choice counts with its probability among the names.
   * Default false.
   */
  readonly scoreNames?: boolean;
  /**
   * Makes it likelier that texts and numbers go on copying what was said: inside a string, and in a number that has begun, other tokens than
   * those that copy must be e^copyBias times likelier to be written. The same for enumerated values whose words were said; not for what was
   * copied for another argument of the call. For models that choose what to copy better than they copy; 0 to 100.
   * Default: what is known to suit the model, 10 for the bundled one, else 0. Without effect in strings where `escapes` is `strict`, and in
   * formats that do not write JSON.
   */
  readonly copyBias?: number;
  /**
   * Makes tools likelier that share rare words with the user's last message, in their name, description or parameters: a
   * tool that has a rare word to itself becomes e^nameBias times likelier, common words count little. For models that know less of language
   * than of words; 0 to 100. Default: what is known to suit the model, 6 for the bundled one, else 0. Without effect in formats that
   * put a control token between a tool's name and its arguments.
   */
  readonly nameBias?: number;
  /**
   * Makes it likelier that the value of an argument is copied from beside words of its name or description (`a rate of 5%`), or begins with a
   * rare word, a name or a quotation, and less likely that it begins with a common word or one of the tools' own: a place with a rare word of the
   * argument's name before it becomes e^argumentBias times likelier. 0 to 25. Without effect where {@link copyBias} has none.
   * Default: what is known to suit the model, 5 for the bundled one, else 0.
   */
  readonly argumentBias?: number;
  /** Calls below this confidence, 0 to 1, make the answer `uncertain`; they are kept. Default 0: none. */
  readonly minConfidence?: number;
  /**
   * Strings that end an answer, at most 64 of at most 1,024 bytes, where they stand in text that could end there: never inside
   * a call or a value. They are not part of the answer.
   */
  readonly stop?: readonly string[];
}

/** Options of one call. */
export interface CallOptions {
  /** Stops the call: it is rejected with `SURECALL_ABORTED`. */
  readonly signal?: AbortSignal;
  /** Overrides the caller's setting. */
  readonly maxTokens?: number;
  /** Overrides the caller's setting. */
  readonly trace?: boolean;
  /** Instead of the caller's setting. */
  readonly sampling?: SamplingOptions;
  /** Instead of the caller's setting. */
  readonly stop?: readonly string[];
  /** Evaluate forced tokens together. Default true; false only costs time. */
  readonly fastForward?: boolean;
  /** Reuse what other calls left in the KV cache. Default true. */
  readonly prefixCache?: boolean;
  /** Evaluate tokens ahead that the answer probably copies from the prompt. Default true; the answer is the same. */
  readonly drafts?: boolean;
  /**
   * For benchmarks and replays: the text to answer with, as in `result.text`. The model does all its work, then each of its choices is replaced
   * by the one that follows this text.
   */
  readonly teacher?: string;
  /** For tests: pseudo-random logits in place of the model's. */
  readonly randomLogitsSeed?: number;
}

/** Turns prompts into calls of a fixed set of tools. Made by `model.caller`, which infers the type of the calls. */
export class Caller<Call = ToolCall> {
  /** The tools that may be called. */
  readonly tools: readonly Tool[];
  /** How calls are spelled. */
  readonly format: WireFormat;
  /** What an answer must look like. */
  readonly template: Template;
  readonly #model: Model;
  readonly #options: CallerOptions;
  readonly #check: Check | undefined;
  readonly #prompts: PromptWriter;
  /** The captures around arguments, with the tools. */
  readonly #captures = new Map<string, string>();
  readonly #quirks: ModelQuirks;
  readonly #hints: Hints;
  #free: Caller<Call> | undefined;

  /** For this package: users call `model.caller`. @internal */
  constructor(model: Model, tools: ToolInputs, options: CallerOptions) {
    this.#model = model;
    this.#options = options;
    // Whether there must be any is for the tool choice to say.
    this.tools = parseAnyTools(tools);
    checkNumber('minConfidence', options.minConfidence, 1);
    checkNumber('nameBias', options.nameBias, 100);
    checkNumber('argumentBias', options.argumentBias, 25);
    this.format = model.wireFormat(options.format ?? 'auto');
    this.#prompts = new PromptWriter(model, this.format, this.tools, this.#tagOptions);
    this.template = this.#compile();
    this.#quirks = quirksOf(model.info.name);
    const { copyBias = this.#quirks.copyBias, nameBias = this.#quirks.nameBias, argumentBias = this.#quirks.argumentBias } = options;
    this.#hints = new Hints(model, this.tools, this.#captures, { copyBias, nameBias, argumentBias });
    this.#check = this.template.unenforced.length > 0 ? checkOf(this.tools) : undefined;
  }

  /** JSON pointers of schema keywords that are not enforced; empty without `relax`. */
  get unenforced(): readonly string[] {
    return this.template.unenforced;
  }

  /**
   * One prompt, one answer.
   *
   * @throws SurecallError `SURECALL_BUDGET_TOO_SMALL` if no answer fits in `maxTokens`; `SURECALL_CONTEXT_TOO_SMALL`;
   * `SURECALL_INVALID_MESSAGES`; `SURECALL_CHAT_TEMPLATE`; `SURECALL_TEACHER`; `SURECALL_ABORTED`; `SURECALL_DISPOSED`.
   */
  async call(prompt: Prompt, options: CallOptions = {}): Promise<CallResult<Call>> {
    return this.#answer(toMessages(prompt), options, options.signal);
  }

  /**
   * One prompt, and what is known of its answer while the model writes it. Leaving the iteration stops the work.
   *
   * @throws what {@link call} throws, while iterating.
   */
  async *stream(prompt: Prompt, options: CallOptions = {}): AsyncGenerator<CallEvent<Call>, CallResult<Call>, undefined> {
    const messages = toMessages(prompt);
    return yield* streamEvents<Call>(
      (onPart, signal) => this.#answer(messages, options, signal, onPart),
      new AnswerReader(this.#context(messages)),
      options.signal,
    );
  }

  /**
   * Many prompts, several at a time, results in their order. A prompt that fails gives a result with an `error`; the
   * others go on. Prompts are read as they are needed and results made a little ahead of who takes them, so an endless
   * input takes constant memory. Stopping the iteration stops the work.
   *
   * @throws SurecallError `SURECALL_INVALID_OPTION`; while iterating `SURECALL_ABORTED`, `SURECALL_DISPOSED`.
   */
  batch(prompts: Iterable<Prompt> | AsyncIterable<Prompt>, options: BatchOptions = {}): AsyncGenerator<BatchResult<Call>, void, undefined> {
    return batch((prompt, each) => this.call(prompt, each), prompts, this.#model.info.slots, options);
  }

  /**
   * Answers, carries out the calls with the tools' `execute`, tells the model what came of them, and so on until it answers
   * without a call. Only the first answer is bound by `toolChoice`: the later ones may call or not.
   *
   * @throws SurecallError `SURECALL_INVALID_OPTION`, `SURECALL_TOOL_FAILED` with `onToolError: 'throw'`, and what {@link call}
   * throws.
   */
  async run(prompt: Prompt, options: RunOptions<Call> = {}): Promise<RunResult<Call>> {
    return run<Call>(this, () => this.#unbound(), prompt, options);
  }

  /** The text that the model sees for a prompt. */
  render(prompt: Prompt): string {
    return this.#prompts.text(toMessages(prompt));
  }

  /** The same caller, free to answer without a call. */
  #unbound(): Caller<Call> {
    const { toolChoice } = this.#tagOptions;
    if (toolChoice === 'auto' || toolChoice === 'none') return this;
    const free: ToolChoice = typeof toolChoice === 'object' && 'allowed' in toolChoice ? { ...toolChoice, mode: 'auto' } : 'auto';
    return (this.#free ??= new Caller<Call>(this.#model, this.tools, { ...this.#options, toolChoice: free }));
  }

  async #answer(messages: readonly ChatMessage[], options: CallOptions, signal: AbortSignal | undefined, onPart?: (part: AnswerPart) => void): Promise<CallResult<Call>> {
    const answer = await this.#model.generate(this.#request(messages, options), signal, onPart);
    // The type of the calls is known from the definitions alone; that they have it is what the mask is for.
    return toCallResult(answer, this.#context(messages)) as CallResult<Call>;
  }

  #request(messages: readonly ChatMessage[], options: CallOptions): GenerateRequest {
    const { maxTokens = DEFAULT_MAX_TOKENS, trace = false } = this.#options;
    const sampling = options.sampling ?? this.#options.sampling;
    const stop = options.stop ?? this.#options.stop;
    const draftSource = copiedFrom(messages);
    return {
      prompt: this.#prompts.encode(messages),
      template: this.template.native,
      maxTokens: checkedBudget(options.maxTokens ?? maxTokens),
      escapes: this.#escapes === 'lenient' && this.#quirks.peeks ? 'lenient' : 'strict',
      trace: options.trace ?? trace,
      fastForward: options.fastForward ?? true,
      prefixCache: options.prefixCache ?? true,
      drafts: options.drafts ?? true,
      draftSource,
      ...this.#hints.of(messages, draftSource),
      ...(options.teacher === undefined ? {} : { teacher: options.teacher }),
      ...(sampling === undefined ? {} : { sampling }),
      ...(stop === undefined ? {} : { stop }),
      ...(this.#options.scoreNames === true ? { compare: { until: ARGUMENTS_PREFIXES, within: CALL } } : {}),
      ...(options.randomLogitsSeed === undefined ? {} : { randomLogitsSeed: options.randomLogitsSeed }),
    };
  }

  /** What is needed to read the answer to a conversation. */
  #context(messages: readonly ChatMessage[]): AnswerContext {
    const { minConfidence = 0 } = this.#options;
    return {
      tools: this.tools,
      lenient: this.#escapes === 'lenient',
      vocabulary: this.#model.vocabulary,
      check: this.#check,
      minConfidence,
      firstCall: nextCall(messages),
    };
  }

  get #tagOptions(): Required<TagOptions> {
    const { toolChoice = this.#defaultChoice, parallelCalls = false, thinking = 'off' } = this.#options;
    return { toolChoice, parallelCalls, thinking };
  }

  get #defaultChoice(): ToolChoice {
    if (this.#options.response === undefined) return 'required';
    return this.tools.length > 0 ? 'auto' : 'none';
  }

  #compile(): Template {
    const { limits, relax = false, response } = this.#options;
    const { vocabulary } = this.#model;
    const { program, unenforced } = compileTag(new ProgramBuilder(), answerTag(this.format, this.tools, this.#tagOptions, response), {
      whitespace: this.format.whitespace,
      escapes: this.#escapes,
      relax,
      undeclared: 'refused',
      limits: { ...DEFAULT_LIMITS, ...limits },
      captureOf: (part) => this.#noted(captureOf(part)),
      memberCaptureOf,
      vocabulary,
      controlTokens: true,
    });
    return vocabulary.compileProgram(program, unenforced);
  }

  #noted(capture: string | undefined): string | undefined {
    const tool = capture === undefined ? undefined : capturedArguments(capture)?.tool;
    if (capture !== undefined && tool !== undefined) this.#captures.set(capture, tool);
    return capture;
  }

  get #escapes(): Escapes {
    const { escapes = 'lenient', response } = this.#options;
    return isStrict(response) ? 'strict' : escapes;
  }
}
function checkedBudget(maxTokens: number): number {
  if (Number.isInteger(maxTokens) && maxTokens >= 0) return maxTokens;
  throw new SurecallError('SURECALL_INVALID_OPTION', `maxTokens: must be a whole number of at least 0, got ${shown(maxTokens)}`);
}

function checkNumber(option: string, value: unknown, most: number): void {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= most)) return;
  throw new SurecallError('SURECALL_INVALID_OPTION', `${option}: must be a number from 0 to ${most}, got ${shown(value)}`);
}

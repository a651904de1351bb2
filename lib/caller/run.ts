// Conversations that go on by themselves: the model calls, the tools' functions are carried out, the model is told what came of
// it, until it answers without a call or a limit is reached.

import { SurecallError, shown } from '../errors.js';
import type { Tool } from '../tools/index.js';
import type { CallOptions } from './caller.js';
import type { CallEvent } from './events.js';
import { execute, isExecutable, type Outcome } from './execute.js';
import { toMessages, type Message, type Prompt } from './messages.js';
import { mapConcurrently } from './pool.js';
import type { CallResult, ToolCall, Usage } from './result.js';

/** Options of `Caller.run`. */
export interface RunOptions<Call = ToolCall> extends Omit<CallOptions, 'teacher'> {
  /** Most answers of the model, 1 or more. Default 10. */
  readonly maxRounds?: number;
  /** Most calls that are carried out. Default 64. */
  readonly maxCalls?: number;
  /** Calls of one answer that are carried out side by side. Default 4. */
  readonly concurrency?: number;
  /** Most milliseconds of one call. Default 60,000. */
  readonly toolTimeoutMs?: number;
  /** A tool that fails: `tell` the model (the default), so that it may try something else, or `throw`. */
  readonly onToolError?: 'tell' | 'throw';
  /** Told what happens, as it happens. What it throws ends the run. */
  readonly onEvent?: (event: RunEvent<Call>) => void;
  /** For replays and tests: the text of each answer. See {@link CallOptions.teacher}. */
  readonly teachers?: readonly string[];
}

/** What a run tells while it goes on. `round` counts the answers from 0. */
export type RunEvent<Call = ToolCall> =
  /** More of an answer; the event that ends a stream comes as `answer`. */
  | { readonly type: 'writing'; readonly round: number; readonly event: CallEvent<Call> }
  | { readonly type: 'answer'; readonly round: number; readonly result: CallResult<Call> }
  | { readonly type: 'executing'; readonly round: number; readonly call: Call }
  | { readonly type: 'executed'; readonly round: number; readonly execution: Execution<Call> };

/** A call and what came of it. */
export interface Execution<Call = ToolCall> {
  /** What the model asked for. */
  readonly call: Call;
  /** What the tool's function gave. */
  readonly result?: unknown;
  /** Why it failed: `SURECALL_TOOL_FAILED`. */
  readonly error?: SurecallError;
}

/** The outcome of a run. */
export interface RunResult<Call = ToolCall> {
  /** The last answer's text outside of calls. */
  readonly text: string;
  /**
   * Why the run ended. `stop`: an answer without a call. `length`: the same, cut by the token budget. `tool_calls`: the last
   * answer calls tools that have no function; what it asks is for you to do. `uncertain`: the last answer is below
   * `minConfidence`, and nothing of it was carried out. `max_rounds`, `max_calls`: a limit.
   */
  readonly finishReason: 'stop' | 'length' | 'tool_calls' | 'uncertain' | 'max_rounds' | 'max_calls';
  /** The conversation: the prompt and all that was added, to go on with. */
  readonly messages: readonly Message[];
  /** The calls that were carried out, in the order in which the model made them. */
  readonly calls: readonly Execution<Call>[];
  /** The model's answers. */
  readonly answers: readonly CallResult<Call>[];
  /** Sums over the answers. */
  readonly usage: Usage;
}

/** What answers prompts: a caller. */
export interface Answerer<Call> {
  readonly tools: readonly Tool[];
  call(prompt: Prompt, options: CallOptions): Promise<CallResult<Call>>;
  /** For runs that somebody follows. */
  stream?(prompt: Prompt, options: CallOptions): AsyncGenerator<CallEvent<Call>, CallResult<Call>, undefined>;
}

/**
 * Runs a conversation.
 *
 * @param first gives the first answer
 * @param later gives the others: it must be free to answer without a call
 * @throws SurecallError `SURECALL_INVALID_OPTION`; `SURECALL_TOOL_FAILED` with `onToolError: 'throw'`; what `call` throws.
 */
export async function run<Call>(first: Answerer<Call>, later: () => Answerer<Call>, prompt: Prompt, options: RunOptions<Call>): Promise<RunResult<Call>> {
  return new Run(first, prompt, options).go(later);
}

class Run<Call> {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #first: Answerer<Call>;
  readonly #limits: { readonly rounds: number; readonly calls: number; readonly concurrency: number; readonly toolTimeoutMs: number };
  readonly #options: RunOptions<Call>;
  readonly #messages: Message[];
  readonly #calls: Execution<Call>[] = [];
  readonly #answers: CallResult<Call>[] = [];

  constructor(first: Answerer<Call>, prompt: Prompt, options: RunOptions<Call>) {
    const { maxRounds = 10, maxCalls = 64, concurrency = 4, toolTimeoutMs = 60_000, onToolError = 'tell' } = options;
    this.#limits = {
      rounds: atLeast(1, maxRounds, 'maxRounds'),
      calls: atLeast(0, maxCalls, 'maxCalls'),
      concurrency: atLeast(1, concurrency, 'concurrency'),
      // What setTimeout can count.
      toolTimeoutMs: Math.min(atLeast(1, toolTimeoutMs, 'toolTimeoutMs'), 2 ** 31 - 1),
    };
    if (onToolError !== 'tell' && onToolError !== 'throw') {
      throw new SurecallError('SURECALL_INVALID_OPTION', `onToolError: must be "tell" or "throw", got ${shown(onToolError)}`);
    }
    this.#first = first;
    this.#options = options;
    this.#tools = new Map(first.tools.map((tool) => [tool.name, tool]));
    toMessages(prompt);
    this.#messages = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : [...prompt];
  }

  async go(later: () => Answerer<Call>): Promise<RunResult<Call>> {
    for (let round = 0; ; round++) {
      const answer = await this.#answer(round === 0 ? this.#first : later(), round);
      const ended = this.#ended(answer) ?? (await this.#carryOut(answer.calls, round));
      if (ended !== undefined) return this.#result(ended);
      if (round + 1 === this.#limits.rounds) return this.#result('max_rounds');
    }
  }

  async #answer(answerer: Answerer<Call>, round: number): Promise<CallResult<Call>> {
    const { maxRounds, maxCalls, concurrency, toolTimeoutMs, onToolError, onEvent, teachers, ...each } = this.#options;
    const teacher = teachers?.[round];
    const call: CallOptions = { ...each, ...(teacher === undefined ? {} : { teacher }) };
    const result = await (onEvent === undefined ? answerer.call(this.#messages, call) : this.#follow(answerer, call, round, onEvent));
    this.#answers.push(result);
    this.#messages.push(assistantMessage(result));
    onEvent?.({ type: 'answer', round, result });
    return result;
  }

  async #follow(answerer: Answerer<Call>, options: CallOptions, round: number, onEvent: (event: RunEvent<Call>) => void): Promise<CallResult<Call>> {
    if (answerer.stream === undefined) return answerer.call(this.#messages, options);
    for await (const event of answerer.stream(this.#messages, options)) {
      if (event.type === 'end') return event.result;
      onEvent({ type: 'writing', round, event });
    }
    throw new SurecallError('SURECALL_INTERNAL', 'a stream of events has no last one');
  }

  /** Why there is nothing to carry out, if so. */
  #ended({ calls, finishReason }: CallResult<Call>): RunResult['finishReason'] | undefined {
    if (finishReason === 'uncertain') return finishReason;
    if (calls.length === 0) return finishReason === 'length' ? 'length' : 'stop';
    return this.#calls.length + calls.length > this.#limits.calls ? 'max_calls' : undefined;
  }

  /** Carries out what can be; says so where something cannot. */
  async #carryOut(calls: readonly Call[], round: number): Promise<'tool_calls' | undefined> {
    const { signal, onEvent, onToolError } = this.#options;
    const { concurrency, toolTimeoutMs } = this.#limits;
    const executable = calls.filter((call) => isExecutable(this.#toolOf(call)));
    const work = async (call: Call, _index: number, stop: AbortSignal): Promise<readonly [Call, Outcome]> => {
      onEvent?.({ type: 'executing', round, call });
      const outcome = await execute(this.#toolOf(call) as Tool, call as ToolCall, toolTimeoutMs, stop);
      if (outcome.error !== undefined && onToolError === 'throw') throw outcome.error;
      return [call, outcome];
    };
    for await (const [call, outcome] of mapConcurrently(executable, work, { concurrency, order: 'input', signal })) {
      const execution: Execution<Call> = { call, ...(outcome.error === undefined ? { result: outcome.result } : { error: outcome.error }) };
      const { id, name } = call as ToolCall;
      this.#calls.push(execution);
      this.#messages.push({ role: 'tool', tool_call_id: id, name, content: outcome.text });
      onEvent?.({ type: 'executed', round, execution });
    }
    return executable.length < calls.length ? 'tool_calls' : undefined;
  }

  #toolOf(call: Call): Tool | undefined {
    return this.#tools.get((call as ToolCall).name);
  }

  #result(finishReason: RunResult['finishReason']): RunResult<Call> {
    const [messages, calls, answers] = [this.#messages, this.#calls, this.#answers];
    const last = answers.at(-1);
    return { text: last?.content ?? '', finishReason, messages, calls, answers, usage: total(answers.map(({ usage }) => usage)) };
  }
}

function assistantMessage<Call>(result: CallResult<Call>): Message {
  const calls = (result.calls as readonly ToolCall[]).map(({ id, name, arguments: args }) => (
    { id, type: 'function' as const, function: { name, arguments: JSON.stringify(args) } }
  ));
  const { content, thinking } = result;
  return {
    role: 'assistant',
    ...(calls.length === 0 ? { content } : { content: content === '' ? null : content, tool_calls: calls }),
    ...(thinking === undefined ? {} : { reasoning_content: thinking }),
  };
}

/** Counts are added; the removed mass is a mean over the choices. */
function total(usages: readonly Usage[]): Usage {
  const sum = (of: (usage: Usage) => number): number => usages.reduce((all, usage) => all + of(usage), 0);
  const sampledTokens = sum((usage) => usage.sampledTokens);
  return {
    promptTokens: sum((usage) => usage.promptTokens),
    cachedTokens: sum((usage) => usage.cachedTokens),
    fastForwardedTokens: sum((usage) => usage.fastForwardedTokens),
    sampledTokens,
    modelSteps: sum((usage) => usage.modelSteps),
    draftTokens: sum((usage) => usage.draftTokens),
    acceptedDraftTokens: sum((usage) => usage.acceptedDraftTokens),
    removedMass: sampledTokens === 0 ? 0 : sum((usage) => usage.removedMass * usage.sampledTokens) / sampledTokens,
  };
}

function atLeast(least: number, value: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new SurecallError('SURECALL_INVALID_OPTION', `${name}: must be a whole number of at least ${least}, got ${shown(value)}`);
}

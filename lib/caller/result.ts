// What a call gives back. Types only: the command line, the server and the caller share them.

import type { ErrorCode } from '../errors.js';

/** The outcome of one call. `Call` is a union over the tools where their definitions tell the types of the arguments. */
export interface CallResult<Call = ToolCall> {
  /** The function calls, in the order in which the model wrote them. */
  readonly calls: readonly Call[];
  /** The text that the model wrote, calls included, exactly as decoded. */
  readonly text: string;
  /** The text outside of calls and thinking. */
  readonly content: string;
  /** What the model thought before it answered; absent where it did not. */
  readonly thinking?: string;
  /**
   * Why decoding ended: a complete call, the model's own end of text or a stop string, or the token budget. `uncertain`: a
   * call whose confidence is below `minConfidence`.
   */
  readonly finishReason: 'tool_calls' | 'stop' | 'length' | 'uncertain';
  /** Token counts. */
  readonly usage: Usage;
  /** Wall time by stage. */
  readonly timings: Timings;
  /** Every decoding step; present only where a trace was asked for. */
  readonly trace?: readonly TraceStep[];
}

/** The outcome of one prompt of a batch: a result, or the error in its place. */
export type BatchResult<Call = ToolCall> =
  | ({ readonly index: number; readonly error?: undefined } & CallResult<Call>)
  | { readonly index: number; readonly calls: readonly []; readonly error: { readonly code: ErrorCode; readonly message: string } };

/** One function call, valid for the definition of its tool. */
export interface ToolCall<Name extends string = string, Arguments = Record<string, unknown>> {
  /** Unique in the conversation that was the prompt. */
  readonly id: string;
  /** The tool's name. */
  readonly name: Name;
  /** The arguments, parsed. */
  readonly arguments: Arguments;
  /** The probability, among what the mask allowed, of the choices that made this call: 0 to 1. */
  readonly confidence: number;
  /** The same of each argument by itself, by its name. */
  readonly argumentConfidence: Readonly<Record<string, number>>;
  /** What a schema asks for that the mask did not enforce and the arguments violate. Only with `relax`. */
  readonly violations?: readonly string[];
}

/** Token counts of one call. */
export interface Usage {
  /** Tokens of the prompt, cached ones included. */
  readonly promptTokens: number;
  /** Prompt tokens that were already in the KV cache. */
  readonly cachedTokens: number;
  /** Answer tokens that were determined by the tools and never sampled. */
  readonly fastForwardedTokens: number;
  /** Answer tokens that the model chose. */
  readonly sampledTokens: number;
  /** Evaluations of the model, prompt included. */
  readonly modelSteps: number;
  /** Tokens that were evaluated ahead, on the guess that they would follow. */
  readonly draftTokens: number;
  /** Of these, the ones that did follow. */
  readonly acceptedDraftTokens: number;
  /** Tokens that were evaluated to compare the names of tools, in model steps that count above. Only with `scoreNames`. */
  readonly scoredTokens?: number;
  /** Mean probability mass that the mask removed at the choices: 0 when the model never strayed. */
  readonly removedMass: number;
}

/** Wall time of one call in milliseconds. */
export interface Timings {
  /** Waiting for a slot. */
  readonly queuedMs: number;
  /** From then until the first choice; in a batch, other answers share that time. */
  readonly prefillMs: number;
  /** Waiting for the model at later choices. */
  readonly decodeMs: number;
  /** Masks, choices, drafts. */
  readonly maskMs: number;
  /** The sum. */
  readonly totalMs: number;
}

/** One step of decoding: a token that the model chose, or a stretch that was determined. */
export interface TraceStep {
  /** Whether the model had a choice. */
  readonly kind: 'choice' | 'forced';
  /** One token for a choice, at least one for a forced stretch. */
  readonly tokens: readonly TraceToken[];
  /** Log probability of the chosen token among the allowed ones. */
  readonly logprob?: number;
  /** How many tokens the mask allowed. */
  readonly allowed?: number;
  /** The best alternatives, best first, the chosen token included. */
  readonly alternatives?: readonly TraceAlternative[];
  /** Probability mass that the mask removed at this choice. */
  readonly removedMass?: number;
}

/** A token in a trace. */
export interface TraceToken {
  readonly id: number;
  /** What it adds to the text. */
  readonly text: string;
}

/** A token that could have been chosen. */
export interface TraceAlternative extends TraceToken {
  /** Log probability among the allowed tokens. */
  readonly logprob: number;
}

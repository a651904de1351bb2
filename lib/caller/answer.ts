// What came back from decoding, as calls. The captures say where each part stands, so nothing is searched.

import { ARGUMENT, ARGUMENTS, CALL, CONTENT, THINKING } from '../formats/captures.js';
import type { CaptureSpan, DecodeStep, GenerateResult } from '../native-types.js';
import type { Vocabulary } from '../mask.js';
import { type CallReader, type CallText, readCall } from './call-text.js';
import { Confidence } from './confidence.js';
import type { CallResult, ToolCall, TraceStep } from './result.js';

/** What an answer consists of. */
const PARTS = [CALL, CONTENT, THINKING];

/** What is needed to read an answer. */
export interface AnswerContext extends CallReader {
  readonly vocabulary: Vocabulary;
  /** Calls below this confidence make the answer uncertain. */
  readonly minConfidence: number;
}

/** Reads an answer. Throws what {@link readCall} throws. */
export function toCallResult(answer: GenerateResult, context: AnswerContext): CallResult {
  const textOf = (begin: number, end: number): string => answer.text.toString('utf8', begin, end);
  const join = (spans: readonly CaptureSpan[]): string => spans.map(({ begin, end }) => textOf(begin, end)).join('');
  const confidence = new Confidence(answer.choices);
  const calls = callTexts(answer.captures).map((call, index) => readCall(textOf, call, index, confidence, context));
  const thinking = spansOf(answer, THINKING);
  const { promptTokens, cachedTokens, fastForwardedTokens, sampledTokens, modelSteps, removedMass } = answer;
  const { draftTokens, acceptedDraftTokens } = answer;
  const { queuedMs, prefillMs, decodeMs, maskMs, totalMs } = answer;
  return {
    calls,
    text: answer.text.toString('utf8'),
    content: join(spansOf(answer, CONTENT)),
    ...(thinking.length === 0 ? {} : { thinking: join(thinking) }),
    finishReason: finishReason(answer, calls, context.minConfidence),
    usage: { promptTokens, cachedTokens, fastForwardedTokens, sampledTokens, modelSteps, draftTokens, acceptedDraftTokens, removedMass },
    timings: { queuedMs, prefillMs, decodeMs, maskMs, totalMs },
    ...(answer.trace === undefined ? {} : { trace: answer.trace.map((step) => toTraceStep(step, context.vocabulary)) }),
  };
}

function finishReason({ finishReason: reason }: GenerateResult, calls: readonly ToolCall[], minConfidence: number): CallResult['finishReason'] {
  if (calls.some(({ confidence }) => confidence < minConfidence)) return 'uncertain';
  if (reason === 'length') return 'length';
  return calls.length > 0 ? 'tool_calls' : 'stop';
}

/** The calls among the captures, which come in the order in which they open. */
function callTexts(captures: readonly CaptureSpan[]): CallText[] {
  const calls: CallText[] = [];
  let begin = 0;
  for (const span of captures) {
    if (span.name === CALL) begin = span.begin;
    if (span.name.startsWith(ARGUMENTS)) calls.push({ name: span.name.slice(ARGUMENTS.length), begin, span, members: [] });
    if (span.name === ARGUMENT) calls.at(-1)?.members.push(span);
  }
  return calls;
}

/** The captures of this name that are in no other: free text inside of thinking is no content. */
function spansOf({ captures }: GenerateResult, name: string): readonly CaptureSpan[] {
  const found: CaptureSpan[] = [];
  let end = 0;
  for (const span of captures) {
    if (span.begin < end) continue;
    if (span.name === name) found.push(span);
    if (PARTS.includes(span.name)) end = span.end;
  }
  return found;
}

/** A step with its tokens as text. */
export function toTraceStep(step: DecodeStep, vocabulary: Vocabulary): TraceStep {
  const shown = (id: number) => ({ id, text: vocabulary.spelling(id) });
  const tokens = Array.from(step.tokens, shown);
  if (step.kind === 'forced') return { kind: 'forced', tokens };
  const { logprob, allowed, removedMass } = step;
  const alternatives = step.alternatives.map((alternative) => ({ ...shown(alternative.token), logprob: alternative.logprob }));
  return { kind: 'choice', tokens: tokens.length > 0 ? tokens : [shown(step.token)], logprob, allowed, removedMass, alternatives };
}

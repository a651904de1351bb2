// What came back from decoding, as calls. The captures say where each part stands, so nothing is searched.

import { ARGUMENT, CALL, capturedArguments, textParts } from '../formats/captures.js';
import type { CaptureSpan, DecodeStep, GenerateResult } from '../native-types.js';
import type { Vocabulary } from '../mask.js';
import { type CallReader, type CallText, readCall } from './call-text.js';
import { Confidence } from './confidence.js';
import type { CallResult, ToolCall, TraceStep } from './result.js';

/** What is needed to read an answer. */
export interface AnswerContext extends CallReader {
  readonly vocabulary: Vocabulary;
  /** Calls below this confidence make the answer uncertain. */
  readonly minConfidence: number;
}

/** Reads an answer. Throws what {@link readCall} throws. */
export function toCallResult(answer: GenerateResult, context: AnswerContext): CallResult {
  const confidence = new Confidence(answer.choices);
  const written = (begin: number, end: number): string => answer.text.toString('utf8', begin, end);
  const calls = callTexts(answer.captures).map((call, index) => readCall(written, call, index, confidence, context));
  const parts = textParts(answer.captures, answer.text.length);
  const textOf = (kind: 'content' | 'thinking'): string =>
    parts.filter((part) => part.kind === kind).map(({ begin, end }) => written(begin, end)).join('');
  const thinking = textOf('thinking');
  const { promptTokens, cachedTokens, fastForwardedTokens, sampledTokens, modelSteps, removedMass } = answer;
  const { draftTokens, acceptedDraftTokens } = answer;
  const { queuedMs, prefillMs, decodeMs, maskMs, totalMs } = answer;
  return {
    calls,
    text: answer.text.toString('utf8'),
    content: textOf('content'),
    ...(thinking === '' ? {} : { thinking }),
    finishReason: finishReason(answer, calls, context.minConfidence),
    usage: { promptTokens, cachedTokens, fastForwardedTokens, sampledTokens, modelSteps, draftTokens, acceptedDraftTokens, removedMass, ...(answer.comparedTokens === 0 ? {} : { scoredTokens: answer.comparedTokens }) },
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
    const captured = capturedArguments(span.name);
    if (captured !== undefined) calls.push({ name: captured.tool, style: captured.style, begin, span, members: [] });
    if (span.name === ARGUMENT) calls.at(-1)?.members.push(span);
  }
  return calls;
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

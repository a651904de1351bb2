// What came back from decoding, as calls. The captures say where each tool's arguments stand, so nothing is searched.

import { SurecallError } from '../errors.js';
import type { JsonSchemaFormat } from '../formats/index.js';
import { toolOfContent } from '../formats/tags.js';
import type { Vocabulary } from '../mask.js';
import type { CaptureSpan, DecodeStep, GenerateResult } from '../native-types.js';
import { repairEscapes } from '../text/repair.js';
import type { Check } from './check.js';
import type { CallResult, ToolCall, TraceStep } from './result.js';

const PREFIX = 'call:';

/** The capture that is put around the arguments of a tool. */
export function callCapture(format: JsonSchemaFormat): string | undefined {
  const name = toolOfContent(format);
  return name === undefined ? undefined : PREFIX + name;
}

/** What is needed to read an answer. */
export interface AnswerContext {
  readonly lenient: boolean;
  readonly vocabulary: Vocabulary;
  /** The number of the first call: ids are unique in the conversation. */
  readonly firstCall: number;
  /** For arguments that the mask did not enforce entirely. */
  readonly check: Check | undefined;
}

/**
 * Reads an answer.
 *
 * @throws SurecallError `SURECALL_INTERNAL` if arguments are not JSON, which the mask rules out.
 */
export function toCallResult(answer: GenerateResult, context: AnswerContext): CallResult {
  const calls = answer.captures
    .filter(({ name }) => name.startsWith(PREFIX))
    .map((span, index) => toCall(answer, span, index, context));
  const { promptTokens, cachedTokens, fastForwardedTokens, sampledTokens, modelSteps, removedMass } = answer;
  const { draftTokens, acceptedDraftTokens } = answer;
  const { queuedMs, prefillMs, decodeMs, maskMs, totalMs } = answer;
  return {
    calls,
    text: answer.text.toString('utf8'),
    finishReason: answer.finishReason === 'length' ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop',
    usage: { promptTokens, cachedTokens, fastForwardedTokens, sampledTokens, modelSteps, draftTokens, acceptedDraftTokens, removedMass },
    timings: { queuedMs, prefillMs, decodeMs, maskMs, totalMs },
    ...(answer.trace === undefined ? {} : { trace: answer.trace.map((step) => toTraceStep(step, context.vocabulary)) }),
  };
}

function toCall(answer: GenerateResult, { name, begin, end }: CaptureSpan, index: number, { lenient, check, firstCall }: AnswerContext): ToolCall {
  const written = answer.text.subarray(begin, end).toString('utf8');
  const json = lenient ? repairEscapes(written) : written;
  let args: Record<string, unknown>;
  try {
    args = JSON.parse(json) as Record<string, unknown>;
  } catch (cause) {
    throw new SurecallError('SURECALL_INTERNAL', `the arguments of ${name.slice(PREFIX.length)} are not JSON: ${json}`, { cause });
  }
  const tool = name.slice(PREFIX.length);
  const call = { id: `call_${firstCall + index}`, name: tool, arguments: args, confidence: confidence(answer, end) };
  return check === undefined ? call : { ...call, violations: check(tool, args) };
}

/** The probability of all choices up to the end of the arguments: those before them chose the tool. */
function confidence({ choices }: GenerateResult, end: number): number {
  const logprobs = choices.filter((choice) => !choice.ends && choice.begin < end).map((choice) => choice.logprob);
  return Math.exp(logprobs.reduce((sum, logprob) => sum + logprob, 0));
}

function toTraceStep(step: DecodeStep, vocabulary: Vocabulary): TraceStep {
  const shown = (id: number) => ({ id, text: vocabulary.spelling(id) });
  const tokens = Array.from(step.tokens, shown);
  if (step.kind === 'forced') return { kind: 'forced', tokens };
  const { logprob, allowed, removedMass } = step;
  const alternatives = step.alternatives.map((alternative) => ({ ...shown(alternative.token), logprob: alternative.logprob }));
  return { kind: 'choice', tokens: tokens.length > 0 ? tokens : [shown(step.token)], logprob, allowed, removedMass, alternatives };
}

// What --verbose prints: every step of a result, as text.

import type { CallResult, TraceStep } from '../caller/result.js';
import type { ItemKey } from './item.js';

const BEST_ALTERNATIVES = 5;

/** A heading for an item: `[3/22] "Greet shrek"`; without the total where nobody knows it. */
export function describeItem(key: ItemKey, number: number, total: number | undefined): string {
  const shown = 'prompt' in key ? key.prompt : 'messages' in key ? key.messages : `line ${key.line}`;
  return `[${number}${total === undefined ? '' : `/${total}`}] ${JSON.stringify(shown)}\n`;
}

/** Every step of a result: forced stretches, choices with log probability, alternatives and how many were allowed. */
export function describeResult(result: CallResult): string {
  const steps = (result.trace ?? []).map((step) => (step.kind === 'forced' ? describeForced(step) : describeChoice(step)));
  const calls = result.calls.map(
    (call) => `  call    ${call.name}(${JSON.stringify(call.arguments)})  confidence ${call.confidence.toFixed(3)}\n`,
  );
  return [...steps, ...calls, describeUsage(result)].join('');
}

function describeForced({ tokens }: TraceStep): string {
  return `  forced  ${textOf(tokens)}  ${tokens.length} ${tokens.length === 1 ? 'token' : 'tokens'}\n`;
}

function describeChoice(step: TraceStep): string {
  const facts = [
    ...(step.logprob === undefined ? [] : [`logprob ${step.logprob.toFixed(3)}`]),
    ...(step.allowed === undefined ? [] : [`${step.allowed} allowed`]),
    ...(step.removedMass === undefined ? [] : [`${(100 * step.removedMass).toFixed(1)}% removed`]),
  ];
  const best = (step.alternatives ?? []).slice(0, BEST_ALTERNATIVES);
  const alternatives = best.map(({ text, logprob }) => `${JSON.stringify(text)} ${logprob.toFixed(3)}`).join('  ');
  return `  choice  ${textOf(step.tokens)}  ${facts.join(', ')}\n${alternatives === '' ? '' : `          ${alternatives}\n`}`;
}

function describeUsage({ usage, timings, finishReason }: CallResult): string {
  const { promptTokens, cachedTokens, fastForwardedTokens, sampledTokens, modelSteps } = usage;
  return (
    `  usage   prompt ${promptTokens} (${cachedTokens} cached), fast-forwarded ${fastForwardedTokens}, sampled ${sampledTokens}, ` +
    `model steps ${modelSteps}, ${timings.totalMs.toFixed(0)} ms, ${finishReason}\n`
  );
}

function textOf(tokens: TraceStep['tokens']): string {
  return JSON.stringify(tokens.map(({ text }) => text).join(''));
}

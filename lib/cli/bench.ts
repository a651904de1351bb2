// `surecall bench`: what the mask engine costs on this machine, for one model, one set of functions and their prompts.

import type { Caller } from '../caller/caller.js';
import type { CallResult } from '../caller/result.js';
import type { Model } from '../models/model.js';
import { readPrompts, readTools } from './files.js';

/** The flags of `surecall bench`. */
export interface BenchOptions {
  readonly functionsDefinition: string;
  readonly input: string;
  readonly model?: string;
  readonly threads?: number;
}

/**
 * Runs the prompts once and reports time, counts and memory as lines of text.
 *
 * @throws SurecallError what loading, reading and calling throw.
 */
export async function runBench(options: BenchOptions, signal: AbortSignal): Promise<string> {
  const tools = readTools(options.functionsDefinition);
  const prompts = readPrompts(options.input);
  const { loadModel } = await import('../index.js');
  await using model = await loadModel(options.model, { signal, ...(options.threads === undefined ? {} : { threads: options.threads }) });
  const started = performance.now();
  const caller = model.caller(tools);
  const compileMs = performance.now() - started;
  const results: CallResult[] = [];
  for (const prompt of prompts) results.push(await caller.call(prompt, { signal }));
  return [...describeTime(results, compileMs), ...describeMemory(model, caller, results)].join('\n');
}

function describeTime(results: readonly CallResult[], compileMs: number): string[] {
  const sum = (of: (result: CallResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const total = sum(({ timings }) => timings.totalMs);
  const [prefill, decode, mask] = [sum((r) => r.timings.prefillMs), sum((r) => r.timings.decodeMs), sum((r) => r.timings.maskMs)];
  const forced = sum(({ usage }) => usage.fastForwardedTokens);
  const tokens = forced + sum(({ usage }) => usage.sampledTokens);
  const steps = sum(({ usage }) => usage.modelSteps);
  return [
    `prompts               ${results.length}, ${(results.length / (total / 1000)).toFixed(1)} per second`,
    `answer tokens         ${tokens}, ${(100 * forced / tokens).toFixed(1)}% fast-forwarded, ${(steps / results.length).toFixed(1)} model steps per call`,
    `compile the functions ${compileMs.toFixed(2)} ms`,
    `time                  ${total.toFixed(0)} ms: prefill ${prefill.toFixed(0)}, decode ${decode.toFixed(0)}, masks and choices ${mask.toFixed(0)}`,
  ];
}

function describeMemory(model: Model, caller: Caller, results: readonly CallResult[]): string[] {
  const states = results.map(({ text }) => {
    const matcher = caller.template.matcher();
    for (const token of model.vocabulary.tokenize(text)) matcher.acceptToken(token);
    return matcher.memoryBytes;
  });
  const { automatonBytes, stateBytes, maskBytes } = caller.template.stats;
  return [
    `vocabulary            ${model.vocabulary.size} tokens, ${megabytes(model.vocabulary.memoryBytes)} of structures`,
    `functions, shared     automaton ${megabytes(automatonBytes)}, states ${megabytes(stateBytes)}, masks ${megabytes(maskBytes)}`,
    `per prompt            ${(Math.max(...states, 0) / 1024).toFixed(1)} KB at most, besides the KV cache`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

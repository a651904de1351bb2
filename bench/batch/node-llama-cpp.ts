// node-llama-cpp as a process of bench:batch, set up as its documentation says for many prompts: one model, one context
// with a sequence for every slot, batching left on, each sequence with an object that keeps its state.
//
// LlamaCompletion stands in for LlamaChatSession: both evaluate through the same sequence, but it takes the rendered
// prompt, so that all engines see the same tokens.

import { pathToFileURL } from 'node:url';
import { repositoryPath } from '../../test/support/shared-data.js';
import { exactGrammar, print, readTask, runJobs, slotSize } from './measure.js';
import type { Job } from './protocol.js';

/** The little of its interface that is used here: the package is no dependency of ours, so its types are not at hand. */
interface Package {
  getLlama(options: object): Promise<Llama>;
  LlamaCompletion: new (options: { contextSequence: unknown }) => Completion;
}
interface Llama {
  loadModel(options: object): Promise<{
    createContext(options: object): Promise<{ getSequence(): unknown }>;
    tokenize(text: string, specialTokens: boolean): number[];
    dispose(): Promise<void>;
  }>;
  createGrammar(options: { grammar: string }): Promise<unknown>;
}
interface Completion {
  generateCompletion(input: number[], options: object): Promise<string>;
}

const root = repositoryPath('.cache/peers-node/node_modules/node-llama-cpp');
const { getLlama, LlamaCompletion } = (await import(pathToFileURL(`${root}/dist/index.js`).href)) as Package;

const task = readTask();
const { threads, slots, answers } = task;
const loading = performance.now();
const llama = await getLlama({ build: 'never', gpu: false, maxThreads: threads, logLevel: 'error' });
const model = await llama.loadModel({ modelPath: task.model, useMmap: true });
const context = await model.createContext({ sequences: slots, contextSize: slotSize(task), threads, batchSize: 512 });
const idle = Array.from({ length: slots }, () => new LlamaCompletion({ contextSequence: context.getSequence() }));
const waiting: ((completion: Completion) => void)[] = [];
const loadMs = performance.now() - loading;

async function answer({ prompt, answerTokens }: Job): Promise<string> {
  const completion = idle.pop() ?? (await new Promise<Completion>((resolve) => waiting.push(resolve)));
  try {
    const constraint = answers === 'replay' ? { grammar: await llama.createGrammar({ grammar: exactGrammar(answerTokens) }), maxTokens: answerTokens.length + 1 } : { maxTokens: answerTokens.length };
    return await completion.generateCompletion(model.tokenize(prompt, true), { temperature: 0, ...constraint });
  } finally {
    const next = waiting.shift();
    if (next === undefined) idle.push(completion);
    else next(completion);
  }
}

let cpu = process.cpuUsage();
const timed = await runJobs(task, answer, () => { cpu = process.cpuUsage(); });
const { user, system } = process.cpuUsage(cpu);
print({ engine: 'node-llama-cpp', version: task.label, loadMs, ...timed, cpuMs: (user + system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 });
await model.dispose();
process.exit();

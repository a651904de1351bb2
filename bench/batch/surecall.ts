// surecall as a process of bench:batch.

import { type Caller, loadModel, type Model } from '../../lib/index.js';
import type { ToolInput } from '../../lib/tools/index.js';
import { print, readTask, runJobs } from './measure.js';
import type { Job } from './protocol.js';
import { CALLER_OPTIONS } from './workloads.js';

const task = readTask();
const { workload, threads, slots, contextSize, cacheSize, drafts, flashAttention } = task;
const loading = performance.now();
await using model = await loadModel(task.model, {
  threads,
  slots,
  contextSize,
  cacheSize,
  ...(flashAttention === undefined ? {} : { flashAttention }),
  ...(task.prefixCacheDir === undefined ? {} : { prefixCacheDir: task.prefixCacheDir }),
});
const loadMs = performance.now() - loading;

const callers = new Map<number, Caller>();
const sums = { prefillTokens: 0, cachedTokens: 0, prefillMs: 0, decodeMs: 0, modelSteps: 0, draftTokens: 0, acceptedDraftTokens: 0 };

async function answer({ tools, message, answer: teacher }: Job): Promise<string> {
  // What it costs to compile the tools is part of the time.
  const caller = callers.get(tools) ?? model.caller(workload.toolSets[tools] as ToolInput[], CALLER_OPTIONS);
  callers.set(tools, caller);
  const { text, usage, timings } = await caller.call(message, { teacher, drafts });
  sums.prefillTokens += usage.promptTokens - usage.cachedTokens;
  sums.cachedTokens += usage.cachedTokens;
  sums.prefillMs += timings.prefillMs;
  sums.decodeMs += timings.decodeMs;
  sums.modelSteps += usage.modelSteps;
  sums.draftTokens += usage.draftTokens;
  sums.acceptedDraftTokens += usage.acceptedDraftTokens;
  return text;
}

let before = model.stats();
let cpu = process.cpuUsage();
const timed = await runJobs(task, answer, () => {
  before = model.stats();
  cpu = process.cpuUsage();
  for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] = 0;
});
const { user, system } = process.cpuUsage(cpu);
const after = model.stats();
// Only now: it would leave the tools in the cache.
const prefillRate = await measurePrefill(model);
print({
  engine: 'surecall',
  version: task.label,
  loadMs,
  ...timed,
  cpuMs: (user + system) / 1000,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  ...sums,
  decodes: after.steps - before.steps,
  evaluatedTokens: after.tokens - before.tokens,
  evaluateMs: after.evaluateMs - before.evaluateMs,
  prefillRate,
});

/** Tokens a second of the longest prompt, twice from nothing: the better one counts, the other was disturbed. */
async function measurePrefill(loaded: Model): Promise<number> {
  const [job] = [...workload.jobs].sort((a, b) => b.promptTokens.length - a.promptTokens.length);
  if (job === undefined) return NaN;
  const caller = loaded.caller(workload.toolSets[job.tools] as ToolInput[], CALLER_OPTIONS);
  const rates: number[] = [];
  for (let i = 0; i < 2; i++) {
    const { usage, timings } = await caller.call(job.message, { teacher: job.answer, prefixCache: false });
    rates.push((1000 * usage.promptTokens) / timings.prefillMs);
  }
  return Math.max(...rates);
}

// The workloads of bench:batch, made from BFCL: prompts, tools, and the answers to replay.

import { DEFAULT_LIMITS } from '../../lib/defaults.js';
import { type Caller, type ErrorCode, type Model, SurecallError } from '../../lib/index.js';
import type { OpenAiChatTool } from '../../lib/tools/tool.js';
import { type BfclItem, readBfcl, teacherText } from '../bfcl.js';
import type { Job, Workload } from './protocol.js';

/** How every caller of the bench is made: Qwen's format, and nothing that would refuse a set of BFCL. */
export const CALLER_OPTIONS = { relax: true, escapes: 'strict', format: 'qwen', limits: DEFAULT_LIMITS } as const;

const SHARED_TOOLS_TOKENS = 1000;

/** What an item may be at fault for. */
const UNFIT: ReadonlySet<ErrorCode> = new Set(['SURECALL_TEACHER', 'SURECALL_UNSUPPORTED_SCHEMA', 'SURECALL_BUDGET_TOO_SMALL', 'SURECALL_CONTEXT_TOO_SMALL']);

/** `count` prompts over one set of tools of some 1,000 tokens. */
export async function sharedTools(model: Model, count: number): Promise<Workload> {
  const items = readBfcl('live_simple').filter(({ tools }) => tools.length === 1);
  const byTool = groupBy(items);
  const groups = [...byTool.values()].sort((a, b) => b.length - a.length);
  const tools: OpenAiChatTool[] = [];
  const chosen: BfclItem[] = [];
  for (const group of groups) {
    const [tool] = group[0]?.tools ?? [];
    if (tool === undefined || tools.some(({ function: { name } }) => name === tool.function.name)) continue;
    tools.push(tool);
    chosen.push(...group);
    if (model.vocabulary.tokenize(model.caller(tools, CALLER_OPTIONS).render(''), true).length >= SHARED_TOOLS_TOKENS) break;
  }
  const caller = model.caller(tools, CALLER_OPTIONS);
  const distinct: Job[] = [];
  // Interleaved, so that neighbours ask for different tools.
  for (const item of interleaved(chosen)) {
    const job = await makeJob(model, () => caller, { ...item, tools }, 0);
    if (job !== undefined) distinct.push(job);
  }
  const jobs: Job[] = [];
  for (let i = 0; i < count; i++) {
    const job = distinct[i % distinct.length] as Job;
    jobs.push(i < distinct.length ? job : await renumbered(model, caller, job, i));
  }
  return { name: 'shared', toolSets: [tools], jobs };
}

/** `count` items, half of them of `multiple` and half of `live_simple`, each with its own tools. */
export async function ownTools(model: Model, count: number): Promise<Workload> {
  const toolSets: unknown[] = [];
  const jobs: Job[] = [];
  const half = Math.ceil(count / 2);
  for (const category of ['multiple', 'live_simple'] as const) {
    const wanted = category === 'multiple' ? half : count - half;
    const start = jobs.length;
    for (const item of readBfcl(category)) {
      if (jobs.length - start >= wanted) break;
      const job = await makeJob(model, () => model.caller(item.tools, CALLER_OPTIONS), item, toolSets.length);
      if (job === undefined) continue;
      toolSets.push(item.tools);
      jobs.push(job);
    }
  }
  return { name: 'bfcl', toolSets, jobs };
}

function groupBy(items: readonly BfclItem[]): Map<string, BfclItem[]> {
  const groups = new Map<string, BfclItem[]>();
  for (const item of items) {
    const key = JSON.stringify(item.tools[0]);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** A fixed shuffle: steps of a size that no usual count is a multiple of. */
function interleaved<T>(list: readonly T[]): T[] {
  const step = 37;
  const order = list.map((item, index) => ({ item, at: (index * step) % 101 }));
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** The job of an item; undefined where its right answer is not one that its tools allow. */
async function makeJob(model: Model, callerOf: () => Caller, item: BfclItem, tools: number): Promise<Job | undefined> {
  const message = item.messages.at(-1)?.content ?? '';
  const answer = teacherText(item);
  try {
    const caller = callerOf();
    // Pseudo-random logits: nothing is evaluated, but the choices are those of the real run.
    const { trace = [], text } = await caller.call(message, { teacher: answer, trace: true, randomLogitsSeed: 1, drafts: false });
    if (text !== answer) return undefined;
    const kinds = trace.flatMap(({ kind, tokens }) => tokens.map(() => kind));
    const prompt = caller.render(message);
    return {
      id: item.id,
      prompt,
      promptTokens: [...model.vocabulary.tokenize(prompt, true)],
      message,
      tools,
      answer,
      answerTokens: [...model.vocabulary.tokenize(answer)],
      neededTokens: Math.max(0, kinds.lastIndexOf('choice')),
    };
  } catch (error) {
    if (error instanceof SurecallError && UNFIT.has(error.code)) return undefined;
    throw error;
  }
}

/** The same request once more with a number in front, so that no two prompts have more in common than the tools. */
async function renumbered(model: Model, caller: Caller, job: Job, number: number): Promise<Job> {
  const message = `Ticket ${number + 1}: ${job.message}`;
  const prompt = caller.render(message);
  return { ...job, id: `${job.id} #${number + 1}`, message, prompt, promptTokens: [...model.vocabulary.tokenize(prompt, true)] };
}

/** Tokens that any engine must evaluate at least once: common beginnings once, and no answer beyond its last choice. */
export function neededTokens({ jobs }: Workload): number {
  interface Node { readonly next: Map<number, Node> }
  const root: Node = { next: new Map() };
  let count = 0;
  for (const { promptTokens, answerTokens, neededTokens: needed } of jobs) {
    let node = root;
    for (const token of [...promptTokens, ...answerTokens.slice(0, needed)]) {
      let next = node.next.get(token);
      if (next === undefined) {
        next = { next: new Map() };
        node.next.set(token, next);
        count++;
      }
      node = next;
    }
  }
  return count;
}

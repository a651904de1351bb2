// Replay: right answers walked through the masks, without any model. Says what share of them can be written at all, and how many
// tokens and model steps they take.

import { DEFAULT_LIMITS } from '../defaults.js';
import { type Check, checkOf } from '../caller/check.js';
import { describeError } from '../errors.js';
import { type FormatName, toStructuralTag, wireFormat } from '../formats/index.js';
import type { Vocabulary } from '../mask.js';
import type { Model } from '../models/model.js';
import { plain } from '../text/exact-json.js';
import { parseTools, type Tool } from '../tools/index.js';
import { tagOptions, type Task } from './task.js';
import { walk } from './walk.js';
import { writeCalls } from './written-call.js';

/** The formats of a replay where none is named. */
export const REPLAY_FORMATS: readonly FormatName[] = ['json', 'qwen'];

/** What became of one right answer. */
export interface Replayed {
  readonly id: string;
  readonly category: string;
  readonly format: FormatName;
  /** Why the answer cannot be written; undefined if it can. */
  readonly miss?: string;
  /** Tokens of the answer; with one model step for each, its steps where nothing is known in advance. */
  readonly tokens: number;
  /** Of these, determined by the tools. */
  readonly forced: number;
  /** Model steps where determined tokens are evaluated together with what precedes: one for each choice. */
  readonly fastForwardSteps: number;
  /** Model steps with drafts as well; undefined where no engine was at hand. */
  readonly draftSteps?: number;
}

/** Where answers are replayed. */
export interface ReplayPlace {
  readonly vocabulary: Vocabulary;
  /** An engine with the same vocabulary: only with it drafts are counted. Its weights are not used. */
  readonly model?: Model;
}

/** Replays the right answer of a task. */
export async function replay(task: Task, format: FormatName, { vocabulary, model }: ReplayPlace): Promise<Replayed> {
  const { id, category } = task;
  const nothing = { id, category, format, tokens: 0, forced: 0, fastForwardSteps: 0 };
  try {
    const tools = parseTools(task.tools);
    const unknown = task.answer.find(({ name }) => !tools.some((tool) => tool.name === name));
    if (unknown !== undefined) return { ...nothing, miss: `there is no tool ${unknown.name}` };
    const text = writeCalls(task.answer, tools, format);
    const { refusedAt, tokens, forced, choices } = walk(vocabulary, compile(tools, task, format, vocabulary), text);
    if (refusedAt !== undefined) return { ...nothing, miss: missOf(task, tools, text, refusedAt) };
    const draftSteps = model === undefined ? undefined : await stepsWithDrafts(task, format, text, model);
    return { id, category, format, tokens, forced, fastForwardSteps: Math.max(1, choices), ...(draftSteps === undefined ? {} : { draftSteps }) };
  } catch (error) {
    return { ...nothing, miss: describeError(error).message };
  }
}

function compile(tools: readonly Tool[], task: Task, format: FormatName, vocabulary: Vocabulary) {
  const tag = toStructuralTag(tools, { format, ...tagOptions(task) });
  return vocabulary.compileStructuralTag(tag, { whitespace: wireFormat(format).whitespace, escapes: 'lenient', relax: true, undeclared: 'refused', limits: DEFAULT_LIMITS });
}

/** The engine's own count: the answer in place of the model's choices, nothing evaluated. */
async function stepsWithDrafts(task: Task, format: FormatName, text: string, model: Model): Promise<number> {
  const caller = model.caller(task.tools, { format, relax: true, ...tagOptions(task) });
  const maxTokens = Math.max(512, 2 * model.vocabulary.tokenize(text).length);
  const { usage } = await caller.call(task.messages, { teacher: text, randomLogitsSeed: 1, maxTokens });
  return usage.modelSteps;
}

/** What the definition of the tool says against the answer, or else where the mask stopped it. */
function missOf({ answer }: Task, tools: readonly Tool[], text: string, refusedAt: number): string {
  const check: Check = checkOf(tools);
  const faults = answer.flatMap(({ name, arguments: args }) => check(name, plain(args) as Record<string, unknown>));
  if (faults.length > 0) return `not valid for the tool: ${faults.join('; ')}`;
  const bytes = Buffer.from(text);
  return `the mask refuses ${JSON.stringify(bytes.subarray(refusedAt, refusedAt + 30).toString())} after ${JSON.stringify(bytes.subarray(0, refusedAt).toString().slice(-30))}`;
}

// bench/ measures answers: prompts with known right calls, run through a model with and without masks, or replayed through the masks
// alone. A task is one such prompt, whatever collection it is from: bfcl/ reads the Berkeley Function Calling Leaderboard, examples.ts
// the sets in examples/. answer.ts judges one answer, arms.ts produces answers, run.ts goes over tasks, replay.ts needs no model,
// summary.ts adds up, and report*.ts show the sums.

import type { ChatMessage, TagOptions } from '../formats/index.js';
import type { ToolInput } from '../tools/tool.js';
import type { WrittenCall } from './written-call.js';

/** Ways to get an answer, described in arms.ts, in the order of reports. */
export const ARMS = ['unconstrained', 'constrained', 'fast-forward'] as const;

/** The name of an arm. */
export type Arm = (typeof ARMS)[number];

/** A prompt and what counts as a right answer. */
export interface Task {
  /** Unique in its collection. */
  readonly id: string;
  /** What reports group by. */
  readonly category: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolInput[];
  /** How many calls an answer has: `one`, `several` (one or more), or `any` (none as well). */
  readonly calls: 'one' | 'several' | 'any';
  /** A right answer; empty where no call is right. */
  readonly answer: readonly WrittenCall[];
  /** Why calls are not right; undefined if they are. */
  fault(calls: readonly WrittenCall[]): string | undefined;
}

/** The shape of an answer to the task. */
export function tagOptions({ calls }: Task): Required<Pick<TagOptions, 'toolChoice' | 'parallelCalls'>> {
  return { toolChoice: calls === 'any' ? 'auto' : 'required', parallelCalls: calls !== 'one' };
}

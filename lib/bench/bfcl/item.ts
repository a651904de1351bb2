// Items of the Berkeley Function Calling Leaderboard, version 4, single turn: prompts, functions, right answers.

import type { ChatMessage } from '../../formats/index.js';
import type { ExactJson } from '../../text/exact-json.js';
import type { OpenAiChatTool } from '../../tools/tool.js';

/** The categories whose data is at hand, in the order of reports. */
export const BFCL_CATEGORIES = [
  'simple_python', 'simple_java', 'simple_javascript', 'multiple', 'parallel', 'parallel_multiple', 'live_simple', 'irrelevance',
] as const;

/** One of {@link BFCL_CATEGORIES}. */
export type BfclCategory = (typeof BFCL_CATEGORIES)[number];

/** One item. */
export interface BfclItem {
  readonly id: string;
  readonly category: BfclCategory;
  readonly messages: readonly ChatMessage[];
  /** What the model is given: names with underscores, types of JSON Schema. */
  readonly tools: readonly OpenAiChatTool[];
  /** What answers are judged by: names with dots, types of the functions' own language. */
  readonly docs: readonly FunctionDoc[];
  /** The calls of a right answer; undefined where no call is right. */
  readonly groundTruth: readonly RightCall[] | undefined;
}

/** A function as BFCL describes it. */
export interface FunctionDoc {
  readonly name: string;
  readonly parameters: { readonly properties: Readonly<Record<string, DocParameter>>; readonly required?: readonly string[] };
}

/** A parameter, or the items of one. */
export interface DocParameter {
  readonly type: string;
  readonly items?: DocParameter;
}

/** One call, each parameter with the values that count as right; "" stands for leaving it out. */
export interface RightCall {
  /** With dots. */
  readonly name: string;
  readonly parameters: ReadonlyMap<string, readonly ExactJson[]>;
}

/** A function's name as the model is given it. */
export function calledName(name: string): string {
  return name.replaceAll('.', '_');
}

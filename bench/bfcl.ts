// Items of the Berkeley Function Calling Leaderboard, and their ground truth as the text that a model would write in
// Qwen's format.

import type { ChatMessage } from '../lib/index.js';
import type { OpenAiChatTool } from '../lib/tools/tool.js';
import { readRows, sharedPath } from '../test/support/shared-data.js';

export interface BfclItem {
  readonly id: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly OpenAiChatTool[];
  /** One call: each parameter with the values that count as right; "" stands for leaving it out. */
  readonly ground_truth: readonly Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>[];
}

/** The items of a category. Throws if the data is not there. */
export function readBfcl(category: string): BfclItem[] {
  const path = sharedPath(`data/bfcl/${category}.jsonl.gz`);
  if (path === undefined) throw new Error(`the data of BFCL is not beside the checkout (data/bfcl/${category}.jsonl.gz)`);
  return readRows(path) as BfclItem[];
}

/** The first right answer to an item with one call. */
export function teacherText({ tools, ground_truth }: BfclItem): string {
  const [name, parameters] = Object.entries(ground_truth[0] ?? {})[0] ?? ['', {}];
  const called = name.replaceAll('.', '_');
  const declared = tools.find((tool) => tool.function.name === called)?.function.parameters as { properties?: object } | undefined;
  const order = Object.keys(declared?.properties ?? {});
  const members = Object.entries(parameters)
    .map(([key, right]) => [key, firstRight(right)] as const)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return `<tool_call>\n{"name": ${JSON.stringify(called)}, "arguments": ${spaced(Object.fromEntries(members))}}\n</tool_call>`;
}

/** The first value, unless the parameter may be left out. Inner objects list right values for each member, too. */
function firstRight(right: readonly unknown[]): unknown {
  return right.includes('') ? undefined : unlisted(right[0]);
}

function unlisted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unlisted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, right]) => [key, Array.isArray(right) ? firstRight(right) : unlisted(right)] as const);
  return Object.fromEntries(members.filter(([, inner]) => inner !== undefined));
}

/** JSON as Python writes it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`).join(', ')}}`;
}

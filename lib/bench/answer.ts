// Judging one answer: does it hold calls at all, are they valid for the tools, are they the right ones?

import type { Check } from '../caller/check.js';
import { describeError } from '../errors.js';
import type { FormatName } from '../formats/index.js';
import { plain } from '../text/exact-json.js';
import type { Tool } from '../tools/tool.js';
import type { Task } from './task.js';
import { readCalls, type WrittenCall } from './written-call.js';

/**
 * What became of a task, in the order in which it is decided:
 *
 * - `undecodable`: no call where one is required, or one that cannot be read; where no call is right, the latter is right, too
 * - `schema`: a call of a tool that does not exist, or with arguments that are not valid for it
 * - `tool`: valid calls, but of other tools than the right ones, or more or fewer; any call where none is right
 * - `arguments`: the right tools with wrong arguments
 * - `error`: not answered, such as for a prompt that does not fit in the context
 */
export const FAILURES = ['undecodable', 'schema', 'tool', 'arguments', 'error'] as const;

export type Outcome = 'right' | (typeof FAILURES)[number];

/** An answer as judged. */
export interface Judged {
  readonly outcome: Outcome;
  /** What is wrong. */
  readonly detail?: string;
  /** The calls that it holds. */
  readonly calls: number;
  /** It can be read and is valid for the tools, right or not: no reason to try again. */
  readonly isValid: boolean;
}

/** Judges the text of an answer. */
export function judge(task: Task, tools: readonly Tool[], check: Check, text: string, format: FormatName): Judged {
  let calls: readonly WrittenCall[];
  try {
    calls = readCalls(text, format, tools);
  } catch (error) {
    const detail = describeError(error).message;
    // BFCL counts what cannot be read as no call, which may be right. A program cannot know that, and tries again.
    return task.fault([]) === undefined ? judged('right', detail, []) : judged('undecodable', detail, []);
  }
  if (calls.length === 0 && task.calls !== 'any') return judged('undecodable', 'there is no call', []);
  const violation = calls.map((call) => violationOf(call, tools, check)).find((one) => one !== undefined);
  const fault = task.fault(calls);
  if (fault === undefined) return { outcome: 'right', calls: calls.length, isValid: violation === undefined };
  if (violation !== undefined) return judged('schema', violation, calls);
  const isSame = names(calls) === names(task.answer);
  return { ...judged(isSame ? 'arguments' : 'tool', fault, calls), isValid: true };
}

function judged(outcome: Outcome, detail: string, calls: readonly WrittenCall[]): Judged {
  return { outcome, detail, calls: calls.length, isValid: false };
}

function violationOf({ name, arguments: args }: WrittenCall, tools: readonly Tool[], check: Check): string | undefined {
  if (!tools.some((tool) => tool.name === name)) return `there is no tool ${name}`;
  const [first] = check(name, plain(args) as Record<string, unknown>);
  return first === undefined ? undefined : `${name}: ${first}`;
}

function names(calls: readonly WrittenCall[]): string {
  return JSON.stringify(calls.map(({ name }) => name).sort());
}

// One call of an answer: where it stands in the text, and what it says.

import { SurecallError } from '../errors.js';
import type { CaptureSpan } from '../native-types.js';
import { repairEscapes } from '../text/repair.js';
import type { Check } from './check.js';
import type { Confidence } from './confidence.js';
import type { ToolCall } from './result.js';

/** Where a call stands. Offsets are of bytes. */
export interface CallText {
  /** The tool. */
  readonly name: string;
  /** Where the call, with its tags, begins. */
  readonly begin: number;
  /** The arguments. */
  readonly span: Omit<CaptureSpan, 'name'>;
  /** The values of the arguments, each with what closes it, in their order. */
  readonly members: Omit<CaptureSpan, 'name'>[];
}

/** What is needed to read a call. */
export interface CallReader {
  readonly lenient: boolean;
  /** For arguments that the mask did not enforce entirely. */
  readonly check: Check | undefined;
}

/**
 * Reads a call from the text between two offsets.
 *
 * @throws SurecallError `SURECALL_INTERNAL` if arguments cannot be read, which the mask rules out.
 */
export function readCall(textOf: (begin: number, end: number) => string, call: CallText, index: number, confidence: Confidence, reader: CallReader): ToolCall {
  const { name, begin, span, members } = call;
  const args = readJson(textOf(span.begin, span.end), name, reader);
  let from = span.begin;
  const argumentConfidence = Object.fromEntries(members.map((member) => {
    const written = textOf(from, member.end);
    from = member.end;
    // Before the first there is a brace, before the others a comma.
    const [key] = Object.keys(readJson(`{${written.slice(written.indexOf('"'))}}`, name, reader));
    return [key, confidence.of(member.begin, member.end)];
  }));
  return {
    id: callId(index),
    name,
    arguments: args,
    confidence: confidence.of(begin, span.end),
    argumentConfidence,
    ...(reader.check === undefined ? {} : { violations: reader.check(name, args) }),
  };
}

/** Unique within an answer. */
export function callId(index: number): string {
  return `call_${index}`;
}

function readJson(written: string, tool: string, { lenient }: CallReader): Record<string, unknown> {
  const json = lenient ? repairEscapes(written) : written;
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch (cause) {
    throw new SurecallError('SURECALL_INTERNAL', `the arguments of ${tool} are not JSON: ${json}`, { cause });
  }
}

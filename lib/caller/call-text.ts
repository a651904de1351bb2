// One call of an answer: where it stands in the text, and what it says.

import { SurecallError } from '../errors.js';
import { readArguments } from '../formats/arguments.js';
import type { JsonSchemaStyle } from '../formats/structural-tag.js';
import type { CaptureSpan } from '../native-types.js';
import { repairEscapes } from '../text/repair.js';
import type { Tool } from '../tools/tool.js';
import type { Check } from './check.js';
import type { Confidence } from './confidence.js';
import type { ToolCall } from './result.js';

/** Where a call stands. Offsets are of bytes. */
export interface CallText {
  /** The tool. */
  readonly name: string;
  /** How the arguments are written. */
  readonly style: JsonSchemaStyle;
  /** Where the call, with its tags, begins. */
  readonly begin: number;
  /** The arguments. */
  readonly span: Omit<CaptureSpan, 'name'>;
  /** The values of the arguments, each with what closes it, in their order. */
  readonly members: Omit<CaptureSpan, 'name'>[];
}

/** What is needed to read a call. */
export interface CallReader {
  readonly tools: readonly Tool[];
  readonly lenient: boolean;
  /** The number of the answer's first call: ids are unique in the conversation. */
  readonly firstCall: number;
  /** For arguments that the mask did not enforce entirely. */
  readonly check: Check | undefined;
}

/**
 * Reads a call from the text between two offsets.
 *
 * @throws SurecallError `SURECALL_INTERNAL` if arguments cannot be read, which the mask rules out.
 */
export function readCall(textOf: (begin: number, end: number) => string, call: CallText, index: number, confidence: Confidence, reader: CallReader): ToolCall {
  const { name, style, begin, span, members } = call;
  const args = read(textOf(span.begin, span.end), call, reader);
  let from = span.begin;
  const argumentConfidence = Object.fromEntries(members.map((member) => {
    const written = textOf(from, member.end);
    from = member.end;
    // Before the first there is a brace, before the others a comma.
    const [key] = Object.keys(read(style === 'json' ? `{${written.slice(written.indexOf('"'))}}` : written, call, reader));
    return [key, confidence.of(member.begin, member.end)];
  }));
  return {
    id: callId(index, reader),
    name,
    arguments: args,
    confidence: confidence.of(begin, span.end),
    argumentConfidence,
    ...(reader.check === undefined ? {} : { violations: reader.check(name, args) }),
  };
}

/** The id of a call by its place in the answer. */
export function callId(index: number, { firstCall }: CallReader): string {
  return `call_${firstCall + index}`;
}

function read(written: string, { name, style }: CallText, { lenient, tools }: CallReader): Record<string, unknown> {
  try {
    if (style !== 'json') return readArguments(style, written, tools.find((tool) => tool.name === name)?.parameters);
    return JSON.parse(lenient ? repairEscapes(written) : written) as Record<string, unknown>;
  } catch (cause) {
    throw new SurecallError('SURECALL_INTERNAL', `the arguments of ${name} cannot be read: ${written}`, { cause });
  }
}

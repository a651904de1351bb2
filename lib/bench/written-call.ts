// Calls as text: what a model wrote, read without losing how numbers were spelled, and calls written in a wire format.

import { type FormatName, toStructuralTag, wireFormat } from '../formats/index.js';
import { exact, type ExactJson, type ExactObject, isExactObject, parseExact, SPACED, spell } from '../text/exact-json.js';
import { repairEscapes } from '../text/repair.js';
import type { Tool } from '../tools/tool.js';

/** A call as the model wrote it; numbers keep their spelling. */
export interface WrittenCall {
  readonly name: string;
  readonly arguments: ExactObject;
}

/**
 * The calls in an answer.
 *
 * @throws SurecallError `SURECALL_PARSE` where something begins as a call and cannot be read as one.
 */
export function readCalls(text: string, format: FormatName, tools: readonly Tool[]): WrittenCall[] {
  // The tools tell the types of arguments in XML; values in JSON stay what they are.
  return wireFormat(format).parse(text, tools).map(({ name, arguments: args, start, end }) => ({ name, arguments: spelledArguments(text.slice(start, end)) ?? (exact(args) as ExactObject) }));
}

/** The arguments in the JSON of a call; undefined where the format is another one. */
function spelledArguments(call: string): ExactObject | undefined {
  try {
    const value = parseExact(repairEscapes(call.slice(call.indexOf('{'), call.lastIndexOf('}') + 1)));
    const args = isExactObject(value) ? (value.get('arguments') ?? value.get('parameters')) : undefined;
    return isExactObject(args) ? args : undefined;
  } catch {
    return undefined;
  }
}

/** Calls as a model writes them in a format whose arguments are JSON: each in its own tag, a line break between. */
export function writeCalls(calls: readonly WrittenCall[], tools: readonly Tool[], format: FormatName): string {
  return calls.map((call) => writeCall(call, tools, format)).join('\n');
}

function writeCall({ name, arguments: args }: WrittenCall, tools: readonly Tool[], format: FormatName): string {
  const tag = toStructuralTag(tools, { format, toolChoice: { name } }).format;
  if (tag.type !== 'tag' || typeof tag.begin !== 'string') throw new Error(`${format}: calls are not written in one tag each`);
  const [end] = [tag.end].flat();
  return `${tag.begin}${spell(args as ExactJson, SPACED)}${String(end)}`;
}

// The parts of an answer whose places are remembered: the names of the captures that a compiled tag puts around them, for
// those who read answers.

import type { Format, JsonSchemaFormat, TagEntry } from './structural-tag.js';
import { isCall, toolOfContent } from './tags.js';

/** Around a whole call, its tags included. */
export const CALL = 'call';
/** Around the arguments of a call; the tool's name follows. */
export const ARGUMENTS = 'call:';
/** Around the value of each argument, with what closes it. */
export const ARGUMENT = 'argument';
/** Around text that is part of no call: where a tag lets the model write what it likes. */
export const CONTENT = 'content';
/** Around what the model thinks, without the tags. */
export const THINKING = 'thinking';

/** The capture around a part of a tag that a wire format made. */
export function captureOf(format: Format | TagEntry): string | undefined {
  if (isCall(format)) return CALL;
  if (format.type === 'any_text') return CONTENT;
  const tool = toolOfContent(format as JsonSchemaFormat);
  return tool === undefined ? undefined : ARGUMENTS + tool;
}

/** The capture around the members of a schema's object. */
export function memberCaptureOf(format: JsonSchemaFormat): string | undefined {
  return toolOfContent(format) === undefined ? undefined : ARGUMENT;
}

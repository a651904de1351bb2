// Finding calls in text that was not produced under our mask: a scanner that knows strings and brackets, no more.

import { SurecallError, shown } from '../errors.js';
import { isRecord } from '../json.js';
import { repairEscapes } from '../text/repair.js';
import type { ParsedCall } from './format.js';

/** The index after the object that opens at `start`, or undefined where it never closes. Brackets in strings do not count. */
export function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** The first index at or after `at` that holds no white space. */
export function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && ' \t\r\n'.includes(text.charAt(next))) next++;
  return next;
}

/** JSON text as a value once its escapes are repaired, or undefined where it is no JSON even then. */
export function parseRepaired(text: string): unknown {
  try {
    return JSON.parse(repairEscapes(text)) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Reads `{name, parameters | arguments}`: models mix up the two names of the second member, and some write the
 * arguments as JSON text in a string, as OpenAI does. Undefined where the value is no call.
 */
export function readCall(value: unknown, start: number, end: number): ParsedCall | undefined {
  if (!isRecord(value)) return undefined;
  const name = value['name'];
  const given = value['arguments'] ?? value['parameters'];
  const args = typeof given === 'string' ? parseRepaired(given) : given;
  return typeof name === 'string' && isRecord(args) ? { name, arguments: args, start, end } : undefined;
}

/** Throws `SURECALL_PARSE` for the text that begins at `start` and cannot be read as a call. */
export function unreadable(text: string, start: number, reason: string): never {
  const message = `call at character ${start}: ${reason}: ${shown(text.slice(start, start + 60))}`;
  throw new SurecallError('SURECALL_PARSE', message, { details: { start, text } });
}

// Finding calls in text that was not produced under our mask: a scanner that knows strings and brackets, no more.

import { SurecallError, shown } from '../errors.js';
import { repairEscapes } from '../text/repair.js';

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

/** The parts of a literal that white space separates. */
export function words(literal: string): string[] {
  return literal.split(/\s+/).filter((word) => word !== '');
}

/**
 * The index behind a literal that stands at `at`, undefined if it does not. White space counts neither in the literal nor
 * before or behind it. `mayEnd`: the text may end before the literal does, for it is often a stop word.
 */
export function endOfLiteral(text: string, at: number, literal: string, mayEnd = false): number | undefined {
  let next = at;
  for (const word of words(literal)) {
    const start = skipSpace(text, next);
    if (mayEnd && start === text.length) return next;
    if (!text.startsWith(word, start)) return undefined;
    next = start + word.length;
  }
  return next;
}

/** The first index at or after `at` where one of `texts` begins; undefined for none. */
export function indexOfAny(text: string, texts: readonly string[], at: number): number | undefined {
  const found = texts.map((one) => text.indexOf(one, at)).filter((index) => index >= 0);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** JSON text as a value once its escapes are repaired, or undefined where it is no JSON even then. */
export function parseRepaired(text: string): unknown {
  try {
    return JSON.parse(repairEscapes(text)) as unknown;
  } catch {
    return undefined;
  }
}

/** Throws `SURECALL_PARSE` for the text that begins at `start` and cannot be read as a call. */
export function unreadable(text: string, start: number, reason: string): never {
  const message = `call at character ${start}: ${reason}: ${shown(text.slice(start, start + 60))}`;
  throw new SurecallError('SURECALL_PARSE', message, { details: { start, text } });
}

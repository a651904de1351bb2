// What the compiler asks about a tag before it compiles it: where free text may end, and which tokens a string names.

import type { Format } from './structural-tag.js';

/** The format may be any text, without bound, up to an end that the tag around it must name. */
export function isUnlimited(format: Format): boolean {
  switch (format.type) {
    case 'any_text':
      return (format.max_tokens ?? format.max_chars ?? null) === null;
    case 'triggered_tags':
      return format.stop_after_first !== true;
    case 'dispatch':
      return format.loop !== false;
    case 'sequence':
      return isUnlimited(format.elements.at(-1) as Format);
    case 'or':
      return format.elements.some(isUnlimited);
    case 'optional':
    case 'plus':
    case 'star':
    case 'repeat':
      return isUnlimited(format.content);
    default:
      return false;
  }
}

/** Strings that free text at the end of a format must not hold, beside the ends of the tag. */
export function forbiddenIn(format: Format): readonly string[] {
  switch (format.type) {
    case 'any_text':
      return format.excludes ?? [];
    case 'triggered_tags':
      return [...format.triggers, ...(format.excludes ?? [])];
    case 'dispatch':
      return [...format.rules.flatMap(([trigger, content]) => [trigger, ...forbiddenIn(content)]), ...(format.excludes ?? [])];
    case 'sequence':
    case 'or':
      return format.elements.flatMap(forbiddenIn);
    case 'optional':
      return forbiddenIn(format.content);
    default:
      return [];
  }
}

/** Longer names of control tokens are not looked for. */
const LONGEST_NAME = 64;

/**
 * A text, split at the names of control tokens: texts and token ids. Their names stand in brackets, as `<|channel|>` or
 * `[TOOL_CALLS]`.
 */
export function splitAtTokens(text: string, idOf: (name: string) => number | undefined): (string | number)[] {
  const parts: (string | number)[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const close = text[at] === '<' ? '>' : text[at] === '[' ? ']' : undefined;
    if (close === undefined) continue;
    for (let end = text.indexOf(close, at); end >= 0 && end - at < LONGEST_NAME; end = text.indexOf(close, end + 1)) {
      const id = idOf(text.slice(at, end + 1));
      if (id === undefined) continue;
      if (at > copied) parts.push(text.slice(copied, at));
      parts.push(id);
      copied = end + 1;
      at = end;
      break;
    }
  }
  if (copied < text.length || text === '') parts.push(text.slice(copied));
  return parts;
}

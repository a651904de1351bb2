// Answers without calls that are not free text: a response in the place where a format lets the model say what it likes.

import { CALL, captureOf, isThinking, mark } from './captures.js';
import type { Format, TagEntry, TagFormat, TagsWithSeparatorFormat } from './structural-tag.js';

/** The capture that says that a part of an answer is content, also within markup. */
const CONTENT = 'content';

/**
 * A format in which what is said freely is `response` instead: any text becomes the response, and calls that may stand in text
 * become calls, at least one, or the response. What the model thinks, and what it may write between calls, stays as it is.
 */
export function withResponse(format: Format, response: Format): Format {
  // A part of its own: where the response stands elsewhere in a tag, too, it is not content there.
  const content = mark<Format>({ type: 'sequence', elements: [response] }, CONTENT);
  return replaced(format, content);
}

function replaced(format: Format, content: Format): Format {
  const inside = (one: Format): Format => replaced(one, content);
  const entry = (one: TagEntry): TagEntry => marked(one, { ...one, content: inside(one.content) });
  switch (format.type) {
    case 'any_text':
      return isThinking(format) ? format : content;
    case 'sequence':
    case 'or':
      return marked(format, { ...format, elements: format.elements.map(inside) });
    case 'optional':
    case 'plus':
    case 'star':
    case 'repeat':
      return marked(format, { ...format, content: inside(format.content) });
    case 'tag':
      return marked(format, { ...format, content: inside(format.content) });
    case 'tags_with_separator':
      return marked<Format>(format, messages(format, format.tags.map(entry), content));
    case 'triggered_tags':
    case 'token_triggered_tags':
      // Calls first: where a text is both, it is a call.
      return { type: 'or', elements: [marked(format, { ...format, at_least_one: true }), content] };
    default:
      return format;
  }
}

/**
 * A list of tags of which one holds the content: the last one is a call or the content, which comes once. A list of which none does is
 * left as it is.
 */
function messages(format: TagsWithSeparatorFormat, tags: readonly TagEntry[], content: Format): Format {
  const asTag = (one: TagEntry): TagFormat => marked(one, { ...one, type: 'tag' });
  const holds = tags.map((one) => holdsPart(one.content, content));
  if (!holds.includes(true)) return { ...format, tags };
  const before = tags.filter((_, index) => !holds[index]).map(asTag);
  const last = tags.filter((one, index) => holds[index] || captureOf(one) === CALL).map(asTag);
  const separator: Format[] = format.separator === '' ? [] : [{ type: 'const_string', value: format.separator }];
  const end: Format = { type: 'or', elements: last };
  if (before.length === 0) return end;
  return { type: 'sequence', elements: [{ type: 'star', content: { type: 'sequence', elements: [{ type: 'or', elements: before }, ...separator] } }, end] };
}

function holdsPart(format: Format, part: Format): boolean {
  if (format === part) return true;
  if ('elements' in format) return format.elements.some((one) => holdsPart(one, part));
  return 'content' in format && holdsPart(format.content, part);
}

/** A new part of a tag is captured as the old one. */
function marked<T extends object>(old: object, made: T): T {
  const name = captureOf(old);
  if (name !== undefined) mark(made as unknown as Format, name);
  return made;
}

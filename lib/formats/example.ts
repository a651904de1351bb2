// A call as a format writes it, for people to look at.

import type { WireFormat } from './format.js';
import type { Format, TagFormat } from './structural-tag.js';
import { XML_STYLES } from './xml-styles.js';

const EXAMPLE = {
  name: 'get_weather',
  description: '',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: true,
} as const;

/** A call of `get_weather` for the city Paris. */
export function exampleCall(format: WireFormat): string {
  return written(format.structuralTag([EXAMPLE], { toolChoice: { name: EXAMPLE.name } }).format, format.whitespace).trim();
}

/** The shortest text of a format, more or less: the first of alternatives, nothing for what may be left out. */
function written(format: Format, whitespace: 'compact' | 'spaced'): string {
  switch (format.type) {
    case 'const_string':
      return format.value;
    case 'json_schema':
      return format.style === undefined || format.style === 'json' ? json(whitespace) : xml(format.style);
    case 'regex':
      // All regular expressions in built-in formats are numbers.
      return '0';
    case 'sequence':
      return format.elements.map((element) => written(element, whitespace)).join('');
    case 'or':
      return format.elements.slice(0, 1).map((element) => written(element, whitespace)).join('');
    case 'tag':
      return tag(format, whitespace);
    case 'tags_with_separator':
    case 'triggered_tags':
      return format.tags.slice(0, 1).map((entry) => tag({ ...entry, type: 'tag' }, whitespace)).join('');
    default:
      return '';
  }
}

function tag({ begin, content, end }: TagFormat, whitespace: 'compact' | 'spaced'): string {
  const text = (part: TagFormat['begin'] | TagFormat['end']): string =>
    typeof part === 'string' ? part : 'type' in part ? String(part.token) : part[0] ?? '';
  return text(begin) + written(content, whitespace) + text(end);
}

function json(whitespace: 'compact' | 'spaced'): string {
  return whitespace === 'spaced' ? '{"city": "Paris"}' : '{"city":"Paris"}';
}

function xml(style: keyof typeof XML_STYLES): string {
  const { open: [before, behind], kind: attribute, kinds, value, close } = XML_STYLES[style];
  const kind = attribute === undefined ? '' : attribute[0] + (kinds?.string[0] ?? '') + attribute[1];
  return `${before}city${behind}${kind}${value}Paris${close}`;
}

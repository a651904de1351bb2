// Where free text may end: whoever shows text while it is written holds back what may be the beginning of one of these.

import type { Format, StructuralTag } from './structural-tag.js';

/** The strings at which free text of this tag may give way to something else: triggers, and the ends of tags around text. */
export function textBoundaries(tag: StructuralTag): string[] {
  const found = new Set<string>();
  collect(tag.format, undefined, found);
  found.delete('');
  return [...found];
}

/** What is said ends where the nearest tag around it does. */
function collect(format: Format, ends: readonly string[] = [], found: Set<string>): void {
  switch (format.type) {
    case 'any_text':
      for (const end of ends) found.add(end);
      return;
    case 'triggered_tags':
      for (const boundary of [...format.triggers, ...ends]) found.add(boundary);
      for (const tag of format.tags) collect({ ...tag, type: 'tag' }, [], found);
      return;
    case 'dispatch':
      for (const boundary of [...format.rules.map(([trigger]) => trigger), ...ends]) found.add(boundary);
      for (const [, content] of format.rules) collect(content, ends, found);
      return;
    case 'tag': {
      const { end } = format;
      collect(format.content, typeof end === 'string' ? [end] : 'type' in end ? [String(end.token)] : end, found);
      return;
    }
    case 'tags_with_separator':
      for (const tag of format.tags) collect({ ...tag, type: 'tag' }, [], found);
      return;
    case 'sequence':
    case 'or':
      for (const element of format.elements) collect(element, ends, found);
      return;
    case 'optional':
    case 'plus':
    case 'star':
    case 'repeat':
      collect(format.content, ends, found);
      return;
    default:
  }
}

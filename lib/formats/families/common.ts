// What several families have in common.

import type { TagTemplate } from '../definition.js';

/** The tags around thinking, which the text after it must not hold. */
export const THINK_TAGS = ['<think>', '</think>'] as const;

/** Thinking from behind its opening tag, which the prompt ends with, to its closing tag. */
export function thinkingUntil(end: string): { readonly [member: string]: unknown } {
  return { type: 'tag', begin: '', content: { type: 'any_text', max_tokens: '${thinking_tokens}', capture: 'thinking' }, end, capture: 'markup' };
}

/** How thinking in `<think>` tags begins. */
export const THINK = { on: '<think>\n', cancel: '\n</think>\n\n', begin: '<think>', end: '</think>' } as const;

/** Thinking, where it is wanted, then the answer. */
export const THOUGHT_FIRST: TagTemplate = {
  type: 'sequence',
  elements: [{ if: 'thinking', then: { use: 'thinking' } }, { use: 'choice' }],
};

/** Thinking that an empty line follows. */
export const THINKING_AND_EMPTY_LINE: TagTemplate = {
  type: 'sequence',
  elements: [thinkingUntil('</think>'), { type: 'const_string', value: '\n\n' }],
  capture: 'markup',
};

/** Arguments as JSON. */
export const ARGUMENTS = { type: 'json_schema', json_schema: '${parameters}' } as const;

/** Calls in tags of their own, anywhere in a text: the tag of the part "call". */
export function callsInText(trigger: string, excludes: readonly string[], none: readonly string[] = excludes): {
  readonly auto: TagTemplate; readonly required: TagTemplate; readonly named: TagTemplate; readonly none: TagTemplate;
} {
  const triggered = {
    type: 'triggered_tags', triggers: [trigger], tags: [{ for_each_tool: { use: 'call' } }], stop_after_first: '${single}', excludes,
  };
  return {
    auto: triggered,
    required: { ...triggered, at_least_one: true },
    named: { use: 'call' },
    none: { type: 'any_text', excludes: none },
  };
}

/** The calls of a section, one after another. */
export function listOfCalls(separator = ''): TagTemplate {
  return {
    type: 'tags_with_separator', tags: [{ for_each_tool: { use: 'call' } }], separator, at_least_one: true, stop_after_first: '${single}',
  };
}

/** A section of calls anywhere in a text. */
export function sectionInText(trigger: string, section: TagTemplate, excludes: readonly string[]): TagTemplate {
  return { type: 'triggered_tags', triggers: [trigger], tags: [section], stop_after_first: '${single}', excludes };
}

/** A section of calls by itself: `begin`, then `calls`, then `end`. */
export function sectionOf(begin: string, calls: string, end: string): TagTemplate {
  return {
    type: 'sequence',
    elements: [{ type: 'const_string', value: begin }, { use: calls }, { type: 'const_string', value: end }],
    capture: 'markup',
  };
}

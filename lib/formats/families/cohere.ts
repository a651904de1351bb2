// Cohere: a section of numbered calls in the XML of its `cofl` tags.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, listOfCalls, sectionInText, sectionOf, thinkingUntil, THOUGHT_FIRST } from './common.js';

const THINKING_TOKENS = ['<|START_THINKING|>', '<|END_THINKING|>'] as const;
const OPEN = '<cofl:tool_calls>';
const CLOSE = '</cofl:tool_calls>';

/** The format of Cohere's Command models. */
export const cohere = {
  name: 'cohere',
  models: 'Cohere Command with cofl tags',
  marks: [{ template: ['<cofl:'] }],
  thinking: { on: '<|START_THINKING|>', cancel: '<|END_THINKING|>', begin: '<|START_THINKING|>', end: '<|END_THINKING|>' },
  parts: {
    thinking: thinkingUntil('<|END_THINKING|>'),
    call: {
      type: 'tag',
      begin: '<cofl:tool_call id="',
      content: {
        type: 'sequence',
        elements: [{ type: 'regex', pattern: '\\d+' }, { type: 'const_string', value: '" name="${name}">' }, { ...ARGUMENTS, style: 'cohere_xml' }],
      },
      end: '</cofl:tool_call>',
      capture: 'call',
    },
    calls: listOfCalls(),
  },
  answer: THOUGHT_FIRST,
  choices: {
    auto: sectionInText(OPEN, { type: 'tag', begin: OPEN, content: { use: 'calls' }, end: CLOSE, capture: 'markup' }, THINKING_TOKENS),
    required: sectionOf(OPEN, 'calls', CLOSE),
    named: sectionOf(OPEN, 'call', CLOSE),
    none: { type: 'any_text', excludes: THINKING_TOKENS },
  },
} as const satisfies FormatDefinition;

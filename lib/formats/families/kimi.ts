// Kimi K2: a section of calls between special tokens; each call has a number behind its name.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, listOfCalls, sectionInText, sectionOf, THINK, THINK_TAGS, thinkingUntil, THOUGHT_FIRST } from './common.js';

const OPEN = '<|tool_calls_section_begin|>';
const CLOSE = '<|tool_calls_section_end|>';

/** The format of Kimi K2. */
export const kimi = {
  name: 'kimi',
  aliases: ['kimi_k2'],
  models: 'Kimi K2',
  marks: [{ template: [OPEN] }],
  thinking: { ...THINK, on: '<think>', cancel: '</think>' },
  parts: {
    thinking: thinkingUntil('</think>'),
    call: {
      type: 'tag',
      begin: '<|tool_call_begin|>functions.${name}:',
      content: {
        type: 'sequence',
        elements: [{ type: 'regex', pattern: '\\d+' }, { type: 'const_string', value: '<|tool_call_argument_begin|>' }, ARGUMENTS],
      },
      end: '<|tool_call_end|>',
      capture: 'call',
    },
    calls: listOfCalls(),
  },
  answer: THOUGHT_FIRST,
  choices: {
    auto: sectionInText(OPEN, { type: 'tag', begin: OPEN, content: { use: 'calls' }, end: CLOSE, capture: 'markup' }, [...THINK_TAGS, '<|tool_call_begin|>']),
    required: sectionOf(OPEN, 'calls', CLOSE),
    named: sectionOf(OPEN, 'call', CLOSE),
    none: { type: 'any_text', excludes: THINK_TAGS },
  },
} as const satisfies FormatDefinition;

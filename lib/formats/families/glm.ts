// GLM: each call in a <tool_call> tag, its arguments as pairs of <arg_key> and <arg_value>.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, callsInText, THINK, THOUGHT_FIRST } from './common.js';

const OTHER_TAGS = ['<think>', '</think>', '</tool_call>', '<arg_key>', '</arg_key>', '<arg_value>', '</arg_value>'] as const;
const TAGS = ['<think>', '</think>', '<tool_call>', '</tool_call>', '<arg_key>', '</arg_key>', '<arg_value>', '</arg_value>'] as const;

/** The format of GLM 4.5 to 4.7. */
export const glm = {
  name: 'glm',
  aliases: ['glm_4_7', 'glm_4_5', 'glm_4_6'],
  models: 'GLM 4.5, 4.6, 4.7',
  marks: [{ template: ['<tool_call>', '<arg_key>'] }],
  thinking: { ...THINK, on: '<think>', off: '</think>', cancel: '</think>' },
  parts: {
    thinking: {
      type: 'tag',
      begin: '',
      content: { type: 'any_text', max_tokens: '${thinking_tokens}', excludes: TAGS, capture: 'thinking' },
      end: '</think>',
      capture: 'markup',
    },
    call: { type: 'tag', begin: '<tool_call>${name}', content: { ...ARGUMENTS, style: 'glm_xml' }, end: '</tool_call>', capture: 'call' },
  },
  answer: THOUGHT_FIRST,
  choices: callsInText('<tool_call>', OTHER_TAGS, TAGS),
} as const satisfies FormatDefinition;

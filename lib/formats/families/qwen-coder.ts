// Qwen 3 Coder and Qwen 3.5: each call in a <tool_call> tag, as XML.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, callsInText, THINK, THINK_TAGS, THINKING_AND_EMPTY_LINE, THOUGHT_FIRST } from './common.js';

/** The format of Qwen 3 Coder and Qwen 3.5. */
export const qwenCoder = {
  name: 'qwen_coder',
  aliases: ['qwen_3_coder', 'qwen_3_5', 'qwen_xml'],
  models: 'Qwen 3 Coder, Qwen 3.5',
  marks: [{ template: ['<tool_call>', '<function='] }],
  thinking: THINK,
  parts: {
    thinking: THINKING_AND_EMPTY_LINE,
    call: {
      type: 'tag',
      begin: '<tool_call>\n<function=${name}>\n',
      content: { ...ARGUMENTS, style: 'qwen_xml' },
      end: '\n</function>\n</tool_call>',
      capture: 'call',
    },
  },
  answer: THOUGHT_FIRST,
  choices: callsInText('<tool_call>\n<function=', THINK_TAGS),
} as const satisfies FormatDefinition;

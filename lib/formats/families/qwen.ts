// Qwen 2.5, Qwen 3 and Hermes: each call in a <tool_call> tag, as JSON. EXAONE writes the same without line breaks.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, callsInText, THINK, THINK_TAGS, THINKING_AND_EMPTY_LINE, THOUGHT_FIRST } from './common.js';

const choices = callsInText('<tool_call>', THINK_TAGS);

/** The format of Qwen 2.5, Qwen 3 and Hermes. */
export const qwen = {
  name: 'qwen',
  aliases: ['qwen_3', 'qwen_2_5', 'hermes'],
  models: 'Qwen 2.5, Qwen 3, QwQ, Hermes 2 Pro, Hermes 3, Granite 4',
  // Also a template that lists tools and leaves the tag to the model, such as our bundled model's.
  marks: [{ template: ['<tool_call>'], without: ['<function=', '<arg_key>'] }, { template: ['tools'], tokens: ['<tool_call>'], without: ['<function='] }],
  thinking: THINK,
  parts: {
    thinking: THINKING_AND_EMPTY_LINE,
    call: { type: 'tag', begin: '<tool_call>\n{"name": ${name:json}, "arguments": ', content: ARGUMENTS, end: '}\n</tool_call>', capture: 'call' },
  },
  answer: THOUGHT_FIRST,
  choices,
} as const satisfies FormatDefinition;

/** The format of EXAONE. */
export const exaone = {
  name: 'exaone',
  aliases: ['exaone_4'],
  models: 'EXAONE 4',
  marks: [{ template: ['[|assistant|]', '<tool_call>'] }],
  thinking: THINK,
  parts: {
    thinking: THINKING_AND_EMPTY_LINE,
    call: { type: 'tag', begin: '<tool_call>{"name": ${name:json}, "arguments": ', content: ARGUMENTS, end: '}</tool_call>', capture: 'call' },
  },
  answer: THOUGHT_FIRST,
  choices,
} as const satisfies FormatDefinition;

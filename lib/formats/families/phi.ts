// Phi 4 mini: a list of JSON objects between two tokens. Its chat template takes the tools as a member of the system message.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, listOfCalls, sectionInText, sectionOf } from './common.js';

const [OPEN, CLOSE] = ['<|tool_call|>[', ']<|/tool_call|>'];

/** The format of Phi 4 mini. */
export const phi = {
  name: 'phi_4',
  aliases: ['phi', 'phi_4_mini'],
  models: 'Phi 4 mini',
  marks: [{ template: ['<|tool|>', '<|/tool|>'] }, { template: ['<|tool_call|>', '<|/tool_call|>'] }],
  prompt: {
    role: 'system',
    text: ['[${tools}]'],
    tool: '{"name": ${name:json}, "description": ${description:json}, "parameters": ${parameters:json}}',
    separator: ', ',
    member: 'tools',
  },
  parts: {
    call: { type: 'tag', begin: '{"name": ${name:json}, "arguments": ', content: ARGUMENTS, end: '}', capture: 'call' },
    calls: listOfCalls(', '),
  },
  choices: {
    auto: sectionInText('<|tool_call|>', { type: 'tag', begin: OPEN, content: { use: 'calls' }, end: CLOSE, capture: 'markup' }, ['<|/tool_call|>']),
    required: sectionOf(OPEN, 'calls', CLOSE),
    named: sectionOf(OPEN, 'call', CLOSE),
    none: { type: 'any_text', excludes: ['<|tool_call|>', '<|/tool_call|>'] },
  },
} as const satisfies FormatDefinition;

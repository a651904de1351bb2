// Kimi K3: a message of sections - thinking, what is said, tools - in tags made of special tokens.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, listOfCalls, sectionOf } from './common.js';

const TOKENS = ['<|open|>', '<|close|>'] as const;
const [OPEN, CLOSE] = ['<|open|>tools<|sep|>', '<|close|>tools<|sep|>'];

/** What is said, behind `begin`. */
function response(begin: string): { readonly [member: string]: unknown } {
  return {
    type: 'tag', begin, content: { type: 'any_text', excludes: TOKENS, capture: 'content' }, end: '<|close|>response<|sep|>', capture: 'markup',
  };
}

/** The format of Kimi K3. */
export const kimiK3 = {
  name: 'kimi_k3',
  models: 'Kimi K3',
  marks: [{ template: ['<|open|>', '<|sep|>'] }],
  thinking: {
    on: '<|open|>think<|sep|>',
    off: '<|open|>response<|sep|>',
    cancel: '<|close|>think<|sep|><|open|>response<|sep|>',
    begin: '<|open|>think<|sep|>',
    end: '<|close|>think<|sep|>',
  },
  parts: {
    thinking: {
      type: 'tag',
      begin: '',
      content: { type: 'any_text', excludes: TOKENS, max_tokens: '${thinking_tokens}', capture: 'thinking' },
      end: '<|close|>think<|sep|>',
      capture: 'markup',
    },
    call: {
      type: 'tag',
      begin: '<|open|>call tool="${name}" index="',
      content: {
        type: 'sequence',
        elements: [{ type: 'regex', pattern: '\\d+' }, { type: 'const_string', value: '"<|sep|>' }, { ...ARGUMENTS, style: 'kimi_k3_xml' }],
      },
      end: '<|close|>call<|sep|>',
      capture: 'call',
    },
    calls: listOfCalls(),
  },
  answer: {
    type: 'sequence',
    elements: [
      { if: 'thinking', then: { use: 'thinking' } },
      { if: 'thinking', then: response('<|open|>response<|sep|>'), else: response('') },
      { use: 'choice' },
      { type: 'const_string', value: '<|close|>message<|sep|>' },
    ],
    capture: 'markup',
  },
  choices: {
    auto: { type: 'optional', content: { type: 'tag', begin: OPEN, content: { use: 'calls' }, end: CLOSE } },
    required: sectionOf(OPEN, 'calls', CLOSE),
    named: sectionOf(OPEN, 'call', CLOSE),
    none: null,
  },
} as const satisfies FormatDefinition;

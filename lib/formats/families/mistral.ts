// Mistral: calls behind the token [TOOL_CALLS]. Models up to Small 3.1 write a list of JSON objects; later ones name each call,
// then [ARGS], then its arguments, with or without a [CALL_ID] between.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, callsInText, listOfCalls, sectionInText } from './common.js';

const OPEN = '[TOOL_CALLS]';
const EXCLUDES = ['[TOOL_CALLS]', '[ARGS]'] as const;
const BRACKET = { type: 'or', elements: [{ type: 'const_string', value: '[' }, { type: 'const_string', value: ' [' }] } as const;

const CALL_ID = {
  type: 'sequence',
  elements: [{ type: 'const_string', value: '[CALL_ID]' }, { type: 'regex', pattern: '[a-zA-Z0-9]{9}' }],
} as const;

/** The list, or one call in its brackets. SentencePiece models put a space before the bracket. */
function section(calls: string): { readonly [member: string]: unknown } {
  return { type: 'tag', begin: OPEN, content: { type: 'sequence', elements: [BRACKET, { use: calls }] }, end: ']', capture: 'markup' };
}

/** The format of Mistral 7B v0.3 to Small 3.1. */
export const mistral = {
  name: 'mistral',
  models: 'Mistral 7B v0.3, Nemo, Large, Small up to 3.1',
  marks: [{ template: [OPEN], without: ['[ARGS]'] }],
  parts: {
    call: { type: 'tag', begin: '{"name": ${name:json}, "arguments": ', content: ARGUMENTS, end: '}', capture: 'call' },
    calls: listOfCalls(', '),
  },
  choices: {
    auto: sectionInText(OPEN, section('calls'), []),
    required: section('calls'),
    named: section('call'),
    none: { type: 'any_text', excludes: [OPEN] },
  },
} as const satisfies FormatDefinition;

/** The format of Mistral Small 3.2 and later. */
export const mistralArgs = {
  name: 'mistral_args',
  aliases: ['mistral_v11', 'mistral_v13'],
  models: 'Mistral Small 3.2, Magistral, Devstral, Ministral 3',
  marks: [{ template: [OPEN, '[ARGS]'] }],
  parts: {
    call: {
      type: 'tag',
      begin: `${OPEN}\${name}`,
      content: {
        type: 'sequence',
        elements: [
          { type: 'optional', content: CALL_ID },
          { type: 'const_string', value: '[ARGS]' },
          ARGUMENTS,
        ],
      },
      end: '',
      capture: 'call',
    },
  },
  choices: callsInText(OPEN, ['[ARGS]'], EXCLUDES),
} as const satisfies FormatDefinition;

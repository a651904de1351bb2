// gpt-oss: an answer is a list of messages, each on a channel: thinking is one message, a call is one, what is said is one.
//
// Where several calls may follow, messages come in any order. One call at most, or one at least, is said by an order: thinking,
// then the call or what is said.

import type { FormatDefinition, TagTemplate } from '../definition.js';
import { ARGUMENTS } from './common.js';

const SEPARATOR = '<|start|>assistant';
const ENDS = ['<|end|>', '<|return|>'] as const;

function call(begin: string): TagTemplate {
  return { type: 'tag', begin, content: ARGUMENTS, end: '<|call|>', capture: 'call' };
}

/** The three ways in which the models write the head of a call. */
const CALLS = [
  call('<|channel|>commentary to=functions.${name}<|constrain|>json<|message|>'),
  call(' to=functions.${name}<|channel|>commentary <|constrain|>json<|message|>'),
  call(' to=functions.${name}<|channel|>commentary json<|message|>'),
];

/** Thinking where it is wanted, then `rest`. */
function thoughtBefore(rest: TagTemplate): TagTemplate {
  const separator = { type: 'const_string', value: SEPARATOR };
  const thought = { type: 'optional', content: { type: 'sequence', elements: [{ use: 'analysis' }, separator] } };
  return { type: 'sequence', elements: [{ if: 'thinking', then: thought }, rest], capture: 'markup' };
}

function messages(...tags: readonly TagTemplate[]): { readonly [member: string]: unknown } {
  return { type: 'tags_with_separator', tags, separator: SEPARATOR, capture: 'markup' };
}

const calls = { for_each_tool: CALLS };
const analysis = { if: 'thinking', then: { use: 'analysis' } };

/** The format of gpt-oss. */
export const harmony = {
  name: 'harmony',
  aliases: ['gpt_oss'],
  models: 'gpt-oss',
  marks: [{ template: ['<|channel|>', '<|message|>'] }],
  thinking: { on: '', begin: '<|channel|>analysis<|message|>', end: ENDS },
  variables: { on: {}, off: { reasoning_effort: 'low' } },
  parts: {
    final: { type: 'tag', begin: '<|channel|>final<|message|>', content: { type: 'any_text', capture: 'content' }, end: ENDS },
    analysis: {
      type: 'tag',
      begin: '<|channel|>analysis<|message|>',
      content: { type: 'any_text', max_tokens: '${thinking_tokens}', capture: 'thinking' },
      end: ENDS,
    },
  },
  choices: {
    auto: {
      if: 'single',
      then: thoughtBefore({ type: 'or', elements: [calls, { use: 'final' }] }),
      else: messages(calls, { use: 'final' }, analysis),
    },
    required: thoughtBefore({
      if: 'single',
      then: { type: 'or', elements: [calls] },
      else: { ...messages(calls), at_least_one: true },
    }),
    named: thoughtBefore({ type: 'or', elements: [calls] }),
    none: messages({ use: 'final' }, analysis),
  },
} as const satisfies FormatDefinition;

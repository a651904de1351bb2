// DeepSeek R1 and V3.1: a section of calls between special tokens, arguments as JSON.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, listOfCalls, sectionInText, THINK, THINK_TAGS, thinkingUntil, THOUGHT_FIRST } from './common.js';

const OPEN = '<｜tool▁calls▁begin｜>';
const CLOSE = '<｜tool▁calls▁end｜>';

/** Both write the same around what is in a call. */
function choicesOf(begin: string, end: string): FormatDefinition['choices'] {
  return {
    auto: sectionInText(OPEN, { use: 'section' }, THINK_TAGS),
    required: { use: 'section' },
    named: { type: 'tag', begin: OPEN + begin, content: ARGUMENTS, end: end + CLOSE, capture: 'call' },
    none: { type: 'any_text', excludes: THINK_TAGS },
  };
}

function partsOf(begin: string, end: string, separator: string): NonNullable<FormatDefinition['parts']> {
  return {
    thinking: thinkingUntil('</think>'),
    call: { type: 'tag', begin, content: ARGUMENTS, end, capture: 'call' },
    calls: listOfCalls(separator),
    section: { type: 'tag', begin: OPEN, content: { use: 'calls' }, end: CLOSE, capture: 'markup' },
  };
}

const R1 = ['<｜tool▁call▁begin｜>function<｜tool▁sep｜>${name}\n```json\n', '\n```<｜tool▁call▁end｜>'] as const;
const V3_1 = ['<｜tool▁call▁begin｜>${name}<｜tool▁sep｜>', '<｜tool▁call▁end｜>'] as const;

/** The format of DeepSeek R1 and V3. */
export const deepseekR1 = {
  name: 'deepseek_r1',
  aliases: ['deepseek_v3'],
  models: 'DeepSeek R1, V3',
  marks: [{ template: [OPEN, '```json'] }],
  thinking: THINK,
  parts: partsOf(...R1, '\n'),
  answer: THOUGHT_FIRST,
  choices: choicesOf(...R1),
} as const satisfies FormatDefinition;

/** The format of DeepSeek V3.1. */
export const deepseekV3_1 = {
  name: 'deepseek_v3_1',
  models: 'DeepSeek V3.1',
  marks: [{ template: [OPEN], without: ['```json'] }],
  thinking: { ...THINK, on: '<think>', off: '</think>', cancel: '</think>' },
  parts: partsOf(...V3_1, ''),
  answer: THOUGHT_FIRST,
  choices: choicesOf(...V3_1),
} as const satisfies FormatDefinition;

// DeepSeek V3.2 and V4: a section of calls in the XML that they call DSML. Only the name of the section differs.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, listOfCalls, sectionInText, sectionOf, THINK, THINK_TAGS, thinkingUntil, THOUGHT_FIRST } from './common.js';

const thinking = { ...THINK, on: '<think>', off: '</think>', cancel: '</think>' } as const;

function partsOf(section: string): NonNullable<FormatDefinition['parts']> {
  return {
    thinking: thinkingUntil('</think>'),
    call: {
      type: 'tag',
      begin: '<｜DSML｜invoke name="${name}">\n',
      content: { ...ARGUMENTS, style: 'deepseek_xml' },
      end: '</｜DSML｜invoke>\n',
      capture: 'call',
    },
    calls: listOfCalls(),
    section: { type: 'tag', begin: `<｜DSML｜${section}>\n`, content: { use: 'calls' }, end: `</｜DSML｜${section}>`, capture: 'markup' },
  };
}

function choicesOf(section: string): FormatDefinition['choices'] {
  const [begin, end] = [`\n\n<｜DSML｜${section}>\n`, `</｜DSML｜${section}>`];
  return {
    auto: sectionInText(`<｜DSML｜${section}>`, { use: 'section' }, THINK_TAGS),
    required: sectionOf(begin, 'calls', end),
    named: sectionOf(begin, 'call', end),
    none: { type: 'any_text', excludes: THINK_TAGS },
  };
}

/** The format of DeepSeek V3.2. */
export const deepseekV3_2 = {
  name: 'deepseek_v3_2',
  models: 'DeepSeek V3.2',
  marks: [{ template: ['｜DSML｜', 'function_calls'] }],
  thinking,
  parts: partsOf('function_calls'),
  answer: THOUGHT_FIRST,
  choices: choicesOf('function_calls'),
} as const satisfies FormatDefinition;

/** The format of DeepSeek V4. */
export const deepseekV4 = {
  name: 'deepseek_v4',
  models: 'DeepSeek V4',
  marks: [{ template: ['｜DSML｜', 'tool_calls'], without: ['function_calls'] }],
  thinking,
  parts: partsOf('tool_calls'),
  answer: THOUGHT_FIRST,
  choices: choicesOf('tool_calls'),
} as const satisfies FormatDefinition;

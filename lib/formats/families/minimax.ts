// MiniMax M2: a section of calls as XML. Its chat template opens a block of thinking always, so without thinking the answer
// begins with closing it.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, listOfCalls, sectionInText, sectionOf, THINK_TAGS, thinkingUntil } from './common.js';

const OPEN = '<minimax:tool_call>';
const CLOSE = '</minimax:tool_call>';

/** The format of MiniMax M2. */
export const minimax = {
  name: 'minimax',
  aliases: ['minimax_m2'],
  models: 'MiniMax M2',
  marks: [{ template: [OPEN] }],
  thinking: { on: '<think>\n', off: '<think>\n', begin: '<think>', end: '</think>' },
  parts: {
    call: { type: 'tag', begin: '<invoke name="${name}">\n', content: { ...ARGUMENTS, style: 'minimax_xml' }, end: '</invoke>\n', capture: 'call' },
    calls: listOfCalls(),
  },
  answer: {
    type: 'sequence',
    elements: [
      { if: 'thinking', then: thinkingUntil('</think>'), else: { type: 'const_string', value: '\n</think>\n\n', capture: 'markup' } },
      { type: 'const_string', value: '\n\n', capture: 'markup' },
      { use: 'choice' },
    ],
  },
  choices: {
    auto: sectionInText(OPEN, { type: 'tag', begin: `${OPEN}\n`, content: { use: 'calls' }, end: CLOSE, capture: 'markup' }, THINK_TAGS),
    required: sectionOf(`\n${OPEN}\n`, 'calls', CLOSE),
    named: sectionOf(`\n${OPEN}\n`, 'call', CLOSE),
    none: { type: 'any_text', excludes: THINK_TAGS },
  },
} as const satisfies FormatDefinition;

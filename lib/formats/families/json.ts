// Plain JSON, as the seed programs write it: {"name": "NAME", "parameters": {...}} and nothing around it. For models
// that have no format of their own, or whose own is not known. Llama and Gemma write calls alike and are told of them otherwise.

import type { FormatDefinition } from '../definition.js';
import { ARGUMENTS, callsInText, THINK_TAGS } from './common.js';

const parts = {
  call: { type: 'tag', begin: '{"name": ${name:json}, "parameters": ', content: ARGUMENTS, end: '}', capture: 'call' },
};
const choices = callsInText('{"name": ', THINK_TAGS);
const tool = '{"name": ${name:json}, "description": ${description:json}, "parameters": ${parameters:json}}';

/** Plain JSON. */
export const json = {
  name: 'json',
  models: 'any model',
  prompt: {
    role: 'system',
    text: [
      'You call functions. These are the functions, one per line:',
      '',
      '${tools}',
      '',
      'Choose the function that fits the request and answer with one JSON object and nothing else:',
      '{"name": "the function\'s name", "parameters": {"each parameter": "its value, taken from the request"}}',
    ],
    tool,
  },
  parts,
  choices,
} as const satisfies FormatDefinition;

/** The format of Llama 3. */
export const llama = {
  name: 'llama',
  aliases: ['llama_3'],
  models: 'Llama 3.1, 3.2, 3.3',
  marks: [{ template: ['<|start_header_id|>', '"parameters": dictionary'] }],
  parts,
  choices,
} as const satisfies FormatDefinition;

/** The format of Gemma, as far as it is JSON. */
export const gemma = {
  name: 'gemma',
  aliases: ['gemma_3'],
  models: 'Gemma 2, Gemma 3',
  marks: [{ template: ['<start_of_turn>'], without: ['<start_function_call>'] }],
  prompt: {
    role: 'user',
    text: [
      'You can call functions. To call one, answer with a JSON object and no other text:',
      '{"name": the function\'s name, "parameters": {each argument\'s name: its value}}',
      'The functions:',
      '[${tools}]',
    ],
    tool,
    separator: ',\n',
  },
  parts,
  choices,
} as const satisfies FormatDefinition;

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { detectFormat, type FormatName } from '../../lib/formats/index.js';
import { repositoryPath } from '../support/shared-data.js';

/** Short excerpts that carry what gives a family away, in the manner of its chat template. */
const EXCERPTS: readonly (readonly [format: FormatName, template: string, ...tokens: readonly string[]])[] = [
  ['qwen', "{{- '<tool_call>\\n{\"name\": \"' + call.name }}"],
  ['qwen', '{% for tool in tools %}{{ tool }}{% endfor %}', '<tool_call>'],
  ['json', '{% for tool in tools %}{{ tool }}{% endfor %}'],
  ['json', ''],
  ['json', '{{ messages }}', '<tool_call>'],
  ['qwen_coder', "{{- '<tool_call>\\n<function=' + call.name }}", '<tool_call>'],
  ['glm', "<tool_call>{{ name }}<arg_key>{{ key }}</arg_key><arg_value>{{ value }}</arg_value></tool_call>", '<tool_call>'],
  ['llama', '<|start_header_id|>user<|end_header_id|> answer as {"name": function name, "parameters": dictionary of arguments}'],
  ['gemma', "{{ '<start_of_turn>' + role }}"],
  ['deepseek_r1', "{{ '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + type + '<｜tool▁sep｜>' + name + '\\n```json' }}"],
  ['deepseek_v3_1', "{{ '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + name + '<｜tool▁sep｜>' }}"],
  ['deepseek_v3_2', "{% set dsml = '｜DSML｜' %}{{ '<' + dsml + 'function_calls>' }}"],
  ['deepseek_v4', "{% set dsml = '｜DSML｜' %}{{ '<' + dsml + 'tool_calls>' }}"],
  ['kimi', "{{ '<|tool_calls_section_begin|>' }}"],
  ['kimi_k3', "{% macro open_tag(tag) %}<|open|>{{ tag }}<|sep|>{% endmacro %}"],
  ['minimax', "{{ '<minimax:tool_call>' }}<invoke name=\"{{ name }}\">"],
  ['cohere', "{{ '<cofl:tool_calls>' }}"],
  ['harmony', "{{ '<|start|>assistant<|channel|>final<|message|>' }}"],
  ['mistral', "{{ '[TOOL_CALLS][' + call }}"],
  ['mistral_args', "{{ '[TOOL_CALLS]' + name + '[ARGS]' + arguments }}"],
  ['phi_4', "{{ '<|tool|>' + message['tools'] + '<|/tool|>' }}"],
  ['exaone', "{{ '[|assistant|]' }}<tool_call>{{ call | tojson }}</tool_call>"],
];

for (const [format, chatTemplate, ...tokens] of EXCERPTS) {
  test(`detectFormat: ${chatTemplate === '' ? 'no template' : chatTemplate}${tokens.length > 0 ? `, token ${tokens.join()}` : ''}`, () => {
    assert.equal(detectFormat({ chatTemplate, hasToken: (text) => tokens.includes(text) }), format);
  });
}

test('detectFormat: nothing known is json', () => {
  assert.equal(detectFormat({}), 'json');
});

/** The templates that llama.cpp's sources carry, of families that we know. */
const TEMPLATES: Readonly<Record<string, FormatName>> = {
  'Qwen-Qwen3-0.6B': 'qwen',
  'Qwen-Qwen2.5-7B-Instruct': 'qwen',
  'Qwen-QwQ-32B': 'qwen',
  'NousResearch-Hermes-3-Llama-3.1-8B-tool_use': 'qwen',
  'Qwen3-Coder': 'qwen_coder',
  'Qwen3.5-4B': 'qwen_coder',
  'meta-llama-Llama-3.1-8B-Instruct': 'llama',
  'meta-llama-Llama-3.2-3B-Instruct': 'llama',
  'meta-llama-Llama-3.3-70B-Instruct': 'llama',
  'google-gemma-2-2b-it': 'gemma',
  'llama-cpp-deepseek-r1': 'deepseek_r1',
  'deepseek-ai-DeepSeek-R1-Distill-Qwen-32B': 'deepseek_r1',
  'deepseek-ai-DeepSeek-R1-Distill-Llama-8B': 'deepseek_r1',
  'deepseek-ai-DeepSeek-V3.1': 'deepseek_v3_1',
  'deepseek-ai-DeepSeek-V3.2': 'deepseek_v3_2',
  'deepseek-ai-DeepSeek-V4': 'deepseek_v4',
  'moonshotai-Kimi-K2': 'kimi',
  'Kimi-K2-Thinking': 'kimi',
  'Kimi-K3': 'kimi_k3',
  'GLM-4.6': 'glm',
  'GLM-4.7-Flash': 'glm',
  'MiniMax-M2': 'minimax',
  'openai-gpt-oss-120b': 'harmony',
  'mistralai-Mistral-Nemo-Instruct-2407': 'mistral',
  'Mistral-Small-3.2-24B-Instruct-2506': 'mistral_args',
  'unsloth-mistral-Devstral-Small-2507': 'mistral_args',
  'mistralai-Ministral-3-14B-Reasoning-2512': 'mistral_args',
};

const folder = repositoryPath('vendor/llama.cpp/models/templates');
test('detectFormat: templates of real models', { skip: !existsSync(folder) && 'the sources of llama.cpp are absent' }, () => {
  const files = readdirSync(folder);
  for (const [name, format] of Object.entries(TEMPLATES)) {
    const file = `${name}.jinja`;
    assert.ok(files.includes(file), `${file} is gone`);
    assert.equal(detectFormat({ chatTemplate: readFileSync(`${folder}/${file}`, 'utf8') }), format, name);
  }
});

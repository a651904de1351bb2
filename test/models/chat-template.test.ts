import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { wireFormat } from '../../lib/formats/index.js';
import { ChatTemplate } from '../../lib/models/chat-template.js';
import { parseTools } from '../../lib/tools/index.js';
import { repositoryPath } from '../support/shared-data.js';

const user = [{ role: 'user', content: 'What is the sum of 40 and 2?' }] as const;
const tools = parseTools([
  { name: 'fn_add_numbers', description: 'Add two numbers together and return their sum.', parameters: { a: { type: 'number' }, b: { type: 'number' } } },
  { name: 'fn_is_even', description: '', parameters: { n: { type: 'integer' } } },
  { name: 'fn_order', description: 'Order items.', parameters: { items: { type: 'array' }, size: { type: 'string', enum: ['s', 'm', 'l'] } } },
  { name: 'fn_now', description: 'The time.', parameters: {} },
]);

const qwen = repositoryPath('vendor/llama.cpp/models/templates/Qwen-Qwen3-0.6B.jinja');
const noQwen = !existsSync(qwen) && 'vendor/llama.cpp is not filled';

test('Qwen 3: tools in the system message, an empty thinking block at the end', { skip: noQwen }, () => {
  const template = new ChatTemplate(readFileSync(qwen, 'utf8'));
  const prompt = template.render(wireFormat('qwen').chat(tools.slice(0, 1), user));
  const listed =
    '{"type": "function", "function": {"name": "fn_add_numbers", "description": "Add two numbers together and return their sum.", ' +
    '"parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"], "additionalProperties": false}}}';
  assert.ok(prompt.startsWith('<|im_start|>system\n# Tools\n\n'));
  assert.ok(prompt.includes(`\n<tools>\n${listed}\n</tools>\n`));
  assert.ok(
    prompt.endsWith(
      '<|im_start|>user\nWhat is the sum of 40 and 2?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n',
    ),
  );
});

test('Qwen 3: without tools, with thinking, without the start of an answer', { skip: noQwen }, () => {
  const template = new ChatTemplate(readFileSync(qwen, 'utf8'));
  assert.equal(
    template.render({ messages: user }),
    '<|im_start|>user\nWhat is the sum of 40 and 2?<|im_end|>\n<|im_start|>assistant\n',
  );
  assert.ok(template.render({ messages: user, tools: [], addGenerationPrompt: false }).endsWith('<|im_end|>\n'));
});

test('Qwen 3: earlier calls and their results', { skip: noQwen }, () => {
  const template = new ChatTemplate(readFileSync(qwen, 'utf8'));
  const prompt = template.render({
    messages: [
      ...user,
      { role: 'assistant', content: '', tool_calls: [{ type: 'function', function: { name: 'fn_add_numbers', arguments: { a: 40, b: 2 } } }] },
      { role: 'tool', content: '42' },
    ],
    enableThinking: false,
  });
  assert.ok(prompt.includes('<tool_call>\n{"name": "fn_add_numbers", "arguments": {"a": 40, "b": 2}}\n</tool_call><|im_end|>\n'));
  assert.ok(prompt.includes('<|im_start|>user\n<tool_response>\n42\n</tool_response><|im_end|>\n'));
});

const nano = repositoryPath('models/surecall-nano.gguf');
const noNano = !existsSync(nano) && 'the bundled model is absent';

test('the bundled model: exactly the layout it was trained on', { skip: noNano }, () => {
  const template = new ChatTemplate(chatTemplateOf(nano));
  assert.equal(
    template.render(wireFormat('qwen').chat(tools, user)),
    '<|im_start|>system\n# Tools\n' +
      'Add two numbers together and return their sum. -> fn_add_numbers(a: number, b: number)\n' +
      'fn_is_even(n: integer)\n' +
      'Order items. -> fn_order(items: any[], size: s|m|l)\n' +
      'The time. -> fn_now()<|im_end|>\n' +
      '<|im_start|>user\nWhat is the sum of 40 and 2?<|im_end|>\n' +
      '<|im_start|>assistant\n',
  );
});


for (const set of ['seed1', 'seed2']) {
  const path = repositoryPath(`examples/${set}/functions.json`);
  test(`the bundled model: ${set}, one line per function`, { skip: noNano || (!existsSync(path) && 'no examples') }, () => {
    interface Definition { name: string; description: string; parameters: Record<string, { type: string }> }
    const definitions = JSON.parse(readFileSync(path, 'utf8')) as Definition[];
    const lines = definitions.map(({ name, description, parameters }) => {
      const listed = Object.entries(parameters).map(([parameter, { type }]) => `${parameter}: ${type}`);
      return `${description} -> ${name}(${listed.join(', ')})`;
    });
    const prompt = new ChatTemplate(chatTemplateOf(nano)).render(wireFormat('qwen').chat(parseTools(definitions), user));
    assert.equal(
      prompt,
      `<|im_start|>system\n# Tools\n${lines.join('\n')}<|im_end|>\n` +
        '<|im_start|>user\nWhat is the sum of 40 and 2?<|im_end|>\n<|im_start|>assistant\n',
    );
  });
}

test('a mapping renders its members even where one is called items', () => {
  const template = new ChatTemplate('{% for name, s in messages[0].content.items() %}{{ name }}:{{ s }} {% endfor %}');
  const content = { items: 1, keys: 2, a: 3 } as unknown as string;
  assert.equal(template.render({ messages: [{ role: 'user', content }] }), 'items:1 keys:2 a:3 ');
});

test('bos and eos tokens, and variables that are not given', () => {
  const source = "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ 'T' if enable_thinking is defined }}{{ 'tools' if tools }}";
  const template = new ChatTemplate(source);
  const messages = [{ role: 'user', content: '{{ x }}' }] as const;
  assert.equal(template.render({ messages, bosToken: '<s>', eosToken: '</s>' }), '<s>{{ x }}</s>');
  assert.equal(template.render({ messages, enableThinking: true, tools: [1] }), '{{ x }}Ttools');
});

test('templates that cannot be parsed, and templates that refuse, are errors with a code', () => {
  assert.throws(() => new ChatTemplate('{% if %}'), { code: 'SURECALL_CHAT_TEMPLATE', message: /^the model's chat template cannot be parsed: / });
  const refusing = new ChatTemplate("{{ raise_exception('System role not supported') }}");
  assert.throws(() => refusing.render({ messages: user }), {
    code: 'SURECALL_CHAT_TEMPLATE',
    message: "the model's chat template cannot be rendered: System role not supported",
  });
});

/** The chat template in a GGUF file: after the key come the type (4 bytes), the length (8 bytes) and the text. */
function chatTemplateOf(path: string): string {
  const bytes = readFileSync(path);
  const key = 'tokenizer.chat_template';
  const type = bytes.indexOf(key) + key.length;
  const length = Number(bytes.readBigUInt64LE(type + 4));
  return bytes.toString('utf8', type + 12, type + 12 + length);
}

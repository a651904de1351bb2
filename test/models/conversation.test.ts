// Earlier calls and their results, in the forms that chat templates want them. The templates here are short ones in the manner of
// known families; those that come with llama.cpp are asked whether everything that was said can be found in the prompt.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { toMessages, type Prompt } from '../../lib/caller/messages.js';
import { spellCall } from '../../lib/caller/spell-call.js';
import { wireFormat } from '../../lib/formats/index.js';
import { ChatTemplate } from '../../lib/models/chat-template.js';
import { adapt } from '../../lib/models/conversation.js';
import { parseTools } from '../../lib/tools/index.js';
import { repositoryPath } from '../support/shared-data.js';

const tools = parseTools([{ name: 'add', parameters: { a: { type: 'number' }, b: { type: 'number' } } }]);
const format = wireFormat('qwen');

const conversation: Prompt = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Add.' },
  {
    role: 'assistant',
    tool_calls: [
      { id: 'x', function: { name: 'add', arguments: '{"a": 1.5, "b": 2}' } },
      { id: 'y', function: { name: 'add', arguments: { a: 3, b: 4 } } },
    ],
  },
  { role: 'tool', tool_call_id: 'y', content: 'seven' },
  { role: 'tool', tool_call_id: 'x', content: 'three and a half' },
  { role: 'user', content: 'Thanks.' },
];

function rendered(template: ChatTemplate, prompt: Prompt = conversation): string {
  const messages = adapt(toMessages(prompt), template.traits, (name, args) => spellCall(format, tools, name, args));
  return template.render({ messages, tools: [{ type: 'function', function: tools[0] }], bosToken: '<s>', eosToken: '</s>' });
}

const CHATML = '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}';

const FAMILIES: Readonly<Record<string, readonly [source: string, expected: string]>> = {
  'calls as JSON objects, as Qwen and Hermes write them': [
    `${CHATML}{% for c in m.tool_calls %}<call>{{ c.function | tojson }}</call>{% endfor %}{% endfor %}`,
    '<|system|>Be brief.<|user|>Add.<|assistant|><call>{"name": "add", "arguments": {"a": 1.5, "b": 2}}</call><call>{"name": "add", "arguments": {"a": 3, "b": 4}}</call>' +
      '<|tool|>seven<|tool|>three and a half<|user|>Thanks.',
  ],
  'arguments joined to a text, content null, as DeepSeek R1': [
    "{% for m in messages %}{% if m.role == 'assistant' and m.content is none %}{% for c in m.tool_calls %}{{ '<call>' + c.function.name + '\\n' + c.function.arguments + '</call>' }}{% endfor %}" +
      "{% else %}<|{{ m.role }}|>{{ m.content }}{% endif %}{% endfor %}",
    '<|system|>Be brief.<|user|>Add.<call>add\n{"a": 1.5, "b": 2}</call><call>add\n{"a": 3, "b": 4}</call><|tool|>seven<|tool|>three and a half<|user|>Thanks.',
  ],
  'members of the arguments one by one, as Qwen 3 Coder': [
    `${CHATML}{% for c in m.tool_calls %}<{{ c.function.name }}>{% for k, v in c.function.arguments.items() %}<{{ k }}>{{ v }}</{{ k }}>{% endfor %}{% endfor %}{% endfor %}`,
    '<|system|>Be brief.<|user|>Add.<|assistant|><add><a>1.5</a><b>2</b><add><a>3</a><b>4</b><|tool|>seven<|tool|>three and a half<|user|>Thanks.',
  ],
  'ids of nine letters and digits, as Mistral': [
    "{% for m in messages %}{% if m.tool_calls %}{% for c in m.tool_calls %}{% if c.id | length != 9 %}{{ raise_exception('ids have nine characters') }}{% endif %}[{{ c.function | tojson }}, {{ c.id }}]{% endfor %}" +
      "{% elif m.role == 'tool' %}{% if m.tool_call_id | length != 9 %}{{ raise_exception('ids have nine characters') }}{% endif %}[{{ m.tool_call_id }}: {{ m.content }}]{% else %}{{ m.content }}{% endif %}{% endfor %}",
    'Be brief.Add.[{"name": "add", "arguments": {"a": 1.5, "b": 2}}, call00000][{"name": "add", "arguments": {"a": 3, "b": 4}}, call00001][call00001: seven][call00000: three and a half]Thanks.',
  ],
  'the name in the id alone, as Kimi K2': [
    `${CHATML}{{ m.tool_call_id }}{% for c in m.tool_calls %}<call>{{ c.id }}<args>{{ c.function.arguments | tojson }}</call>{% endfor %}{% endfor %}`,
    '<|system|>Be brief.<|user|>Add.<|assistant|><call>functions.add:0<args>{"a": 1.5, "b": 2}</call><call>functions.add:1<args>{"a": 3, "b": 4}</call>' +
      '<|tool|>sevenfunctions.add:1<|tool|>three and a halffunctions.add:0<|user|>Thanks.',
  ],
  'no calls': [
    `${CHATML}{% endfor %}`,
    '<|system|>Be brief.<|user|>Add.<|assistant|><tool_call>\n{"name": "add", "arguments": {"a": 1.5, "b": 2}}\n</tool_call>\n<tool_call>\n{"name": "add", "arguments": {"a": 3, "b": 4}}\n</tool_call>' +
      '<|tool|>seven<|tool|>three and a half<|user|>Thanks.',
  ],
  'no system messages, no results, turns that alternate, as Gemma 2': [
    "{% for m in messages %}{% if m.role != ['user', 'assistant'][loop.index0 % 2] %}{{ raise_exception('roles must alternate') }}{% endif %}<|{{ m.role }}|>{{ m.content | trim }}{% endfor %}",
    '<|user|>Be brief.\n\nAdd.<|assistant|><tool_call>\n{"name": "add", "arguments": {"a": 1.5, "b": 2}}\n</tool_call>\n<tool_call>\n{"name": "add", "arguments": {"a": 3, "b": 4}}\n</tool_call>' +
      '<|user|>Result of add: seven\n\nResult of add: three and a half\n\nThanks.',
  ],
};

for (const [title, [source, expected]] of Object.entries(FAMILIES)) {
  test(`templates that want ${title}`, () => {
    assert.equal(rendered(new ChatTemplate(source)), expected);
  });
}

test('ids stay as they are where the template takes any, and results without ids follow the calls', () => {
  const kimi = new ChatTemplate(`${CHATML}{{ m.tool_call_id }}{% for c in m.tool_calls %}<{{ c.id }}>{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}`);
  const calls = (ids: boolean): Prompt => [
    { role: 'user', content: '1' },
    { role: 'assistant', tool_calls: ['p', 'q'].map((id) => ({ ...(ids ? { id } : {}), function: { name: 'add', arguments: {} } })) },
    { role: 'tool', content: 'first' },
    { role: 'tool', content: 'second' },
  ];
  assert.ok(rendered(kimi, calls(false)).endsWith('<functions.add:0>{}<functions.add:1>{}<|tool|>firstfunctions.add:0<|tool|>secondfunctions.add:1'));
  const any = new ChatTemplate(`${CHATML}{{ m.tool_call_id }}{% for c in m.tool_calls %}<{{ c.id }} {{ c.function.name }}>{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}`);
  assert.ok(rendered(any, calls(true)).includes('<p add>{}<q add>{}'));
});

// What these use is not in the library that renders templates, also without any calls.
const NOT_RENDERED = [
  'Apriel-1.6-15b-Thinker-fixed', 'unsloth-Apriel-1.5', 'ByteDance-Seed-OSS', 'CohereForAI-c4ai-command-r-plus-tool_use', 'Kimi-K2-Instruct', 'Kimi-K2-Thinking',
  'fireworks-ai-llama-3-firefunction-v2', 'openbmb-MiniCPM5-1B', 'tencent-Hy3',
];
const FOLDER = repositoryPath('vendor/llama.cpp/models/templates');
const skip = !existsSync(FOLDER) && 'vendor/llama.cpp is not filled';

test("llama.cpp's templates: the prompt holds all that was said, called and found out", { skip }, () => {
  const missing: string[] = [];
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.jinja'))) {
    const name = file.slice(0, -'.jinja'.length);
    if (NOT_RENDERED.includes(name)) continue;
    let text: string;
    try {
      text = rendered(new ChatTemplate(readFileSync(`${FOLDER}/${file}`, 'utf8')), [
        { role: 'user', content: 'Add.' },
        { role: 'assistant', tool_calls: [{ id: 'x', function: { name: 'add', arguments: '{"a": 1.5, "b": 2}' } }] },
        { role: 'tool', tool_call_id: 'x', content: 'three and a half' },
      ]);
    } catch (error) {
      missing.push(`${name}: ${String(error)}`);
      continue;
    }
    const call = text.slice(text.indexOf('Add.'));
    const lost = ['Add.', 'add', '1.5', 'three and a half'].filter((part) => !call.includes(part));
    if (lost.length > 0 || /\\"a\\"/.test(call)) missing.push(`${name}: ${lost.join(', ')}`);
  }
  assert.deepEqual(missing, []);
});

test('what is undefined is an empty text to filters and an empty list to loops, as in Jinja', () => {
  const render = (source: string): string => new ChatTemplate(source).render({ messages: [{ a: ' x ', list: [1, 2, 3] }] });
  assert.equal(render('[{{ messages[0].nothing | trim }}{{ messages[0].a | trim | upper }}]'), '[X]');
  assert.equal(render('[{% for x in messages[0].nothing %}{{ x }}{% else %}none{% endfor %}]'), '[none]');
  assert.equal(render('[{% for x in messages[0].nothing if x %}{{ x }}{% endfor %}{% for x in messages[0].list if x != 2 %}{{ x }}{% endfor %}]'), '[13]');
});

// A user's own format: the same language as the built-in ones, from JSON, with faults named by their path.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineFormat, type FormatDefinition, FORMAT_NAMES, parseCalls, toStructuralTag, wireFormat } from '../../lib/formats/index.js';
import { parseTools } from '../../lib/tools/index.js';

const tools = parseTools([
  { name: 'add', description: 'Adds.', parameters: { a: { type: 'number' } } },
  { name: 'read', description: 'Reads.', parameters: { path: { type: 'string' } } },
]);

const call = {
  type: 'tag', begin: '[[${name}: ', content: { type: 'json_schema', json_schema: '${parameters}' }, end: ']]', capture: 'call',
} as const;
const own: FormatDefinition = {
  name: 'brackets',
  whitespace: 'compact',
  prompt: { role: 'system', text: ['Functions:', '${tools}'], tool: '${name}: ${description:json} ${parameters:json}' },
  choices: {
    auto: { type: 'triggered_tags', triggers: ['[['], tags: [{ for_each_tool: call }], stop_after_first: '${single}' },
    required: { type: 'or', elements: [{ for_each_tool: call }] },
    named: call,
    none: { type: 'any_text', excludes: ['[['] },
  },
};

test('a definition is a format for tags and texts, also as plain JSON', () => {
  const format = JSON.parse(JSON.stringify(own)) as FormatDefinition;
  const schema = { type: 'json_schema', json_schema: tools[1]?.parameters };
  assert.deepEqual(toStructuralTag(tools, { format, toolChoice: { name: 'read' } }).format, { type: 'tag', begin: '[[read: ', content: schema, end: ']]' });
  assert.deepEqual(toStructuralTag(tools, { format, toolChoice: 'auto' }).format, {
    type: 'triggered_tags',
    triggers: ['[['],
    tags: tools.map(({ name, parameters }) => ({
      type: 'tag', begin: `[[${name}: `, content: { type: 'json_schema', json_schema: parameters }, end: ']]',
    })),
    stop_after_first: true,
  });
  const calls = parseCalls('One [[add: {"a": "2"}]] two [[ read:{"path": "]]"} ]].', format, tools);
  assert.deepEqual(calls.map((one) => [one.name, one.arguments]), [['add', { a: 2 }], ['read', { path: ']]' }]]);
  assert.throws(() => parseCalls('[[add: 7]]', format), { code: 'SURECALL_PARSE', message: /^call at character 0: the arguments are not a JSON object/ });
});

test('a definition lists the tools where the chat template does not', () => {
  const { messages, tools: passed } = defineFormat(own).chat(tools, [{ role: 'user', content: 'Hi' }]);
  assert.equal(passed, undefined);
  assert.deepEqual(messages.map(({ role }) => role), ['system', 'user']);
  assert.match(messages[0]?.content ?? '', /^Functions:\nadd: "Adds\." \{"type":"object"/);
});

test('JSON objects with members of other names are read', () => {
  const tag = { type: 'tag', begin: '<c>{"tool": ${name:json}, "input": ', content: { type: 'json_schema', json_schema: '${parameters}' }, end: '}</c>' };
  const format: FormatDefinition = { ...own, choices: { ...own.choices, auto: { type: 'triggered_tags', triggers: ['<c>'], tags: [{ for_each_tool: tag }] } } };
  const [found] = parseCalls('<c>{"input": {"a": 1}, "tool": "add"}', format, tools);
  assert.deepEqual([found?.name, found?.arguments], ['add', { a: 1 }]);
});

const choices = own.choices;
const faults: readonly (readonly [what: string, definition: unknown, message: RegExp])[] = [
  ['no object', 7, /^format at its root: must be an object, got 7$/],
  ['no name', { choices }, /^format at \/name: is missing$/],
  ['no choices', { name: 'x' }, /^format "x" at \/choices: is missing$/],
  ['a choice that is missing', { name: 'x', choices: { ...choices, none: undefined } }, /^format "x" at \/choices\/none: is missing$/],
  ['an unknown member', { ...own, colour: 1 }, /^format "brackets" at \/colour: this member is not known; there are name, /],
  ['white space', { ...own, whitespace: 'wide' }, /at \/whitespace: must be "compact" or "spaced", got "wide"$/],
  ['an unknown type', { ...own, choices: { ...choices, named: { type: 'tags' } } }, /at \/choices\/named\/type: must be one of const_string, /],
  ['a fault inside', { ...own, choices: { ...choices, auto: { type: 'sequence', elements: [call, { type: 'any_text', max_chars: 'x' }] } } }, /at \/choices\/auto\/elements\/0\/begin: speaks of a tool outside of/],
  ['a fault in a tag for each tool', { ...own, choices: { ...choices, required: { type: 'or', elements: [{ for_each_tool: { ...call, end: 7 } }] } } }, /at \/choices\/required\/elements\/0\/for_each_tool\/end: must be /],
  ['a fault in a part', { ...own, parts: { p: { type: 'any_text', max_tokens: -1 } }, choices: { ...choices, none: { use: 'p' } } }, /at \/parts\/p\/max_tokens: must be a whole number/],
  ['an unknown part', { ...own, choices: { ...choices, none: { use: 'q' } } }, /at \/choices\/none\/use: must be "choice" or the name of a part/],
  ['a part that uses itself', { ...own, parts: { p: { use: 'p' } }, choices: { ...choices, none: { use: 'p' } } }, /nests more than 64 deep/],
  ['an unknown condition', { ...own, answer: { if: 'sunny', then: { use: 'choice' } } }, /at \/answer\/if: must be "thinking" or "single", got "sunny"$/],
  ['an unknown placeholder', { ...own, choices: { ...choices, named: { ...call, begin: '${nam}' } } }, /at \/choices\/named\/begin: there is no placeholder \$\{nam\} here$/],
  ['an unknown capture', { ...own, choices: { ...choices, named: { ...call, capture: 'x' } } }, /at \/choices\/named\/capture: must be one of thinking, call, markup, content, got "x"$/],
  ['tools outside of a list', { ...own, answer: { for_each_tool: call } }, /at \/answer: "for_each_tool" must be an entry of a list$/],
  ['an answer that is nothing', { ...own, choices: { ...choices, auto: null } }, /at \/choices\/auto: the answer would be empty$/],
  ['a function', { ...own, choices: { ...choices, none: { type: 'any_text', excludes: () => [] } } }, /at \/choices\/none\/excludes: must be JSON$/],
];

for (const [what, definition, message] of faults) {
  test(`defineFormat refuses ${what}`, () => {
    assert.throws(() => defineFormat(definition as FormatDefinition), { code: 'SURECALL_INVALID_FORMAT', message });
  });
}

test('the built-in formats are definitions that anyone could have written', () => {
  for (const name of FORMAT_NAMES) {
    const copy = JSON.parse(JSON.stringify(wireFormat(name).definition)) as FormatDefinition;
    assert.deepEqual(copy, wireFormat(name).definition, name);
    assert.deepEqual(defineFormat(copy).structuralTag(tools, { toolChoice: 'auto' }), wireFormat(name).structuralTag(tools, { toolChoice: 'auto' }), name);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCalls, toStructuralTag, wireFormat } from '../../lib/formats/index.js';
import { parseTools } from '../../lib/tools/index.js';

const tools = parseTools([
  { name: 'fn_add', description: 'Add two numbers.', parameters: { a: { type: 'number' }, b: { type: 'number' } } },
  { name: 'fn_read', description: 'Read a file.', parameters: { path: { type: 'string' } } },
]);
const [add, read] = tools;
const content = (tool: (typeof tools)[number] | undefined): unknown => ({ type: 'json_schema', json_schema: tool?.parameters });

test('json: one tag per tool, and nothing around it', () => {
  assert.deepEqual(toStructuralTag(tools, { format: 'json' }), {
    type: 'structural_tag',
    format: {
      type: 'or',
      elements: [
        { type: 'tag', begin: '{"name": "fn_add", "parameters": ', content: content(add), end: '}' },
        { type: 'tag', begin: '{"name": "fn_read", "parameters": ', content: content(read), end: '}' },
      ],
    },
  });
});

test('qwen: a named tool is one tag', () => {
  assert.deepEqual(toStructuralTag(tools, { format: 'qwen', toolChoice: { name: 'fn_read' } }).format, {
    type: 'tag',
    begin: '<tool_call>\n{"name": "fn_read", "arguments": ',
    content: content(read),
    end: '}\n</tool_call>',
  });
});

test('one tool needs no choice; names are JSON strings; a tool that is not strict takes any object', () => {
  const odd = parseTools([{ name: 'say "hi"\\é', parameters: { a: { type: 'null' } }, strict: false }]);
  assert.deepEqual(toStructuralTag(odd, { format: 'json' }).format, {
    type: 'tag',
    begin: '{"name": "say \\"hi\\"\\\\é", "parameters": ',
    content: { type: 'json_schema', json_schema: { type: 'object' } },
    end: '}',
  });
});

test('auto stops after the first call unless calls may be parallel; none is text', () => {
  const auto = toStructuralTag(tools, { format: 'qwen', toolChoice: 'auto' }).format;
  assert.ok(auto.type === 'triggered_tags');
  assert.deepEqual([auto.triggers, auto.tags.length, auto.at_least_one, auto.stop_after_first], [['<tool_call>'], 2, undefined, true]);
  assert.equal(toStructuralTag(tools, { format: 'json', toolChoice: 'none' }).format.type, 'any_text');
  assert.equal(toStructuralTag([], { format: 'json', toolChoice: 'auto' }).format.type, 'any_text');
});

test('tool choices that cannot be met are errors', () => {
  assert.throws(() => toStructuralTag([], { format: 'json' }), { code: 'SURECALL_EMPTY_TOOLS' });
  assert.throws(() => toStructuralTag(tools, { format: 'json', toolChoice: { name: 'x' } }), {
    code: 'SURECALL_INVALID_OPTION',
    message: 'toolChoice: there is no tool "x"; tools: "fn_add", "fn_read"',
  });
  assert.throws(() => toStructuralTag(tools, { format: 'json', toolChoice: 'any' as 'auto' }), { code: 'SURECALL_INVALID_OPTION' });
  assert.throws(() => wireFormat('yaml' as 'json'), { code: 'SURECALL_INVALID_OPTION' });
});

test('json lists the functions in a system message, before what the user put there', () => {
  const format = wireFormat('json');
  const { messages, tools: passed } = format.chat(tools, [{ role: 'user', content: 'hi' }]);
  assert.equal(passed, undefined);
  assert.deepEqual(messages.map(({ role }) => role), ['system', 'user']);
  assert.match(messages[0]?.content ?? '', /\n\{"name": "fn_add", "description": "Add two numbers\.", "parameters": \{"type":"object"/);
  const merged = format.chat(tools, [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'hi' }]).messages;
  assert.deepEqual(merged.map(({ role }) => role), ['system', 'user']);
  assert.ok(merged[0]?.content.endsWith('\n\nBe brief.'));
});

test('qwen passes the tools to the template and asks for no thinking', () => {
  const messages = [{ role: 'user', content: 'hi' }] as const;
  const input = wireFormat('qwen').chat(tools, messages);
  assert.equal(input.enableThinking, false);
  assert.equal(input.messages, messages);
  assert.deepEqual(input.tools?.[1], {
    type: 'function',
    function: { name: 'fn_read', description: 'Read a file.', parameters: read?.parameters },
  });
});

const parsed: readonly (readonly [name: string, format: 'json' | 'qwen', text: string, calls: readonly unknown[]])[] = [
  ['a json call', 'json', '{"name": "fn_add", "parameters": {"a": 1, "b": 2}}', [{ a: 1, b: 2 }]],
  ['other spacing, other member name', 'json', ' {"name":"fn_add",\n"arguments":{"a":1,"b":2}}', [{ a: 1, b: 2 }]],
  ['arguments as JSON text', 'json', '{"name": "fn_add", "arguments": "{\\"a\\": 1, \\"b\\": 2}"}', [{ a: 1, b: 2 }]],
  ['values of other types', 'json', '{"name": "fn_add", "parameters": {"a": "1", "b": "2.5"}}', [{ a: 1, b: 2.5 }]],
  ['an unescaped Windows path', 'json', String.raw`{"name": "fn_read", "parameters": {"path": "C:\Users\john\config.ini"}}`, [{ path: 'C:\\Users\\john\\config.ini' }]],
  ['a list in a code fence', 'json', '```json\n[{"name": "fn_read", "parameters": {"path": "a"}}, {"name": "fn_read", "parameters": {"path": "b"}}]\n```', [{ path: 'a' }, { path: 'b' }]],
  ['a call inside another object', 'json', '{"calls": [{"name": "fn_read", "parameters": {"path": "{"}}]}', [{ path: '{' }]],
  ['prose with quotes and braces before it', 'json', 'It\'s "so" {easy}: {"name": "fn_read", "parameters": {"path": "a"}}', [{ path: 'a' }]],
  ['no call', 'json', 'I cannot do that.', []],
  ['an object that is no call', 'json', '{"answer": 42}', []],
  ['a qwen call', 'qwen', '<tool_call>\n{"name": "fn_add", "arguments": {"a": 1, "b": 2}}\n</tool_call>', [{ a: 1, b: 2 }]],
  ['two calls with text around', 'qwen', 'Sure.\n<tool_call>{"name": "fn_read", "arguments": {"path": "a"}}</tool_call> and <tool_call>{"name": "fn_read", "arguments": {"path": "b"}}</tool_call>.', [{ path: 'a' }, { path: 'b' }]],
  ['the closing tag inside a string', 'qwen', '<tool_call>\n{"name": "fn_read", "arguments": {"path": "</tool_call>}"}}\n</tool_call>', [{ path: '</tool_call>}' }]],
  ['the closing tag was a stop word', 'qwen', '<tool_call>\n{"name": "fn_read", "arguments": {"path": "a"}}\n', [{ path: 'a' }]],
  ['a call inside thinking', 'qwen', '<think>\nI could <tool_call>{</think>\n\n<tool_call>{"name": "fn_read", "arguments": {"path": "a"}}</tool_call>', [{ path: 'a' }]],
  ['thinking that does not end', 'qwen', '<think>\n<tool_call>', []],
  ['no tag', 'qwen', 'Hello.', []],
];

for (const [name, format, text, calls] of parsed) {
  test(`parseCalls reads ${name} (${format})`, () => {
    assert.deepEqual(parseCalls(text, format, tools).map((call) => call.arguments), calls);
  });
}

test('parseCalls says where each call stands, and leaves values alone without tools', () => {
  const text = 'a <tool_call>{"name": "x", "arguments": {"n": "1"}}</tool_call> b';
  const [call] = parseCalls(text, 'qwen');
  assert.deepEqual(call, { name: 'x', arguments: { n: '1' }, start: 2, end: text.length - 2 });
});

const broken: readonly (readonly [format: 'json' | 'qwen', text: string, message: RegExp])[] = [
  ['json', '{"name": "fn_add", "parameters": {"a": 1', /^call at character 0: is not a JSON object with name and parameters: /],
  ['json', '{"name": "fn_add"}', /^call at character 0/],
  ['json', '{"name": "fn_sub", "parameters": {}}', /^there is no tool "fn_sub"; tools: "fn_add", "fn_read"$/],
  ['qwen', 'x <tool_call>hello</tool_call>', /^call at character 2: no JSON object follows the tag: /],
  ['qwen', '<tool_call>{"name": "fn_add", "arguments": {"a": 1', /^call at character 0: the call does not end: /],
  ['qwen', '<tool_call>{"name": 7, "arguments": {}}</tool_call>', /^call at character 0: is not a JSON object with name and arguments: /],
  ['qwen', '<tool_call>{"name": "fn_add", "arguments": {}} oops</tool_call>', /^call at character 0: the call does not end/],
];

for (const [format, text, message] of broken) {
  test(`parseCalls refuses ${text} (${format})`, () => {
    assert.throws(() => parseCalls(text, format, tools), { code: 'SURECALL_PARSE', message });
  });
}

test('parseCalls names tool, parameter, type and value where a value does not fit', () => {
  assert.throws(() => parseCalls('{"name": "fn_add", "parameters": {"a": "x", "b": 2}}', 'json', tools), {
    code: 'SURECALL_COERCION',
    message: 'fn_add: parameter "a": expected number, got "x"',
  });
});

test('parseCalls stays quick on text that is all brackets', () => {
  const started = performance.now();
  assert.deepEqual(parseCalls('{'.repeat(200_000), 'json'), []);
  assert.ok(performance.now() - started < 5000);
});

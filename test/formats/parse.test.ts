// Calls in texts that models wrote without our mask: one table for all families.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FormatName, parseCalls } from '../../lib/formats/index.js';
import { parseTools } from '../../lib/tools/index.js';

const tools = parseTools([
  { name: 'fn_add', description: '', parameters: { a: { type: 'number' }, b: { type: 'number' } } },
  {
    name: 'fn_read',
    description: '',
    parameters: { type: 'object', properties: { path: { type: 'string' }, list: { type: 'array', items: { type: 'string' } } }, required: ['path'] },
  },
  { name: 'now', description: '', parameters: { type: 'object', properties: {} } },
]);

const A = { a: 1, b: 2 };
const rows: readonly (readonly [format: FormatName, what: string, text: string, ...calls: readonly unknown[]])[] = [
  ['qwen_coder', 'values on lines of their own', '<tool_call>\n<function=fn_read>\n<parameter=path>\na b\n</parameter>\n</function>\n</tool_call>', { path: 'a b' }],
  ['qwen_coder', 'no line breaks', 'Ok.<tool_call><function=fn_add><parameter=a>1</parameter><parameter=b>2</parameter></function></tool_call>', A],
  ['qwen_coder', 'a missing end', '<tool_call>\n<function=fn_add>\n<parameter=a>1</parameter><parameter=b>2</parameter>\n</function>', A],
  ['qwen_coder', 'a text that looks like a number', '<tool_call>\n<function=fn_read>\n<parameter=path>5</parameter>\n</function>\n</tool_call>', { path: '5' }],
  ['qwen_coder', 'a list', '<tool_call>\n<function=fn_read>\n<parameter=path>x</parameter>\n<parameter=list>["1", "2"]</parameter>\n</function>\n</tool_call>', { path: 'x', list: ['1', '2'] }],
  ['glm', 'pairs', '<tool_call>fn_add\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n<arg_key>b</arg_key>\n<arg_value>2</arg_value>\n</tool_call>', A],
  ['glm', 'no arguments', '<tool_call>now</tool_call>', {}],
  ['kimi', 'two calls', '<|tool_calls_section_begin|><|tool_call_begin|>functions.fn_add:0<|tool_call_argument_begin|>{"a":1,"b":2}<|tool_call_end|><|tool_call_begin|>functions.now:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>', A, {}],
  ['kimi', 'no section', '<|tool_call_begin|>functions.fn_add:0<|tool_call_argument_begin|>{"a":1,"b":2}<|tool_call_end|>', A],
  ['kimi_k3', 'a message', 'Hi<|close|>response<|sep|><|open|>tools<|sep|><|open|>call tool="fn_add" index="1"<|sep|><|open|>argument key="a" type="number"<|sep|>1<|close|>argument<|sep|><|open|>argument key="b" type="number"<|sep|>2<|close|>argument<|sep|><|close|>call<|sep|><|close|>tools<|sep|><|close|>message<|sep|>', A],
  ['deepseek_r1', 'a fence', 'x<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>fn_add\n```json\n{"a": 1, "b": 2}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>', A],
  ['deepseek_v3_1', 'thinking that the prompt opened', 'I could <｜tool▁calls▁begin｜> now</think><｜tool▁calls▁begin｜><｜tool▁call▁begin｜>fn_add<｜tool▁sep｜>{"a": 1, "b": 2}<｜tool▁call▁end｜>', A],
  ['deepseek_v3_2', 'either word for a kind', '\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name="fn_read">\n<｜DSML｜parameter name="path" string="false">7</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>', { path: '7' }],
  ['deepseek_v4', 'its section', '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="now">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>', {}],
  ['minimax', 'invoke', '<minimax:tool_call>\n<invoke name="fn_add">\n<parameter name="a">1</parameter>\n<parameter name="b">2</parameter>\n</invoke>\n</minimax:tool_call>', A],
  ['cohere', 'cofl', '<cofl:tool_calls><cofl:tool_call id="0" name="fn_read"><cofl:value name="path" type="raw">x</cofl:value><cofl:value name="list" type="list"><cofl:value type="raw">y</cofl:value></cofl:value></cofl:tool_call></cofl:tool_calls>', { path: 'x', list: ['y'] }],
  ['harmony', 'thinking, then a call', '<|channel|>analysis<|message|>Use to=functions.now<|end|><|start|>assistant<|channel|>commentary to=functions.fn_add <|constrain|>json<|message|>{"a":1,"b":2}<|call|>', A],
  ['harmony', 'the name first, the end a stop word', ' to=functions.fn_add<|channel|>commentary json<|message|>{"a":1,"b":2}', A],
  ['harmony', 'only text', '<|channel|>final<|message|>Hello.<|return|>'],
  ['mistral', 'a list', '[TOOL_CALLS] [{"name": "fn_add", "arguments": {"a": 1, "b": 2}, "id": "123456789"}, {"name": "now", "arguments": {}}]', A, {}],
  ['mistral', 'an object that is no call', 'See {"name": "fn_add", "arguments": {}}.'],
  ['mistral_args', 'two calls', '[TOOL_CALLS]fn_add[ARGS]{"a": 1, "b": 2}[TOOL_CALLS]now[CALL_ID]abcdefghi[ARGS]{}', A, {}],
  ['phi_4', 'a list', '<|tool_call|>[{"name": "fn_add", "arguments": {"a": 1, "b": 2}}]<|/tool_call|>', A],
  ['llama', 'alone', '{"name": "fn_add", "parameters": {"a": "1", "b": 2}}', A],
  ['gemma', 'in a fence', '```json\n{"name": "fn_add", "parameters": {"a": 1, "b": 2}}\n```', A],
  ['exaone', 'other names', '<tool_call>{"name": "fn_add", "parameters": "{\\"a\\": 1, \\"b\\": 2}"}</tool_call>', A],
  ['qwen', 'thinking that the prompt opened', 'so <tool_call>{"name": "now"} hm</think>\n\n<tool_call>{"name": "now", "arguments": {}}</tool_call>', {}],
  ['qwen_coder', 'half a call at the end of thinking', 'so <tool_call>\n<function=a</think>\n\n'],
  ['qwen_coder', 'half a call at the end of thinking, then a call', '<tool_call>\n<function=a</think>\n\n<tool_call>\n<function=now>\n</function>\n</tool_call>', {}],
  ['qwen_coder', 'the end of thinking in an argument', '<tool_call>\n<function=fn_read>\n<parameter=path>\n</think>\n</parameter>\n</function>\n</tool_call>', { path: '</think>' }],
  ['qwen', 'the end of thinking in a string', '<tool_call>{"name": "fn_read", "arguments": {"path": "</think>"}}</tool_call>', { path: '</think>' }],
];

for (const [format, what, text, ...calls] of rows) {
  test(`parseCalls, ${format}: ${what}`, () => {
    assert.deepEqual(parseCalls(text, format, tools).map((call) => call.arguments), calls);
  });
}

test('parseCalls: calls are found with their section, and what is said stays outside', () => {
  const text = 'Before. <minimax:tool_call>\n<invoke name="now">\n</invoke>\n<invoke name="now">\n</invoke>\n</minimax:tool_call> After.';
  const spans = parseCalls(text, 'minimax').map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(spans, ['<minimax:tool_call>\n<invoke name="now">\n</invoke>', '<invoke name="now">\n</invoke>\n</minimax:tool_call>']);
});

const broken: readonly (readonly [format: FormatName, text: string, message: RegExp])[] = [
  ['qwen_coder', '<tool_call>\n<function=now>\n<parameter=a>1', /^call at character 0: arguments cannot be read: "<\/parameter>" is missing/],
  ['kimi', 'a <|tool_call_begin|>functions.now:0<|tool_call_argument_begin|>[]<|tool_call_end|>', /^call at character 2: the arguments are not a JSON object/],
  ['glm', '<tool_call>now', /^call at character 0: the call does not end/],
  ['mistral', '[TOOL_CALLS] none', /^call at character 0: no JSON object follows the tag/],
];

for (const [format, text, message] of broken) {
  test(`parseCalls refuses ${JSON.stringify(text)} (${format})`, () => {
    assert.throws(() => parseCalls(text, format), { code: 'SURECALL_PARSE', message });
  });
}

for (const format of ['qwen', 'qwen_coder', 'kimi', 'harmony', 'mistral', 'cohere', 'glm'] as const) {
  test(`parseCalls stays quick on text that only begins (${format})`, () => {
    const started = performance.now();
    for (const piece of ['<tool_call>{', '<tool_call>\n<function=', '<|tool_call_begin|>functions.', ' to=functions.', '[TOOL_CALLS][{', '<think>']) {
      try {
        parseCalls(piece.repeat(20_000), format);
      } catch {
        // Refused, which is as good.
      }
    }
    assert.ok(performance.now() - started < 20_000);
  });
}

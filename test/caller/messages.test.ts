// Conversations: what is read, what is refused and where, and what chat templates make of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toMessages, type Prompt } from '../../lib/caller/messages.js';

const call = { id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a": 40, "b": 2}' } } as const;

test('a text is a message of the user', () => {
  assert.deepEqual(toMessages('Hi'), [{ role: 'user', content: 'Hi' }]);
});

test('messages of OpenAI, in one shape', () => {
  const messages: Prompt = [
    { role: 'developer', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'What is ' }, { type: 'input_text', text: '40 + 2?' }], name: 'ann' },
    { role: 'assistant', content: null, tool_calls: [call, { function: { name: 'now', arguments: '' } }], reasoning_content: 'Sums.' },
    { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: '42' }] },
    { role: 'tool', content: 'noon', name: 'clock' },
    { role: 'assistant', content: '42 at noon.', tool_calls: null },
  ];
  assert.deepEqual(toMessages(messages), [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is 40 + 2?', name: 'ann' },
    {
      role: 'assistant', content: '', reasoning_content: 'Sums.',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'add', arguments: { a: 40, b: 2 } } }, { type: 'function', function: { name: 'now', arguments: {} } }],
    },
    { role: 'tool', content: '42', tool_call_id: 'c1', name: 'add' },
    { role: 'tool', content: 'noon', name: 'clock' },
    { role: 'assistant', content: '42 at noon.' },
  ]);
});

const user = { role: 'user', content: 'x' };
const assistant = (toolCalls: unknown): unknown[] => [user, { role: 'assistant', tool_calls: toolCalls }];

const REFUSED: readonly (readonly [unknown, string])[] = [
  [[null], 'messages[0]: must be an object, got null'],
  [[user, []], 'messages[1]: must be an object, got []'],
  [[{ content: 'x' }], 'messages[0].role: must be system, developer, user, assistant or tool, got nothing'],
  [[{ role: 'function', content: 'x' }], 'messages[0].role: must be system, developer, user, assistant or tool, got "function"'],
  [[{ role: 'user' }], 'messages[0].content: must be a text or a list of text parts, got nothing'],
  [[{ role: 'user', content: null }], 'messages[0].content: must be a text or a list of text parts, got null'],
  [[{ role: 'user', content: ['x'] }], 'messages[0].content[0]: must be a text part, got "x"'],
  [[{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }], 'messages[0].content[0].type: must be "text": only text can be read, got "image_url"'],
  [[{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'text' }] }], 'messages[0].content[1].text: must be a string, got nothing'],
  [[{ role: 'user', content: 'x', name: 1 }], 'messages[0].name: must be a string, got 1'],
  [[user, { role: 'assistant' }], 'messages[1].content: is missing, and there are no tool_calls'],
  [[user, { role: 'assistant', content: null, tool_calls: [] }], 'messages[1].content: is missing, and there are no tool_calls'],
  [[user, { role: 'assistant', content: 'x', reasoning_content: {} }], 'messages[1].reasoning_content: must be a string, got {}'],
  [assistant({}), 'messages[1].tool_calls: must be a list, got {}'],
  [assistant(['x']), 'messages[1].tool_calls[0]: must be an object, got "x"'],
  [assistant([{ ...call, id: 1 }]), 'messages[1].tool_calls[0].id: must be a string, got 1'],
  [assistant([call, { ...call, type: 'custom' }]), 'messages[1].tool_calls[1].type: must be "function", got "custom"'],
  [assistant([{ id: 'x' }]), 'messages[1].tool_calls[0].function: must be an object, got nothing'],
  [assistant([{ function: { arguments: '{}' } }]), 'messages[1].tool_calls[0].function.name: must be the name of a tool, got nothing'],
  [assistant([{ function: { name: 'f' } }]), 'messages[1].tool_calls[0].function.arguments: must be an object, or the JSON text of one, got nothing'],
  [assistant([{ function: { name: 'f', arguments: '[1]' } }]), 'messages[1].tool_calls[0].function.arguments: must be the JSON text of an object, got "[1]"'],
  [[user, { role: 'tool', content: 'x', tool_call_id: 'c1' }], 'messages[1].tool_call_id: no earlier message has a call with the id "c1"'],
  [[...assistant([call]), { role: 'tool', content: 'x', tool_call_id: 1 }], 'messages[2].tool_call_id: must be a string, got 1'],
  [[...assistant([call]), { role: 'tool', tool_call_id: 'c1' }], 'messages[2].content: must be a text or a list of text parts, got nothing'],
];

test('what is wrong is named by index, property and value', () => {
  for (const [messages, message] of REFUSED) {
    assert.throws(() => toMessages(messages as Prompt), { code: 'SURECALL_INVALID_MESSAGES', message });
  }
  assert.throws(() => toMessages(assistant([{ function: { name: 'f', arguments: '{"a": ' } }]) as unknown as Prompt), { code: 'SURECALL_INVALID_MESSAGES', message: /^messages\[1\]\.tool_calls\[0\]\.function\.arguments: must be the JSON text of an object, got "{\\"a\\": " \(/ });
  for (const prompt of [7, [], null, { role: 'user' }]) {
    assert.throws(() => toMessages(prompt as unknown as Prompt), { code: 'SURECALL_INVALID_OPTION', message: /^prompt: must be a text or a list of messages/ });
  }
});

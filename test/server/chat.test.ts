// Requests and answers in OpenAI's exact shapes, on the bundled model.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Model } from '../../lib/index.js';
import type { Chunk } from '../../lib/server/chunks.js';
import { nanoModel } from '../support/models.js';
import { type Answer, QUESTION, REVERSE, serve, type TestServer } from '../support/server.js';

let model: Model;
let server: TestServer;
before(async () => {
  model = await nanoModel();
  server = await serve(model);
});
after(async () => {
  await server.close();
  await model.dispose();
});

const ADD = { type: 'function', function: { name: 'fn_add_numbers', description: 'Add two numbers.', parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } } } };
const NAME = 'surecall-nano';
const REQUEST = { model: NAME, messages: QUESTION, tools: [ADD, REVERSE], tool_choice: 'required', parallel_tool_calls: false };
const PLAIN = { model: NAME, messages: QUESTION, max_tokens: 60 };

async function answered(body: object): Promise<Answer['json']> {
  const { status, json, text } = await server.post(body);
  assert.equal(status, 200, text);
  return json;
}

async function chunksOf(body: object): Promise<Chunk[]> {
  const { status, headers, text } = await server.post({ ...body, stream: true });
  assert.equal(status, 200, text);
  assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const events = text.split('\n\n');
  assert.deepEqual(events.splice(-2), ['data: [DONE]', '']);
  return events.map((event) => JSON.parse(event.replace(/^data: /, '')) as Chunk);
}

const namesOf = ({ choices: [{ message }] }: Answer['json']): string[] => (message.tool_calls ?? []).map((call: { function: { name: string } }) => call.function.name);

test('a completion has the members that clients know', async () => {
  const { id, created, choices: [choice], usage, ...rest } = await answered(REQUEST);
  assert.match(id, /^chatcmpl-[0-9a-f]{24}$/);
  assert.ok(Math.abs(created - Date.now() / 1000) < 10);
  assert.deepEqual(rest, { model: NAME, object: 'chat.completion' });
  const { message: { tool_calls: [call, ...more], ...message }, ...of } = choice;
  assert.deepEqual(of, { index: 0, logprobs: null, finish_reason: 'tool_calls' });
  assert.deepEqual(message, { role: 'assistant', content: null, refusal: null });
  assert.deepEqual([more, call.type, call.function.name, JSON.parse(call.function.arguments)], [[], 'function', 'fn_reverse_string', { s: 'hello' }]);
  assert.ok(call.id.startsWith('call_'));
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  assert.notEqual((await answered(REQUEST)).choices[0].message.tool_calls[0].id, call.id);
});

test('a stream says the role, the name, the arguments, the reason and the usage, in this order', async () => {
  const chunks = await chunksOf({ ...REQUEST, stream_options: { include_usage: true } });
  const usage = chunks.pop();
  assert.deepEqual(usage?.choices, []);
  assert.ok((usage?.usage?.completion_tokens ?? 0) > 10);
  assert.ok(chunks.every((chunk) => chunk.id === usage?.id && chunk.object === 'chat.completion.chunk' && chunk.usage === null));
  const [first, named, ...rest] = chunks.map(({ choices: [choice] }) => choice);
  const last = rest.pop();
  assert.deepEqual(first?.delta, { role: 'assistant', content: '' });
  const [call] = named?.delta.tool_calls ?? [];
  assert.deepEqual([call?.index, call?.type, call?.function], [0, 'function', { name: 'fn_reverse_string', arguments: '' }]);
  assert.deepEqual(JSON.parse(rest.map((choice) => choice?.delta.tool_calls?.[0].function.arguments ?? '').join('')), { s: 'hello' });
  assert.deepEqual([last?.delta, last?.finish_reason], [{}, 'tool_calls']);
  assert.ok([first, named, ...rest].every((choice) => choice?.finish_reason === null));
  assert.ok((await chunksOf(REQUEST)).every((chunk) => !('usage' in chunk)));
});

test('the tool choice decides which tools may be called', async () => {
  const named = await answered({ ...REQUEST, tool_choice: { type: 'function', function: { name: 'fn_add_numbers' } } });
  assert.deepEqual(namesOf(named), ['fn_add_numbers']);
  assert.deepEqual(namesOf(await answered({ ...REQUEST, tool_choice: 'none', max_tokens: 30 })), []);
  const only = (names: string[], mode: string) => ({ type: 'allowed_tools', allowed_tools: { mode, tools: names.map((name) => ({ type: 'function', function: { name } })) } });
  assert.deepEqual(namesOf(await answered({ ...REQUEST, tool_choice: only(['fn_add_numbers'], 'required') })), ['fn_add_numbers']);
  const free = namesOf(await answered({ ...REQUEST, tool_choice: only(['fn_add_numbers'], 'auto'), max_tokens: 60 }));
  assert.ok(free.every((name) => name === 'fn_add_numbers'));
});

test('formats of responses: objects, schemas, structural tags new and old', async () => {
  const content = async (format: object, more = {}): Promise<string> => (await answered({ ...PLAIN, ...more, response_format: format })).choices[0].message.content;
  assert.equal(typeof JSON.parse(await content({ type: 'json_object' })), 'object');
  const schema = { type: 'object', properties: { answer: { enum: ['yes', 'no'] } }, required: ['answer'] };
  assert.ok(['yes', 'no'].includes(JSON.parse(await content({ type: 'json_schema', json_schema: { name: 'a', strict: true, schema } })).answer));
  assert.match(await content({ type: 'structural_tag', format: { type: 'regex', pattern: '[0-9]{3}-[0-9]{2}' } }), /^\d{3}-\d{2}$/);
  const old = await content({ type: 'structural_tag', triggers: ['<a'], structures: [{ begin: '<a>', schema: { type: 'boolean' }, end: '</a>' }] });
  for (const [, inner] of old.matchAll(/<a(.*?)<\/a>/gs)) assert.ok(['>true', '>false'].includes(inner as string), old);
  const either = await answered({ ...REQUEST, tool_choice: 'auto', max_tokens: 60, response_format: { type: 'json_schema', json_schema: { name: 'a', schema } } });
  if (namesOf(either).length === 0) assert.ok('answer' in JSON.parse(either.choices[0].message.content));
});

test('conversations in all of OpenAI\'s spellings are read', async () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'fn_reverse_string', arguments: '{"s": "abc"}' } };
  const messages = [
    { role: 'developer', content: 'Be brief.' },
    { role: 'system', content: [{ type: 'text', text: 'Be ' }, { type: 'text', text: 'polite.' }] },
    { role: 'user', content: 'Reverse \'abc\'', name: 'Ada' },
    { role: 'assistant', content: null, refusal: null, tool_calls: [call] },
    { role: 'tool', content: [{ type: 'text', text: 'cba' }], tool_call_id: 'call_1' },
    { role: 'assistant', content: 'cba', tool_calls: [], audio: null },
    ...QUESTION,
  ];
  assert.equal(namesOf(await answered({ ...REQUEST, messages })).length, 1);
});

test('what changes nothing is accepted', async () => {
  const ignored = {
    user: 'me', metadata: { a: 'b' }, store: false, service_tier: 'auto', safety_identifier: 'x', prompt_cache_key: 'y', prediction: null, verbosity: 'low',
    n: 1, frequency_penalty: 0, presence_penalty: 0, logit_bias: {}, modalities: ['text'], seed: -5, top_p: 1, stop: null, logprobs: false, top_logprobs: 0,
    response_format: { type: 'text' }, reasoning_effort: null, stream: false, stream_options: null, max_tokens: null, temperature: 0,
  };
  assert.deepEqual(namesOf(await answered({ ...REQUEST, ...ignored })), ['fn_reverse_string']);
  for (const effort of ['none', 'minimal', 'low', 'medium', 'high']) await answered({ ...REQUEST, reasoning_effort: effort, max_tokens: 100 });
});

test('answers end within their tokens, and 64 of them at once are answered', async () => {
  const { choices: [choice], usage } = await answered({ ...PLAIN, max_completion_tokens: 5, max_tokens: 50 });
  assert.ok(usage.completion_tokens <= 5 && typeof choice.message.content === 'string');
  const all = await Promise.all(Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? server.post(REQUEST) : server.post({ ...REQUEST, stream: true }))));
  assert.deepEqual([...new Set(all.map(({ status }) => status))], [200]);
  assert.equal(await server.metric('surecall_requests_running'), 0);
  assert.deepEqual(server.errors, []);
});

// What clients get wrong, or do on purpose: each row has its status, a message that names the fault, the member at fault, and
// leaves a server that answers the next request.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Model } from '../../lib/index.js';
import { nanoModel } from '../support/models.js';
import { type Answer, postBytes, QUESTION, raw, REVERSE, serve, type TestServer } from '../support/server.js';

const LIMITS = { bodyBytes: 200_000, bodyDepth: 60, tools: 500, tokens: 1000, receiveMs: 400, requestMs: 60_000 };

let model: Model;
let server: TestServer;
before(async () => {
  model = await nanoModel();
  server = await serve(model, { name: 'nano', limits: LIMITS });
});
after(async () => {
  await server.close();
  await model.dispose();
});

const GOOD = { model: 'nano', messages: QUESTION, tools: [REVERSE], tool_choice: 'required' };

/** The good request with other members; undefined takes one away. */
const but = (members: object): object => ({ ...GOOD, ...members });
const says = (...messages: object[]): object => but({ messages });
const tool = (members: object): object => ({ type: 'function', function: { name: 'other', ...members } });
const schema = (parameters: unknown): object => but({ tools: [REVERSE, tool({ parameters })] });
const nested = (levels: number, inner: unknown = {}): unknown => {
  let value = inner;
  for (let i = 0; i < levels; i++) value = { type: 'object', properties: { a: value } };
  return value;
};
const answers = (format: unknown): object => but({ tools: undefined, tool_choice: undefined, response_format: format });
const user = { role: 'user', content: 'hi' };
const calls = (call: unknown): object => says(user, { role: 'assistant', content: null, tool_calls: [call] });

/** A fault of a request's body. */
interface Row {
  readonly name: string;
  readonly body: unknown;
  readonly status?: number;
  readonly says: RegExp;
  readonly param?: string | null;
}

const ROWS: readonly Row[] = [
  // JSON
  { name: 'no body', body: '', says: /not JSON: it is empty/ },
  { name: 'half a body', body: '{"model": "nano", "messages": [', says: /not JSON: .*end of JSON/ },
  { name: 'two bodies', body: '{}{}', says: /not JSON: .*position 2|not JSON: .*after JSON/ },
  { name: 'single quotes', body: '{\'model\': 1}', says: /not JSON/ },
  { name: 'a number that JSON does not have', body: '{"temperature": NaN}', says: /not JSON/ },
  { name: 'a list', body: [], says: /must be a JSON object, got \[\]/ },
  { name: 'a text', body: '"hello"', says: /must be a JSON object, got "hello"/ },
  { name: 'null', body: 'null', says: /must be a JSON object, got null/ },
  { name: 'a prototype', body: '{"__proto__": {"model": "nano"}}', says: /__proto__/ },
  { name: 'too many bytes', body: says({ role: 'user', content: 'x'.repeat(LIMITS.bodyBytes) }), status: 413, says: /larger than 200000 bytes/ },
  { name: 'too deep a body', body: `${'['.repeat(100_000)}`, says: /not JSON/ },
  { name: 'a deep list', body: `{"model": "nano", "messages": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, says: /nested more than 60 deep/ },
  { name: 'a deep schema', body: schema(nested(100)), says: /nested more than 60 deep/ },
  { name: 'a deep schema in a member that is not read', body: JSON.stringify(GOOD).replace('{', `{"metadata":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)},`), says: /nested more than 60 deep/ },

  // The request
  { name: 'nothing', body: {}, says: /^model: is missing$/, param: 'model' },
  { name: 'no messages', body: but({ messages: undefined }), says: /^messages: is missing$/, param: 'messages' },
  { name: 'another model', body: but({ model: 'gpt-5' }), status: 404, says: /model "gpt-5" does not exist/, param: 'model' },
  { name: 'the name of Object\'s method', body: but({ model: 'constructor' }), status: 404, says: /does not exist/, param: 'model' },
  { name: 'a model that is a number', body: but({ model: 5 }), says: /^model: must be string, got 5$/, param: 'model' },
  { name: 'an unknown parameter', body: but({ max_token: 5 }), says: /^max_token: unknown/, param: 'max_token' },
  { name: 'deprecated functions', body: but({ functions: [] }), says: /^functions: unknown or unsupported/, param: 'functions' },
  { name: 'two answers', body: but({ n: 2 }), says: /^n: must be <= 1, got 2$/, param: 'n' },
  { name: 'a temperature in words', body: but({ temperature: 'hot' }), says: /^temperature: must be number or null, got "hot"$/, param: 'temperature' },
  { name: 'too hot', body: but({ temperature: 2.5 }), says: /^temperature: must be <= 2, got 2.5$/, param: 'temperature' },
  { name: 'below freezing', body: but({ temperature: -1 }), says: /^temperature: must be >= 0/, param: 'temperature' },
  { name: 'no probability', body: but({ top_p: 0 }), says: /^top_p: must be > 0/, param: 'top_p' },
  { name: 'half a seed', body: but({ seed: 1.5 }), says: /^seed: must be integer or null/, param: 'seed' },
  { name: 'a seed beyond all numbers', body: but({ seed: 1e300 }), says: /^seed: must be/, param: 'seed' },
  { name: 'no tokens', body: but({ max_tokens: 0 }), says: /^max_tokens: must be >= 1/, param: 'max_tokens' },
  { name: 'fewer tokens than any answer has', body: but({ max_tokens: 2 }), says: /shortest answer needs \d+ tokens/, param: 'max_completion_tokens' },
  { name: 'too many tokens', body: but({ max_completion_tokens: 1001 }), says: /^max_completion_tokens: must be at most 1000, got 1001$/, param: 'max_completion_tokens' },
  { name: 'a prompt beyond the context', body: says({ role: 'user', content: 'hello '.repeat(6000) }), says: /context|tokens/, param: 'messages' },
  { name: 'a penalty', body: but({ presence_penalty: 0.5 }), says: /^presence_penalty: must be <= 0/, param: 'presence_penalty' },
  { name: 'a bias', body: but({ logit_bias: { 50256: -100 } }), says: /^logit_bias: must NOT have more than 0/, param: 'logit_bias' },
  { name: 'speech', body: but({ modalities: ['text', 'audio'] }), says: /^modalities\[1\]: must be one of "text"/, param: 'modalities[1]' },
  { name: 'more alternatives than are recorded', body: but({ logprobs: true, top_logprobs: 6 }), says: /^top_logprobs: must be <= 5, got 6$/, param: 'top_logprobs' },
  { name: 'alternatives of nothing', body: but({ top_logprobs: 2 }), says: /^top_logprobs: needs logprobs/, param: 'top_logprobs' },
  { name: 'an empty stop string', body: but({ stop: '' }), says: /^stop: must NOT have fewer than 1/, param: 'stop' },
  { name: 'a number among stop strings', body: but({ stop: ['a', 5] }), says: /^stop\[1\]: must be string, got 5$/, param: 'stop[1]' },
  { name: 'a hundred stop strings', body: but({ stop: Array.from({ length: 100 }, String) }), says: /^stop: must NOT have more than 16/, param: 'stop' },
  { name: 'a stream of truth', body: but({ stream: 'true' }), says: /^stream: must be boolean or null, got "true"$/, param: 'stream' },
  { name: 'an unknown effort', body: but({ reasoning_effort: 'heroic' }), says: /^reasoning_effort: must be one of none, /, param: 'reasoning_effort' },

  // Messages
  { name: 'an empty conversation', body: says(), says: /^messages: must NOT have fewer than 1/, param: 'messages' },
  { name: 'messages in one text', body: but({ messages: 'hi' }), says: /^messages: must be array, got "hi"$/, param: 'messages' },
  { name: 'a message that is a text', body: but({ messages: ['hi'] }), says: /^messages\[0\]: must be object/, param: 'messages[0]' },
  { name: 'an unknown role', body: says({ role: 'robot', content: 'hi' }), says: /^messages\[0\].role: must be system, developer, .*got "robot"$/, param: 'messages[0].role' },
  { name: 'a message without a role', body: says({ content: 'hi' }), says: /^messages\[0\].role: .*got nothing$/, param: 'messages[0].role' },
  { name: 'a message without content', body: says(user, { role: 'user' }), says: /^messages\[1\].content: must be a text .*got nothing$/, param: 'messages[1].content' },
  { name: 'an assistant that said nothing', body: says({ role: 'assistant', content: null }), says: /^messages\[0\].content: is missing, and there are no tool_calls/, param: 'messages[0].content' },
  { name: 'content that is a number', body: says({ role: 'user', content: 5 }), says: /^messages\[0\].content: must be a text or a list of text parts, got 5$/, param: 'messages[0].content' },
  { name: 'an image', body: says({ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'image_url', image_url: { url: 'data:' } }] }), says: /content\[1\].type: .*only text can be read, got "image_url"/, param: 'messages[0].content[1].type' },
  { name: 'a text part without text', body: says({ role: 'user', content: [{ type: 'text' }] }), says: /content\[0\].text: must be a string, got nothing/, param: 'messages[0].content[0].text' },
  { name: 'an answer to no call', body: says(user, { role: 'tool', content: '5', tool_call_id: 'call_9' }), says: /no earlier message has a call with the id "call_9"/, param: 'messages[1].tool_call_id' },
  { name: 'a user whose name is a number', body: says({ ...user, name: 5 }), says: /^messages\[0\].name: must be a string, got 5$/, param: 'messages[0].name' },
  { name: 'an earlier call of broken JSON', body: calls({ id: 'a', type: 'function', function: { name: 'a', arguments: '{"a":' } }), says: /function.arguments: must be the JSON text of an object/, param: 'messages[1].tool_calls[0].function.arguments' },
  { name: 'an earlier call of a list', body: calls({ id: 'a', type: 'function', function: { name: 'a', arguments: '[]' } }), says: /JSON text of an object, got "\[\]"/, param: 'messages[1].tool_calls[0].function.arguments' },
  { name: 'an earlier call without a name', body: calls({ id: 'a', type: 'function', function: { arguments: '{}' } }), says: /tool_calls\[0\].function.name: must be the name of a tool, got nothing/, param: 'messages[1].tool_calls[0].function.name' },

  // Tools
  { name: 'tools that are an object', body: but({ tools: { a: 1 } }), says: /^tools: must be array or null/, param: 'tools' },
  { name: 'a tool that is none', body: but({ tools: [null] }), says: /^tools\[0\]: must be object, got null$/, param: 'tools[0]' },
  { name: 'a tool of another type', body: but({ tools: [REVERSE, { type: 'web_search', function: {} }] }), says: /^tools\[1\].type: must be one of "function"/, param: 'tools[1].type' },
  { name: 'a tool without a function', body: but({ tools: [{ type: 'function', name: 'a' }] }), says: /^tools\[0\].function: is missing$/, param: 'tools[0].function' },
  { name: 'a function without a name', body: but({ tools: [REVERSE, { type: 'function', function: {} }] }), says: /\[1\].*name: is missing/, param: 'tools[1].function.name' },
  { name: 'a function with an empty name', body: but({ tools: [tool({ name: ' ' })] }), says: /name: is empty/, param: 'tools[0].function.name' },
  { name: 'two tools with one name', body: but({ tools: [REVERSE, REVERSE] }), says: /\[1\] "fn_reverse_string": name: already used by \[0\]/, param: 'tools[1].name' },
  { name: 'too many tools', body: but({ tools: Array.from({ length: 501 }, (_, i) => tool({ name: `t${i}` })) }), says: /there are 501, and at most 500 are allowed/, param: 'tools' },
  { name: 'one bad tool among 400', body: but({ tools: Array.from({ length: 400 }, (_, i) => tool({ name: `t${i}`, parameters: { type: 'object', properties: { a: { type: i === 317 ? 'strin' : 'string' } } } })) }), says: /\[317\] "t317": .*unknown type "strin"/, param: 'tools[317].function.parameters.properties.a.type' },
  { name: 'strict in words', body: but({ tools: [tool({ strict: 'yes' })] }), says: /strict: must be true or false, got "yes"/, param: 'tools[0].function.strict' },
  { name: 'a call where there are no tools', body: but({ tools: [] }), says: /^tool_choice: a call is required, but there are no tools$/, param: 'tool_choice' },
  { name: 'an unknown tool choice', body: but({ tool_choice: 'any' }), says: /^tool_choice: must be "auto", "none", "required" or an object, got "any"$/, param: 'tool_choice' },
  { name: 'a choice that names no tool', body: but({ tool_choice: { type: 'function', function: { name: 'fn_x' } } }), says: /there is no tool "fn_x"/, param: 'tool_choice.function.name' },
  { name: 'a choice of another type', body: but({ tool_choice: { type: 'mcp' } }), says: /^tool_choice.type: must be "function" or "allowed_tools", got "mcp"$/, param: 'tool_choice.type' },
  { name: 'allowed tools that are none', body: but({ tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } } }), says: /allowed_tools.tools: must be a list of tools with at least one/, param: 'tool_choice.allowed_tools.tools' },
  { name: 'an allowed tool that is none', body: but({ tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'fn_x' } }] } } }), says: /there is no tool "fn_x"/, param: 'tool_choice.allowed_tools.tools[0].function.name' },

  // Schemas
  { name: 'parameters that are a text', body: schema('none'), says: /\[1\] "other": function.parameters/, param: 'tools[1].function.parameters' },
  { name: 'parameters of a list', body: schema({ type: 'array' }), says: /type: must be "object", got "array"/, param: 'tools[1].function.parameters.type' },
  { name: 'an unknown type', body: schema({ type: 'object', properties: { a: { type: 'text' } } }), says: /unknown type "text"/, param: 'tools[1].function.parameters.properties.a.type' },
  { name: 'a broken pattern', body: schema({ type: 'object', properties: { a: { type: 'string', pattern: '(' } } }), says: /tool "other": .*\/a\/pattern/, param: 'tools[1].function.parameters.properties.a.pattern' },
  { name: 'a keyword of the wrong type', body: schema({ type: 'object', properties: { a: { type: 'string', minLength: 'long' } } }), says: /minLength/, param: 'tools[1].function.parameters.properties.a.minLength' },
  { name: 'a reference to nowhere', body: schema({ type: 'object', properties: { a: { $ref: '#/$defs/b' } } }), says: /\$defs\/b/, param: 'tools[1].function.parameters.properties.a.$ref' },
  { name: 'a reference to the net', body: schema({ type: 'object', properties: { a: { $ref: 'https://example.org/schema.json' } } }), says: /example\.org/, param: 'tools[1].function.parameters.properties.a.$ref' },
  { name: 'a schema that nothing meets', body: but({ tools: [tool({ parameters: { type: 'object', required: ['a'], properties: { a: { type: 'string', minLength: 5, maxLength: 1 } } } })] }), says: /no text|nothing|satisf/ },
  { name: 'what cannot be enforced', body: schema({ type: 'object', properties: { a: { type: 'array', uniqueItems: true, items: { type: 'string' } } } }), says: /uniqueItems/, param: 'tools[1].function.parameters.properties.a.uniqueItems' },
  { name: 'five thousand items in a row', body: schema({ type: 'object', properties: { a: { type: 'array', items: false, prefixItems: Array.from({ length: 5000 }, (_, i) => ({ enum: [i, i + 1] })) } } }), says: /too long or too deep/ },
  { name: 'patterns of too many states', body: schema({ type: 'object', properties: { a: { type: 'string', pattern: '(a|b)*a(a|b){20}$' } } }), says: /tool "other"|pattern .* states/ },
  { name: 'schemas that take minutes', body: schema({ type: 'object', properties: Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`p${i}`, { type: 'array', contains: { type: 'integer', minimum: i }, minContains: 50, maxContains: 1000 }])) }), says: /tool "other".*take longer than 1000 ms to compile/ },
  { name: 'alternatives that multiply', body: schema({ type: 'object', allOf: Array.from({ length: 12 }, (_, i) => ({ anyOf: Array.from({ length: 6 }, (_, j) => ({ properties: { [`p${i}`]: { const: j }, [`q${j}`]: { const: i } } })) })) }), says: /more than 200 alternatives/ },

  // Formats of responses
  { name: 'a format in words', body: answers('json'), says: /^response_format: must be object or null/, param: 'response_format' },
  { name: 'an unknown format', body: answers({ type: 'yaml' }), says: /^response_format.type: must be "text"/, param: 'response_format.type' },
  { name: 'a schema format without a schema', body: answers({ type: 'json_schema', json_schema: { name: 'a' } }), says: /^response_format.json_schema.schema: must be a JSON Schema/, param: 'response_format.json_schema.schema' },
  { name: 'a schema format without a name', body: answers({ type: 'json_schema', json_schema: { schema: {} } }), says: /json_schema.name: must be a string/, param: 'response_format.json_schema.name' },
  { name: 'a schema without its wrapper', body: answers({ type: 'json_schema', schema: {} }), says: /^response_format.json_schema: must be an object/, param: 'response_format.json_schema' },
  { name: 'a bad schema in a format', body: answers({ type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object', properties: { a: { type: 'string', pattern: '(' } } } } }), says: /pattern/, param: 'response_format.json_schema.schema.properties.a.pattern' },
  { name: 'a format and a call', body: but({ response_format: { type: 'json_object' } }), says: /cannot be combined/, param: 'response_format' },
  { name: 'a tag without a format', body: answers({ type: 'structural_tag' }), says: /^response_format.format: must be a format/, param: 'response_format.format' },
  { name: 'a tag of an unknown format', body: answers({ type: 'structural_tag', format: { type: 'haiku' } }), says: /haiku/, param: 'response_format' },
  { name: 'a tag of a broken grammar', body: answers({ type: 'structural_tag', format: { type: 'grammar', grammar: 'root ::= (' } }), says: /grammar/, param: 'response_format' },
];

for (const row of ROWS) {
  test(`${row.name}: status ${row.status ?? 400}, and says why`, async () => {
    const { status, json, headers } = await server.post(row.body);
    refused({ status, json }, row);
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
    // A client that wants a stream is told in the same way.
    if (typeof row.body === 'object' && !Array.isArray(row.body) && !('stream' in (row.body as object))) refused(await server.post({ ...row.body, stream: true }), row);
    await answersStill();
  });
}

function refused({ status, json }: Pick<Answer, 'status' | 'json'>, row: Row): void {
  assert.equal(status, row.status ?? 400, JSON.stringify(json));
  assert.deepEqual(Object.keys(json), ['error']);
  assert.deepEqual(Object.keys(json.error), ['message', 'type', 'param', 'code']);
  assert.match(json.error.message, row.says);
  assert.equal(json.error.type, 'invalid_request_error');
  if (row.param !== undefined) assert.equal(json.error.param, row.param);
}

/** The server is as it was: it answers, holds no place, and has nothing to report. */
async function answersStill(): Promise<void> {
  const { status, json } = await server.post(GOOD);
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual(JSON.parse(json.choices[0].message.tool_calls[0].function.arguments), { s: 'hello' });
  assert.deepEqual(server.errors, []);
}

/** A fault of a connection: what is sent over it, and what comes back. */
const CONNECTIONS: readonly { readonly name: string; readonly bytes: string; readonly closeAfterMs?: number; readonly answer: RegExp }[] = [
  { name: 'no HTTP', bytes: 'hello\r\n\r\n', answer: /^HTTP\/1.1 400 .*"code":"bad_http"/s },
  { name: 'a header of a megabyte', bytes: `GET /health HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(1_000_000)}`, answer: /^(HTTP\/1.1 431 .*|)$/s },
  { name: 'a body that does not come', bytes: postBytes('').replace('content-length: 0', 'content-length: 100'), answer: /^HTTP\/1.1 408 .*"error"/s },
  { name: 'headers that do not end', bytes: 'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n', answer: /^HTTP\/1.1 408 .*"error"/s },
  { name: 'a body that breaks off', bytes: postBytes('{"model"').replace('content-length: 8', 'content-length: 100'), closeAfterMs: 20, answer: /^$/ },
  { name: 'a body that is announced too large', bytes: postBytes('').replace('content-length: 0', 'content-length: 99999999'), closeAfterMs: 200, answer: /^HTTP\/1.1 413 .*larger than 200000 bytes/s },
  { name: 'chunks without end', bytes: `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${`1000\r\n${' '.repeat(4096)}\r\n`.repeat(100)}`, closeAfterMs: 200, answer: /^HTTP\/1.1 413 .*larger than 200000 bytes/s },
  { name: 'two lengths', bytes: postBytes('{}', 'content-length: 5\r\n'), answer: /^HTTP\/1.1 400 .*"error"/s },
  { name: 'a client that leaves at once', bytes: postBytes(JSON.stringify(GOOD)), closeAfterMs: 0, answer: /^$/ },
  { name: 'a client that leaves a stream', bytes: postBytes(JSON.stringify({ ...GOOD, stream: true })), closeAfterMs: 15, answer: /^($|HTTP\/1.1 200)/ },
];

for (const { name, bytes, closeAfterMs, answer } of CONNECTIONS) {
  test(`${name}: the connection ends, the server goes on`, async () => {
    assert.match(await raw(server.url, bytes, closeAfterMs), answer);
    await answersStill();
  });
}

const ROUTES: readonly { readonly name: string; readonly method?: string; readonly path: string; readonly body?: string; readonly type?: string; readonly status: number; readonly says: RegExp }[] = [
  { name: 'an unknown path', path: '/v2/models', status: 404, says: /there is no GET \/v2\/models here/ },
  { name: 'the responses API', method: 'POST', path: '/v1/responses', body: '{}', type: 'application/json', status: 404, says: /there is no POST \/v1\/responses/ },
  { name: 'a path out of the server', path: '/v1/models/..%2f..%2fetc%2fpasswd', status: 404, says: /does not exist/ },
  { name: 'a path that cannot be decoded', path: '/v1/models/%zz', status: 400, says: /%zz|URI/ },
  { name: 'an unknown model', path: '/v1/models/gpt-5', status: 404, says: /model "gpt-5" does not exist/ },
  { name: 'a completion by GET', path: '/v1/chat/completions', status: 405, says: /takes POST, not GET/ },
  { name: 'models by DELETE', method: 'DELETE', path: '/v1/models', status: 405, says: /takes GET, not DELETE/ },
  { name: 'a form', method: 'POST', path: '/v1/chat/completions', body: 'model=nano', type: 'application/x-www-form-urlencoded', status: 415, says: /must be JSON/ },
  { name: 'plain text', method: 'POST', path: '/v1/chat/completions', body: JSON.stringify(GOOD), type: 'text/plain', status: 415, says: /must be JSON/ },
  { name: 'no type', method: 'POST', path: '/v1/chat/completions', body: JSON.stringify(GOOD), type: '', status: 415, says: /must be JSON/ },
];

for (const { name, method = 'GET', path, body, type, status, says: message } of ROUTES) {
  test(`${name}: status ${status}`, async () => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const answer = await server.get(path, { method, headers, ...(body === undefined ? {} : { body: Buffer.from(body) }) });
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.json.error.message, message);
    await answersStill();
  });
}

test('texts of all characters are read, and 400 tools are enough for a call', async () => {
  const strange = '\u0000 \ud800 \u202e <|im_end|> \u{1f600} {{ 7 * 7 }} {% raw %}';
  const tools = Array.from({ length: 400 }, (_, i) => tool({ name: `tool_${i}`, parameters: { type: 'object', properties: { s: { type: 'string', description: strange } } } }));
  const one = await server.post(says({ role: 'user', content: strange }));
  assert.equal(one.status, 200, one.text);
  const many = await server.post(but({ messages: [{ role: 'user', content: strange }], tools: tools.slice(0, 40), max_tokens: 60 }));
  assert.equal(many.status, 200, many.text);
  assert.match(many.json.choices[0].message.tool_calls[0].function.name, /^tool_\d+$/);
  await answersStill();
});

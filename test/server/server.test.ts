// What the server does beside answering: places, limits, clients that leave or do not read, keys, shutdown. On fake models, so that
// "slow" is exactly as slow as a test says.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { SurecallError } from '../../lib/index.js';
import type { ServerOptions } from '../../lib/server/options.js';
import type { ServedModel } from '../../lib/server/served-model.js';
import { fakeModel, forever, postBytes, type Script, serve, type TestServer, textResult, until } from '../support/server.js';

const REQUEST = { model: 'fake', messages: [{ role: 'user', content: 'hi' }] };

const says = (...deltas: string[]): Script => async function* () {
  for (const delta of deltas) yield { type: 'text', delta };
  yield { type: 'end', result: textResult(deltas.join('')) };
};

const hangs: Script = async function* (signal) {
  await forever(signal);
};

async function started(t: TestContext, model: ServedModel, options: ServerOptions = {}): Promise<TestServer> {
  const server = await serve(model, options);
  t.after(() => server.close());
  return server;
}

test('one more request than there is room for is refused, and told when to come back', async (t) => {
  const model = fakeModel(hangs, 2);
  const server = await started(t, model, { limits: { queue: 1, shutdownMs: 1 } });
  const leave = new AbortController();
  const inside = [1, 2, 3].map(() => server.post(REQUEST, { signal: leave.signal }).catch(() => undefined));
  await until(() => model.running === 3);
  assert.equal(await server.metric('surecall_requests_running'), 2);
  assert.equal(await server.metric('surecall_requests_waiting'), 1);
  for (const stream of [false, true]) {
    const { status, headers, json } = await server.post({ ...REQUEST, stream });
    assert.equal(status, 429);
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d?$/);
    assert.equal(json.error.type, 'rate_limit_error');
    assert.match(json.error.message, /2 slots are busy and 1 requests are waiting/);
  }
  leave.abort();
  await Promise.all(inside);
  await until(() => model.running === 0);
  await until(async () => (await server.metric('surecall_requests_running')) === 0);
  assert.equal(await server.metric('surecall_requests_total{status="499"}'), 3);
});

test('a client that goes away frees its slot, streaming or not, before the first event and after it', async (t) => {
  const begins: Script = async function* (signal) {
    yield { type: 'text', delta: 'well' };
    await forever(signal);
  };
  for (const script of [hangs, begins]) {
    const model = fakeModel(script, 1);
    const server = await started(t, model, { limits: { keepAliveMs: 20 } });
    for (const stream of [false, true]) {
      const leave = new AbortController();
      const response = fetch(`${server.url}/v1/chat/completions`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...REQUEST, stream }), signal: leave.signal,
      });
      response.catch(() => undefined);
      await until(() => model.running === 1);
      if (stream) await (await response).body?.getReader().read();
      leave.abort();
      await until(() => model.running === 0);
      await until(async () => (await server.metric('surecall_requests_running')) === 0);
    }
    assert.deepEqual(server.errors, []);
  }
});

test('a client that does not read is waited for, not written to', async (t) => {
  const delta = 'x'.repeat(1000);
  const talks: Script = async function* () {
    for (let i = 0; i < 100_000; i++) yield { type: 'text', delta };
    yield { type: 'end', result: textResult('') };
  };
  const model = fakeModel(talks, 1);
  const server = await started(t, model, { limits: { shutdownMs: 1 } });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  t.after(() => socket.destroy());
  socket.pause();
  socket.write(postBytes(JSON.stringify({ ...REQUEST, stream: true })));
  // What was taken stops growing when the buffers of the two ends are full.
  let before = -1;
  await until(async () => {
    const isStill = model.taken > 0 && model.taken === before;
    before = model.taken;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return isStill && model.taken === before;
  });
  assert.ok(model.taken < 20_000, `${model.taken} events of 1 kB were taken for nobody`);
  socket.resume();
  await until(() => model.taken > before);
  socket.destroy();
  await until(() => model.running === 0);
});

test('time is limited, whatever the client does', async (t) => {
  const model = fakeModel(hangs, 1);
  const server = await started(t, model, { limits: { requestMs: 50, keepAliveMs: 20 } });
  const { status, json } = await server.post(REQUEST);
  assert.equal(status, 504);
  assert.equal(json.error.code, 'timeout');
  const { status: begun, text } = await server.post({ ...REQUEST, stream: true });
  assert.equal(begun, 200);
  assert.match(text, /^(: waiting\n\n)+data: {"error":{"message":"the answer took longer than 0.05 s".*\n\ndata: \[DONE\]\n\n$/);
  assert.equal(model.running, 0);
  assert.equal(await server.metric('surecall_requests_total{status="504"}'), 2);
});

test('errors before the first event have a status, errors after it an event', async (t) => {
  const fails = (before: number): Script => async function* () {
    for (let i = 0; i < before; i++) yield { type: 'text', delta: 'x' };
    throw new SurecallError('SURECALL_CONTEXT_TOO_SMALL', 'the prompt is too long');
  };
  const early = await started(t, fakeModel(fails(0)));
  const { status, json } = await early.post({ ...REQUEST, stream: true });
  assert.deepEqual([status, json.error.code, json.error.param], [400, 'context_length_exceeded', 'messages']);
  const late = await started(t, fakeModel(fails(1)));
  const { status: begun, text } = await late.post({ ...REQUEST, stream: true });
  assert.equal(begun, 200);
  assert.match(text, /"code":"context_length_exceeded"/);
  assert.ok(text.endsWith('data: [DONE]\n\n'));
});

test('a failure of the server is reported to its operator, not to its clients', async (t) => {
  const server = await started(t, fakeModel(async function* () { throw new Error('secret path'); }));
  const { status, json } = await server.post(REQUEST);
  assert.equal(status, 500);
  assert.ok(!json.error.message.includes('secret'));
  assert.equal((server.errors[0] as Error).message, 'secret path');
  assert.equal((await server.get('/health')).status, 200);
});

test('with an API key, everything but /health needs it', async (t) => {
  const server = await started(t, fakeModel(says('hi')), { apiKey: 'sesame' });
  const key = { headers: { authorization: 'Bearer sesame' } };
  for (const wrong of [{}, { headers: { authorization: 'Bearer sesam' } }, { headers: { authorization: 'sesame' } }, { headers: { authorization: 'Basic sesame' } }]) {
    for (const { status, json } of [await server.post(REQUEST, wrong), await server.get('/v1/models', wrong), await server.get('/metrics', wrong), await server.get('/nowhere', wrong)]) {
      assert.equal(status, 401);
      assert.equal(json.error.type, 'authentication_error');
    }
  }
  assert.equal((await server.get('/health')).status, 200);
  assert.equal((await server.post(REQUEST, key)).json.choices[0].message.content, 'hi');
  assert.equal((await server.get('/v1/models/fake', key)).json.id, 'fake');
});

test('pages of other origins are let in only where that is asked for', async (t) => {
  const page = { headers: { origin: 'https://page.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,authorization' }, method: 'OPTIONS' };
  const closed = await started(t, fakeModel(says('hi')));
  assert.equal((await closed.get('/v1/chat/completions', page)).headers.get('access-control-allow-origin'), null);
  const open = await started(t, fakeModel(says('hi')), { corsOrigins: ['https://page.example'], apiKey: 'sesame' });
  const { status, headers } = await open.get('/v1/chat/completions', page);
  assert.deepEqual([status, headers.get('access-control-allow-origin')], [204, 'https://page.example']);
  assert.equal((await open.get('/v1/chat/completions', { ...page, headers: { ...page.headers, origin: 'https://other.example' } })).headers.get('access-control-allow-origin'), null);
});

test('tools are compiled once, and what was not used for the longest time is forgotten', async (t) => {
  const model = fakeModel(says('hi'));
  const server = await started(t, model, { limits: { callers: 2 } });
  const ask = (name: string, extra = {}) => server.post({ ...REQUEST, tools: [{ type: 'function', function: { name } }], ...extra });
  await Promise.all([ask('a'), ask('a'), ask('a')]);
  await ask('a', { temperature: 1, max_tokens: 3, stop: 'x', user: 'me' });
  assert.equal(model.compiled, 1);
  await ask('a', { tool_choice: 'required' });
  await ask('a', { parallel_tool_calls: false });
  assert.equal(model.compiled, 3);
  await ask('a');
  assert.equal(model.compiled, 4);
  assert.equal(await server.metric('surecall_callers'), 2);
  const small = fakeModel(says('hi'));
  const tight = await started(t, small, { limits: { callerBytes: 1500 } });
  for (const name of ['a', 'b', 'c', 'd']) await tight.post({ ...REQUEST, tools: [{ type: 'function', function: { name } }] });
  assert.equal(await tight.metric('surecall_callers'), 2);
});

test('close() lets answers end, refuses new ones and stops what takes too long', async () => {
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => { finish = resolve; });
  const model = fakeModel(async function* () {
    yield { type: 'text', delta: 'almost ' };
    await finished;
    yield { type: 'text', delta: 'done' };
    yield { type: 'end', result: textResult('almost done') };
  });
  const patient = await serve(model, { limits: { shutdownMs: 5000 } });
  const whole = patient.post(REQUEST);
  const streamed = patient.post({ ...REQUEST, stream: true });
  await until(() => model.running === 2);
  const closed = patient.close();
  await assert.rejects(fetch(`${patient.url}/health`, { headers: { connection: 'close' } }).then((response) => assert.equal(response.status, 503)), /fetch failed/);
  finish();
  assert.equal((await whole).json.choices[0].message.content, 'almost done');
  assert.match((await streamed).text, /"done".*\[DONE\]\n\n$/s);
  await closed;

  const stuck = fakeModel(hangs);
  const impatient = await serve(stuck, { limits: { shutdownMs: 30 } });
  const cut = impatient.post(REQUEST);
  await until(() => stuck.running === 1);
  const began = performance.now();
  await impatient.close();
  assert.ok(performance.now() - began < 2000);
  assert.deepEqual([(await cut).status, stuck.running], [503, 0]);
});

test('a port that is taken is said to be', async (t) => {
  const server = await started(t, fakeModel(hangs));
  const port = Number(new URL(server.url).port);
  await assert.rejects(serve(fakeModel(hangs), { port }), { code: 'SURECALL_INVALID_OPTION', message: new RegExp(`cannot listen on 127.0.0.1:${port}: .*EADDRINUSE`) });
});

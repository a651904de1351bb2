// `surecall serve` as a process: where it says that it listens, what signals do, how wrong flags end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Started, startSurecall } from '../support/executable.js';
import { runFake } from '../support/fake-command.js';
import { QUESTION, REVERSE } from '../support/server.js';

const BODY = { model: 'nano', messages: QUESTION, tools: [REVERSE], tool_choice: 'required' };

/** Starts a server on a free port and waits for the line that names it. */
async function listening(...args: string[]): Promise<Started & { readonly url: string }> {
  const started = startSurecall(['serve', '--port', '0', '--name', 'nano', '--prefix_cache', 'off', ...args]);
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    started.child.stderr?.on('data', (chunk) => {
      printed += String(chunk);
      const [, address] = /^surecall: serving "nano" at (http:\S+)\/v1$/m.exec(printed) ?? [];
      if (address !== undefined) resolve(address);
    });
    started.child.on('exit', () => reject(new Error(printed)));
  });
  return { ...started, url };
}

const post = (url: string, body: object, headers = {}): Promise<Response> =>
  fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

test('it listens on this machine only, answers, keeps its limits, and ends with code 0 at the first signal', async () => {
  const { url, child, ended } = await listening('--api_key', 'sesame', '--max_tools', '1', '--max-tokens', '40', '--max_body', '2000');
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const send = (body: object): Promise<Response> => post(url, body, { authorization: 'Bearer sesame' });
  const fault = async (body: object): Promise<string> => ((await (await send(body)).json()) as { error: { message: string } }).error.message;
  assert.equal((await post(url, BODY)).status, 401);
  assert.match(await fault({ ...BODY, tools: [REVERSE, REVERSE] }), /at most 1 are allowed/);
  assert.match(await fault({ ...BODY, max_tokens: 41 }), /at most 40, got 41/);
  assert.match(await fault({ ...BODY, user: 'x'.repeat(2000) }), /larger than 2000 bytes/);
  const response = await send({ ...BODY, max_tokens: 40 });
  assert.equal(response.status, 200);
  const { choices: [{ message }] } = await response.json() as { choices: [{ message: { tool_calls: { function: { name: string; arguments: string } }[] } }] };
  const { name, arguments: args } = message.tool_calls[0]?.function ?? {};
  assert.deepEqual([name, JSON.parse(args ?? '')], ['fn_reverse_string', { s: 'hello' }]);
  child.kill('SIGTERM');
  const { code, stderr, stdout } = await ended;
  assert.deepEqual([code, stdout], [0, '']);
  assert.match(stderr, /demonstration model[^]*finishing what runs/);
});

test('what cannot be served is said in one line', async () => {
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['--port', '70000'], 2, /Not a port/],
    [['--port', 'http'], 2, /'--port <number>' argument 'http' is invalid/],
    [['--queue', '-1'], 2, /Not a positive integer/],
    [['--request_timeout', 'long'], 2, /Not a number of seconds/],
    [['--api_key', ''], 2, /the API key is empty/],
    [['--model', 'nowhere.gguf'], 1, /nowhere\.gguf/],
    [['--host', '256.0.0.1', '--port', '0', '--prefix_cache', 'off'], 1, /cannot listen on 256\.0\.0\.1:0/],
  ];
  for (const [args, expected, says] of cases) {
    const { code, stderr } = await runFake(['serve', ...args]);
    assert.equal(code, expected, stderr);
    assert.match(stderr, says);
    assert.equal(stderr.trim().split('\n').filter((line) => !line.includes('demonstration')).length, 1, stderr);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORMAT_NAMES, toStructuralTag, wireFormat } from '../../lib/formats/index.js';
import { runFake, temporaryFolder } from '../support/fake-command.js';

const functions = [{ name: 'fn_greet', description: 'Greet.', parameters: { name: { type: 'string' } } }];

test('surecall formats lists the formats with an example of each', async () => {
  const { code, stdout } = await runFake(['formats']);
  assert.equal(code, 0);
  for (const name of FORMAT_NAMES) assert.match(stdout, new RegExp(`^${name}\\b`, 'm'), name);
  assert.match(stdout, /\n    \{"name": "get_weather", "arguments": \{"city": "Paris"\}\}\n/);
});

test('surecall formats --tools prints the structural tag', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const file = folder.write('f.json', functions);
  const { code, stdout } = await runFake(['formats', '--tools', file, '--format', 'qwen_3', '--tool-choice', 'auto', '--parallel', '--thinking', '9']);
  assert.equal(code, 0);
  const expected = toStructuralTag(functions, { format: 'qwen', toolChoice: 'auto', parallelCalls: true, thinking: { maxTokens: 9 } });
  assert.deepEqual(JSON.parse(stdout), expected);
  const named = await runFake(['formats', '--tools', file, '--tool_choice', 'fn_none']);
  assert.equal(named.code, 1);
  assert.match(named.stderr, /^surecall: toolChoice: there is no tool "fn_none"; tools: "fn_greet"\n$/);
});

test('a definition that surecall prints is a format that it takes', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const printed = JSON.parse((await runFake(['formats', '--format', 'kimi', '--definition'])).stdout) as object;
  assert.deepEqual(printed, JSON.parse(JSON.stringify(wireFormat('kimi').definition)));
  const file = folder.write('own.json', { ...printed, name: 'own' });
  const { code, stdout } = await runFake(['formats', '--format', file]);
  assert.deepEqual([code, stdout.split('\n')[0]], [0, 'own (also kimi_k2): Kimi K2']);
  const broken = folder.write('broken.json', { ...printed, choices: {} });
  const { code: exit, stderr } = await runFake(['formats', '--format', broken]);
  assert.equal(exit, 1);
  assert.match(stderr, /^surecall: .*broken\.json: format "kimi" at \/choices\/auto: is missing\n$/);
});

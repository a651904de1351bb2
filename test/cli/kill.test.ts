// `surecall run` as a process that is killed, interrupted, or loses its output: what is done stays, nothing is done twice.
// Slow (half a minute): twenty processes are started.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSurecall } from '../support/executable.js';
import { seededRandom } from '../support/random.js';
import { repositoryPath } from '../support/shared-data.js';

const folder = mkdtempSync(join(tmpdir(), 'surecall-kill-'));
after(() => rmSync(folder, { recursive: true }));

const tools = repositoryPath('examples/seed1/functions.json');

/** Items with and without ids, and one that is none, as an input file; returns what their records are known by. */
function writeInput(name: string, count: number): { path: string; keys: unknown[] } {
  const items = Array.from({ length: count }, (_, i) => (i % 3 === 0 ? { id: `item ${i}`, prompt: `Is ${i} an even number?` } : { prompt: `Is ${i} an even number?` }));
  const texts = items.map((item) => JSON.stringify(item));
  texts[count >> 1] = '{"prompt": ';
  const keys: unknown[] = [...items];
  keys[count >> 1] = { line: (count >> 1) + 1 };
  const path = join(folder, name);
  writeFileSync(path, texts.join('\n'));
  return { path, keys };
}

/** The keys of the records in an output file; its last line must be complete, too. */
function readKeys(path: string): unknown[] {
  const text = readFileSync(path, 'utf8');
  assert.ok(text === '' || text.endsWith('\n'), 'the last line is complete');
  return text.split('\n').slice(0, -1).map((line) => {
    const { name, parameters, error, ...key } = JSON.parse(line) as Record<string, unknown>;
    assert.ok(error !== undefined || (typeof name === 'string' && typeof parameters === 'object'), line);
    return key;
  });
}

const size = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    assert.ok(waited < 60_000, `${what} within a minute`);
    await sleep(5);
  }
}

test('killed at 20 random moments and resumed: every line once, none lost', { timeout: 300_000 }, async () => {
  const random = seededRandom(Number(process.env['SURECALL_SEED'] ?? 1));
  const { path: input, keys } = writeInput('kill.jsonl', 3000);
  const output = join(folder, 'killed.jsonl');
  const args = ['run', '--tools', tools, '--input', input, '--output', output, '--resume'];
  let kills = 0;
  for (; kills < 20; kills++) {
    const before = size(output);
    const { child, ended } = startSurecall(args);
    // Some while the model is loading or the output is read, most in the middle of writing.
    if (random.below(5) === 0) await sleep(random.below(1000));
    else await until(() => size(output) > before + random.below(4000) || child.exitCode !== null, 'output');
    await sleep(random.below(10));
    child.kill('SIGKILL');
    assert.equal((await ended).signal, 'SIGKILL', 'there was work left to interrupt');
  }
  const { code, stderr } = await startSurecall(args).ended;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /1 failed\n$/);
  assert.deepEqual(readKeys(output), keys);
});

test('one interrupt finishes what was begun; resume does the rest', { timeout: 120_000 }, async () => {
  const { path: input, keys } = writeInput('interrupt.jsonl', 1500);
  const output = join(folder, 'interrupted.jsonl');
  const args = ['run', '--tools', tools, '--input', input, '--output', output, '--resume'];
  const { child, ended } = startSurecall(args);
  await until(() => size(output) > 0, 'output');
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  const done = readKeys(output);
  assert.equal(code, 130, stderr);
  assert.match(stderr, new RegExp(`surecall: interrupted; ${done.length} of 1500 results are in `));
  assert.ok(done.length < keys.length);
  assert.deepEqual(done, keys.slice(0, done.length));
  assert.equal((await startSurecall(args).ended).code, 1);
  assert.deepEqual(readKeys(output), keys);
});

test('two interrupts end at once; what is written is complete', { timeout: 120_000 }, async () => {
  const { path: input, keys } = writeInput('twice.jsonl', 1500);
  const output = join(folder, 'twice-out.jsonl');
  const { child, ended } = startSurecall(['run', '--tools', tools, '--input', input, '--output', output]);
  await until(() => size(output) > 0, 'output');
  child.kill('SIGINT');
  await sleep(1);
  child.kill('SIGINT');
  const { code, signal } = await ended;
  assert.deepEqual([code, signal], [130, null]);
  const done = readKeys(output);
  assert.deepEqual(done, keys.slice(0, done.length));
});

test('a reader that goes away ends the run without a stack trace', { timeout: 60_000 }, async () => {
  const { path: input } = writeInput('pipe.jsonl', 3000);
  const { child, ended } = startSurecall(['run', '--tools', tools, '--input', input]);
  child.stdout?.once('data', () => child.stdout?.destroy());
  const { code, signal, stderr } = await ended;
  assert.deepEqual([code, signal], [1, null], stderr);
  assert.doesNotMatch(stderr, /\n +at |prompts in/);
});

test('a full disk is one line, what is done stays, and resume goes on', { timeout: 120_000, skip: process.platform === 'win32' && 'needs a shell' }, async () => {
  const { path: input, keys } = writeInput('full.jsonl', 900);
  const output = join(folder, 'full-out.jsonl');
  const args = ['run', '--tools', tools, '--input', input, '--output', output];
  const full = await startSurecall(args, { limit: 'ulimit -f 32' }).ended;
  assert.equal(full.code, 1, full.stderr);
  assert.match(full.stderr, /\nsurecall: .*full-out\.jsonl: cannot be written \(EFBIG\)\n$/);
  const done = readKeys(output);
  assert.ok(done.length > 100 && done.length < 900, `${done.length} done`);
  assert.deepEqual(done, keys.slice(0, done.length));
  assert.equal((await startSurecall([...args, '--resume']).ended).code, 1);
  assert.deepEqual(readKeys(output), keys);
});

test('standard output on a full device is one line', { timeout: 60_000, skip: !existsSync('/dev/full') && 'there is no /dev/full' }, async () => {
  const { ended } = startSurecall(['run', '--tools', tools], { input: '"Is 4 an even number?"\n', limit: 'exec >/dev/full' });
  const { code, stderr } = await ended;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /\nsurecall: standard output: cannot be written \(ENOSPC\)\n$/);
});

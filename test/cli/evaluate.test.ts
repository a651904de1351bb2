// `surecall bench bfcl` and `bench examples` from the command line: data in, trials and reports out, going on after a kill.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { runFake, temporaryFolder } from '../support/fake-command.js';
import { ensureRandomModel } from '../../scripts/make-model.mjs';

const item = (number: number) => ({
  id: `simple_python_${number}`,
  category: 'simple_python',
  messages: [{ role: 'user', content: `What is the sum of ${number} and 2?` }],
  tools: [{ type: 'function', function: { name: 'math_add', description: 'Add two numbers.', parameters: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a', 'b'] } } }],
  ground_truth: [{ 'math.add': { a: [number], b: [2] } }],
  bfcl_functions: [{ name: 'math.add', description: 'Add two numbers.', parameters: { type: 'dict', properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a', 'b'] } }],
});

function data(t: TestContext, rows: readonly object[]): { args: string[]; path(name: string): string } {
  const folder = temporaryFolder(t.after.bind(t));
  mkdirSync(folder.path('data'));
  writeFileSync(folder.path('data/simple_python.jsonl.gz'), gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
  return { path: folder.path, args: ['bench', 'bfcl', '--data', folder.path('data'), '--categories', 'simple_python', '--output', folder.path('out'), '--threads', '1'] };
}

test('trials are kept, a cut one is made again, and the reports hold all of them', async (t) => {
  const { args, path } = data(t, [1, 2, 3, 4].map(item));
  const first = await runFake([...args, '--limit', '2', '--arms', 'constrained,fast-forward', '--max_tokens', '64']);
  assert.deepEqual([first.code, first.stderr], [0, '0 trials to go\n']);
  const trials = path('out/trials.jsonl');
  const lines = () => readFileSync(trials, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { id?: string; arm?: string; valid?: boolean });
  assert.equal(lines().length, 1 + 4);
  // As if killed in the middle of the last line.
  truncateSync(trials, readFileSync(trials).length - 10);
  const second = await runFake([...args, '--arms', 'constrained,fast-forward', '--max_tokens', '64']);
  assert.match(second.stderr, /^3 trials of an earlier run are kept\n/);
  assert.equal(second.code, 0);
  const all = lines().slice(1);
  assert.equal(new Set(all.map(({ id, arm }) => `${id} ${arm}`)).size, 8);
  assert.equal(all.length, 8);
  assert.ok(all.every(({ valid }) => valid));
  const { rows } = JSON.parse(readFileSync(path('out/results.json'), 'utf8')) as { rows: { arm: string; trials: number }[] };
  assert.deepEqual(rows.map(({ arm, trials: count }) => [arm, count]), [['constrained', 4], ['fast-forward', 4]]);
  assert.equal(readFileSync(path('out/results.md'), 'utf8'), second.stdout);
  assert.match(readFileSync(path('out/results.html'), 'utf8'), /<svg /);

  const other = await runFake([...args, '--max_tokens', '65']);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /trials\.jsonl: has trials of .*"maxTokens":64.*: name another --output/);
});

test('a replay says what can be reached, with a model for drafts or a vocabulary alone', async (t) => {
  const wrong = { ...item(5), ground_truth: [{ 'math.add': { a: ['five'], b: [2] } }] };
  const { args, path } = data(t, [item(1), wrong]);
  const model = await ensureRandomModel({ preset: 'tiny', seed: 1 });
  for (const [flag, drafts] of [['--model', true], ['--vocabulary', false]] as const) {
    const { code, stdout } = await runFake([...args, '--replay', flag, model]);
    assert.equal(code, 0);
    assert.match(stdout, /\| simple_python \| qwen \| 2 \| 50\.00% \(1\) \|/);
    assert.match(stdout, /- simple_python_5 \(json\): not valid for the tool: \/a: must be integer/);
    const [replayed] = JSON.parse(readFileSync(path('out/replay.json'), 'utf8')) as { fastForwardSteps: number; draftSteps?: number }[];
    assert.ok(replayed);
    assert.equal(replayed.draftSteps !== undefined, drafts);
    assert.ok((replayed.draftSteps ?? 0) <= replayed.fastForwardSteps);
  }
});

test('what is wrong is said in one line', async (t) => {
  const { args, path } = data(t, [{ id: 'x' }]);
  const table: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
    [args, 1, /^surecall: .*simple_python\.jsonl\.gz:1: is no item of BFCL/],
    [[...args, '--data', path('nowhere')], 1, /^surecall: .*simple_python\.jsonl\(\.gz\): no such file\n$/],
    [[...args, '--categories', 'easy'], 2, /^surecall: --categories: there is no "easy"; there are simple_python, /],
    [[...args, '--arms', 'both'], 2, /^surecall: --arms: there is no "both"; there are unconstrained, constrained, fast-forward\n$/],
    [['bench', 'examples', '--data', path('nowhere')], 1, /holds no folder with functions\.json and expected\.json/],
  ];
  for (const [given, code, message] of table) {
    const ran = await runFake(given);
    assert.equal(ran.code, code, ran.stderr);
    assert.match(ran.stderr, message);
  }
});

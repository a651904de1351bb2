// The sets in examples/: every expected call is valid for its tools by ajv, and can be written under the mask in both formats.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { Ajv } from 'ajv';
import { exampleSets, readExamples } from '../../lib/bench/examples.js';
import { replay, REPLAY_FORMATS } from '../../lib/bench/replay.js';
import { plain } from '../../lib/text/exact-json.js';
import { parseTools } from '../../lib/tools/index.js';
import { Vocabulary } from '../../lib/mask.js';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { temporaryFolder } from '../support/fake-command.js';
import { repositoryPath } from '../support/shared-data.js';

const folder = repositoryPath('examples');
const sets = exampleSets(folder);
const tasks = sets.flatMap((set) => readExamples(folder, set));
const ajv = new Ajv({ strict: false });

/** A folder with one set, of a tool f with any parameters and the given rows. */
function temporaryExamples(t: TestContext, rows: readonly unknown[]): string {
  const folder = temporaryFolder(t.after.bind(t));
  mkdirSync(folder.path('set'));
  folder.write('set/functions.json', [{ name: 'f', parameters: { type: 'object' } }]);
  folder.write('set/expected.json', rows);
  return folder.path('');
}

test('there are the 22 prompts of the seeds and at least 300 of our own, over 30 tools or more, none twice', () => {
  const own = tasks.filter(({ category }) => !category.startsWith('seed'));
  const tools = new Set(tasks.flatMap((task) => parseTools(task.tools).map(({ name }) => name)));
  assert.equal(tasks.length - own.length, 22);
  assert.ok(own.length >= 300, `${own.length}`);
  assert.ok(tools.size >= 30, `${tools.size}`);
  const prompts = tasks.map(({ messages }) => messages[0]?.content.toLowerCase());
  assert.equal(new Set(prompts).size, prompts.length);
});

test('every expected call is valid, complete and judged right', () => {
  for (const task of tasks) {
    const tools = parseTools(task.tools);
    for (const { name, arguments: args } of task.answer) {
      const tool = tools.find((one) => one.name === name);
      assert.ok(tool, `${task.id}: no tool ${name}`);
      assert.ok(ajv.validate(tool.parameters, plain(args)), `${task.id}: ${ajv.errorsText()}`);
    }
    assert.equal(task.fault(task.answer), undefined, task.id);
    assert.equal(task.fault([...task.answer].reverse()), undefined, task.id);
  }
});

test('every expected call can be written under the mask', async () => {
  const vocabulary = Vocabulary.fromGguf(await ensureRandomModel({ preset: 'tiny', seed: 1 }));
  for (const task of tasks) {
    for (const format of REPLAY_FORMATS) {
      const { miss, tokens, forced, fastForwardSteps } = await replay(task, format, { vocabulary });
      assert.equal(miss, undefined, `${task.id} (${format})`);
      assert.ok(forced > 0 && fastForwardSteps <= tokens + 1);
    }
  }
});

test('other values, names, numbers of calls and parameters are wrong; listed alternatives are right', (t) => {
  const examples = temporaryExamples(t, [{ prompt: 'p', name: 'f', parameters: { a: 1, s: 'x.y' }, also: { s: ['z'] } }]);
  const [task] = readExamples(examples, 'set');
  assert.ok(task);
  const call = (name: string, args: object) => ({ name, arguments: new Map(Object.entries(args)) });
  assert.equal(task.fault([call('f', { a: 1, s: 'z' })]), undefined);
  for (const calls of [[], [call('f', { a: 1, s: 'xy' })], [call('g', { a: 1, s: 'z' })], [call('f', { a: 1 })], [call('f', { a: 1, s: 'z', b: 1 })], [call('f', { a: 1, s: 'z' }), call('f', { a: 1, s: 'z' })]]) {
    assert.notEqual(task.fault(calls as never), undefined, JSON.stringify(calls));
  }
});

test('a row that is none is named', (t) => {
  const examples = temporaryExamples(t, [{ prompt: 'p', name: 'f', parameters: { a: 1 } }, { prompt: 'q', calls: [] }]);
  assert.throws(() => readExamples(examples, 'set'), { code: 'SURECALL_INVALID_INPUT_FILE', message: /expected\.json: \[1\]: must be/ });
});

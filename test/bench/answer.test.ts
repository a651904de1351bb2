// Judging answers, adding them up, and going over tasks: what counts as which failure, and what a retry is for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../lib/bench/answer.js';
import { type Answered, Arms } from '../../lib/bench/arms.js';
import { page } from '../../lib/bench/page.js';
import { replayTable, runTable } from '../../lib/bench/report.js';
import { runTrials, type Trial } from '../../lib/bench/run.js';
import { summarise } from '../../lib/bench/summary.js';
import type { Arm, Task } from '../../lib/bench/task.js';
import { readCalls, writeCalls } from '../../lib/bench/written-call.js';
import { checkOf } from '../../lib/caller/check.js';
import { SurecallError } from '../../lib/errors.js';
import { loadModel } from '../../lib/models/model.js';
import { parseExact, spell } from '../../lib/text/exact-json.js';
import { parseTools } from '../../lib/tools/index.js';

const tools = parseTools([
  { name: 'add', description: 'Add.', parameters: { a: { type: 'number' }, b: { type: 'number' } } },
  { name: 'greet', description: 'Greet.', parameters: { name: { type: 'string' } } },
]);
const check = checkOf(tools);
const args = (text: string) => parseExact(text) as never;
const answer = [{ name: 'add', arguments: args('{"a": 1, "b": 2}') }];
const task: Task = {
  id: 't',
  category: 'c',
  messages: [{ role: 'user', content: 'Add 1 and 2' }],
  tools,
  calls: 'one',
  answer,
  fault: (calls) => (JSON.stringify(calls.map((call) => [call.name, spell(call.arguments)])) === '[["add","{\\"a\\":1,\\"b\\":2}"]]' ? undefined : 'wrong'),
};
const call = (name: string, json: string) => `<tool_call>\n{"name": "${name}", "arguments": ${json}}\n</tool_call>`;

test('an answer is right, or fails in the first of the ways that apply', () => {
  const table: readonly (readonly [text: string, outcome: string, isValid: boolean])[] = [
    [call('add', '{"a": 1, "b": 2}'), 'right', true],
    ['I think it is 3.', 'undecodable', false],
    ['<tool_call>\n{"name": "add", "argu', 'undecodable', false],
    [call('add', '{"a": "one", "b": 2}'), 'schema', false],
    [call('add', '{"a": 1}'), 'schema', false],
    [call('subtract', '{"a": 1, "b": 2}'), 'schema', false],
    [call('greet', '{"name": "Ann"}'), 'tool', true],
    [`${call('add', '{"a": 1, "b": 2}')}\n${call('add', '{"a": 1, "b": 2}')}`, 'tool', true],
    [call('add', '{"a": 2, "b": 2}'), 'arguments', true],
  ];
  for (const [text, outcome, isValid] of table) {
    const judged = judge(task, tools, check, text, 'qwen');
    assert.deepEqual([judged.outcome, judged.isValid], [outcome, isValid], text);
  }
});

test('where no call is right, text is, a call is not; one that breaks off is no call, but worth a retry', () => {
  const none: Task = { ...task, calls: 'any', answer: [], fault: (calls) => (calls.length === 0 ? undefined : 'no call is right') };
  const outcome = (text: string) => {
    const { outcome: what, isValid } = judge(none, tools, check, text, 'qwen');
    return [what, isValid];
  };
  assert.deepEqual(outcome('I cannot do that.'), ['right', true]);
  assert.deepEqual(outcome(call('greet', '{"name": "Ann"}')), ['tool', true]);
  assert.deepEqual(outcome('<tool_call>\n{"na'), ['right', false]);
});

test('calls are written and read back with the spelling of their numbers', () => {
  const calls = [{ name: 'add', arguments: args('{"a": 1.0, "b": -2e0}') }, { name: 'greet', arguments: args('{"name": "a \\"b\\" \\\\c"}') }];
  for (const format of ['qwen', 'json'] as const) {
    const back = readCalls(writeCalls(calls, tools, format), format, tools);
    assert.deepEqual(back.map(({ name, arguments: given }) => [name, spell(given)]), [['add', '{"a":1.0,"b":-2e0}'], ['greet', '{"name":"a \\"b\\" \\\\c"}']]);
  }
});

const costs = { calls: 1, attempts: 1, promptTokens: 10, tokens: 20, fastForwarded: 5, steps: 8, promptMs: 1, answerMs: 2 };
const answered = (over: Partial<Answered>): Answered => ({ outcome: 'right', isValid: true, text: '', ...costs, ...over });

test('errors are trials, what is done is left out, and an abort ends the run', async () => {
  const asked: string[] = [];
  const answers = {
    answer: async ({ id }: Task, arm: Arm): Promise<Answered> => {
      asked.push(`${id} ${arm}`);
      if (id === 'bad') throw new SurecallError('SURECALL_CONTEXT_TOO_SMALL', 'too long');
      return answered({});
    },
  };
  const tasks = ['a', 'bad', 'c'].map((id) => ({ ...task, id }));
  const options = { arms: ['unconstrained', 'constrained'] as const, concurrency: 1, isDone: (id: string, arm: Arm) => id === 'a' && arm === 'unconstrained', signal: new AbortController().signal };
  const trials: Trial[] = [];
  for await (const trial of runTrials(answers, tasks, options)) trials.push(trial);
  assert.deepEqual(asked, ['a constrained', 'bad unconstrained', 'bad constrained', 'c unconstrained', 'c constrained']);
  assert.deepEqual(trials.map(({ outcome }) => outcome), ['right', 'error', 'error', 'right', 'right']);
  assert.match(trials[1]?.detail ?? '', /CONTEXT_TOO_SMALL: too long/);
  const stopped = new AbortController();
  stopped.abort();
  await assert.rejects(async () => {
    for await (const _ of runTrials(answers, tasks, { ...options, signal: stopped.signal }));
  }, { code: 'SURECALL_ABORTED' });
});

const trial = (over: Partial<Trial>): Trial => ({ id: 'x', category: 'c', arm: 'unconstrained', outcome: 'right', valid: true, text: '', ...costs, ...over });

test('sums: failures by kind, retries, and the tokens of failed answers count for the valid calls', async () => {
  const trials = [
    trial({}),
    trial({ attempts: 3, tokens: 60, outcome: 'undecodable', valid: false, calls: 0 }),
    trial({ attempts: 2, tokens: 40, outcome: 'arguments' }),
    trial({ attempts: 2, tokens: 40 }),
    trial({ category: 'd', arm: 'fast-forward', tokens: 10 }),
  ];
  const rows = summarise(trials, ['c', 'd', 'unused']);
  assert.deepEqual(rows.map(({ category, arm }) => [category, arm]), [['c', 'unconstrained'], ['d', 'fast-forward'], ['all', 'unconstrained'], ['all', 'fast-forward']]);
  const [row] = rows;
  assert.ok(row);
  assert.deepEqual([row.trials, row.right, row.failureRate, row.failures.undecodable, row.failures.arguments], [4, 2, 0.5, 0.25, 0.25]);
  assert.deepEqual([row.retries, row.retried, row.recovered, row.recoveredRight], [4, 3, 2, 1]);
  assert.deepEqual([row.tokens, row.tokensPerValidCall, row.fastForwarded], [40, 160 / 3, 20 / 160]);
  const table = runTable(rows).split('\n');
  assert.equal(new Set(table.map((line) => line.split('|').length)).size, 1);
  assert.match(table[2] ?? '', /^\| c \| unconstrained \| 4 \| 50\.0% \| 50\.0% \| 25\.0% \| 0\.0% \| 0\.0% \| 25\.0% \| 4 \(3 \/ 2 \/ 1\) \| 40\.0 /);
  const html = await page('a <b>', { model: 'm & n' }, rows);
  assert.match(html, /<h1>a &lt;b&gt;<\/h1>/);
  assert.equal(html.match(/<svg /g)?.length, 4);
  assert.doesNotMatch(html, /(src|href)="http/);
});

test('a replay is reported with the share that is reachable and with every miss', () => {
  const one = { category: 'c', format: 'qwen' as const, tokens: 40, forced: 30, fastForwardSteps: 8 };
  const text = replayTable([{ id: 'a', ...one, draftSteps: 4 }, { id: 'b', ...one, miss: 'because' }], ['c']);
  assert.match(text, /\| c \| qwen \| 2 \| 50\.00% \(1\) \| 40\.0 \| 75\.0% \| 40\.0 \| 8\.0 \| 4\.0 \|/);
  assert.match(text, /- b \(qwen\): because/);
});

test('the arms on the bundled model: masks make every call valid, in fewer steps, and the text is the same', async () => {
  await using model = await loadModel(undefined, { threads: 1 });
  const arms = new Arms(model, { format: 'qwen', maxTokens: 64 });
  const [free, constrained, fast] = [await arms.answer(task, 'unconstrained'), await arms.answer(task, 'constrained'), await arms.answer(task, 'fast-forward')];
  assert.ok(constrained.isValid && fast.isValid);
  assert.deepEqual([constrained.text, constrained.attempts, fast.attempts], [fast.text, 1, 1]);
  assert.ok(fast.steps < constrained.steps && constrained.steps <= constrained.tokens + 1);
  assert.equal(free.promptTokens, fast.promptTokens);
  assert.ok(free.isValid || (free.attempts === 3 && free.tokens > 64));
});

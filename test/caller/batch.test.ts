// Batches with a model whose answers are made up: how many calls reach it, what stops them, what they leave.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultConcurrency } from '../../lib/caller/batch.js';
import { type BatchResult, type Model, SurecallError } from '../../lib/index.js';
import { EXAMPLES } from '../support/examples.js';
import { nanoModel } from '../support/models.js';
import { seededRandom } from '../support/random.js';

let model: Model;
let answer: Model['generate'];
before(async () => {
  model = await nanoModel();
  answer = model.generate.bind(model);
});
after(async () => { await model.dispose(); });

const [example] = EXAMPLES;
assert.ok(example !== undefined);
const { tools } = example;
const prompts = Array.from({ length: 40 }, (_, i) => `Is ${i} an even number?`);

/** Puts a function before the model's own: it may wait, or throw in its place. */
function intercept(before: (prompt: string, signal: AbortSignal | undefined) => Promise<void>): void {
  model.generate = async (request, signal) => {
    await before(String(request.prompt), signal);
    return answer(request, signal);
  };
}

const promptNumber = (prompt: string): number => Number(/Is (\d+) an even/.exec(prompt)?.[1]);

test('results keep the order and the index of their prompts, failures in their places', async () => {
  const random = seededRandom(5);
  let running = 0;
  let most = 0;
  intercept(async (prompt) => {
    most = Math.max(most, ++running);
    await sleep(random.below(5));
    running--;
    if (promptNumber(prompt) % 7 === 3) throw new SurecallError('SURECALL_CONTEXT_TOO_SMALL', 'too long');
  });
  for (const order of ['input', 'finished'] as const) {
    const progress: number[] = [];
    const results: BatchResult[] = [];
    for await (const result of model.caller(tools).batch(prompts, { concurrency: 5, order, onProgress: (done) => progress.push(done) })) results.push(result);
    assert.deepEqual(progress, prompts.map((_, i) => i + 1));
    if (order === 'finished') results.sort((a, b) => a.index - b.index);
    for (const [index, { index: itsIndex, calls, error }] of results.entries()) {
      assert.equal(itsIndex, index);
      if (index % 7 === 3) assert.equal(error?.code, 'SURECALL_CONTEXT_TOO_SMALL');
      else assert.deepEqual(calls[0]?.arguments, { n: index });
    }
    assert.equal(most, 5);
  }
});

test('by default two prompts are submitted for every slot', async () => {
  let running = 0;
  let most = 0;
  intercept(async () => {
    most = Math.max(most, ++running);
    await sleep(2);
    running--;
  });
  for await (const _ of model.caller(tools).batch(prompts));
  assert.equal(most, defaultConcurrency(model.info.slots));
  assert.deepEqual([0, 1, 4].map(defaultConcurrency), [2, 2, 8]);
});

test('stopping the iteration, an abort and a disposed model end everything at once', async () => {
  const stopped: string[] = [];
  intercept(async (prompt, signal) => {
    await sleep(1);
    signal?.addEventListener('abort', () => stopped.push(prompt));
    if (promptNumber(prompt) >= 10) await sleep(60_000, undefined, { signal }).catch(() => undefined);
  });
  const caller = model.caller(tools);
  const seen: number[] = [];
  for await (const { index } of caller.batch(prompts, { concurrency: 3 })) {
    seen.push(index);
    if (index === 9) break;
  }
  assert.equal(stopped.length >= 3, true, 'three calls waited');
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  const iterate = async (): Promise<void> => {
    for await (const { index } of caller.batch(prompts, { concurrency: 3, signal: controller.signal })) seen.push(index);
  };
  await assert.rejects(iterate(), { code: 'SURECALL_ABORTED' });
  intercept(async (prompt) => {
    if (promptNumber(prompt) === 2) throw new SurecallError('SURECALL_DISPOSED', 'gone');
  });
  await assert.rejects(async () => { for await (const _ of caller.batch(prompts)); }, { code: 'SURECALL_DISPOSED' });
});

test('wrong options are named before anything is read', () => {
  const caller = model.caller(tools);
  const reads = { [Symbol.iterator]: (): Iterator<string> => assert.fail('was read') };
  for (const concurrency of [0, -1, 1.5, NaN]) assert.throws(() => caller.batch(reads, { concurrency }), { code: 'SURECALL_INVALID_OPTION', message: /^concurrency/ });
  assert.throws(() => caller.batch(reads, { order: 'any' as 'input' }), { code: 'SURECALL_INVALID_OPTION', message: /^order/ });
  for (const wrong of ['a text', 7, null]) assert.throws(() => caller.batch(wrong as unknown as string[]), { code: 'SURECALL_INVALID_OPTION', message: /^prompts/ });
});

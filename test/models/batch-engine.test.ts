// The engine behind a model: the same answers however many run together, prefixes kept on disk, answers replayed.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadModel, type LoadModelOptions } from '../../lib/index.js';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { repositoryPath } from '../support/shared-data.js';

const tools = [
  { name: 'greet', description: 'Greet someone', parameters: { name: { type: 'string' }, times: { type: 'integer' } } },
  { name: 'add', description: 'Add two numbers', parameters: { a: { type: 'number' }, b: { type: 'number' } } },
] as const;
const prompts = Array.from({ length: 16 }, (_, i) => `Greet person ${i * 37} ${'and so on '.repeat(i % 5)}or add ${i} and ${i * i}`);
const nano = repositoryPath('models/surecall-nano.gguf');

async function texts(path: string, options: LoadModelOptions, drafts = true): Promise<string[]> {
  const model = await loadModel(path, { contextSize: 2048, threads: 1, ...options });
  const caller = model.caller(tools);
  const results = await Promise.all(prompts.map((prompt) => caller.call(prompt, { maxTokens: 60, drafts })));
  await model.dispose();
  return results.map(({ text }) => text);
}

test('texts are the same for 1, 4 and 16 slots, with and without drafts', async () => {
  // The type of the KV cache for which ggml's attention does not depend on the batch: docs/decisions/005-same-text.md.
  for (const path of [nano, await ensureRandomModel({ preset: 'tiny' })]) {
    const one = await texts(path, { slots: 1, kvType: 'q8_0' }, false);
    for (const slots of [1, 4, 16]) assert.deepEqual(await texts(path, { slots, kvType: 'q8_0' }), one, `${path}, ${slots} slots`);
  }
});

test('every way of storing keys and values gives valid calls', async () => {
  for (const options of [{ flashAttention: false }, { flashAttention: true, kvType: 'q4_0' }, { kvType: 'bf16' }, { batchSize: 64 }, { cacheSize: 4096 }] as const) {
    for (const text of await texts(nano, options)) assert.match(text, /"name": "(greet|add)"/);
  }
});

test('a KV cache that is too small for all makes them wait', async () => {
  const model = await loadModel(nano, { contextSize: 256, slots: 16 });
  const caller = model.caller(tools);
  const results = await Promise.all(Array.from({ length: 40 }, (_, i) => caller.call(`Add ${i} and ${'7'.repeat(i)}`, { maxTokens: 50 })));
  assert.ok(results.every(({ calls }) => calls.length === 1));
  await model.dispose();
});

test('evaluated prefixes are kept on disk', async () => {
  const prefixCacheDir = mkdtempSync(join(tmpdir(), 'surecall-prefixes-'));
  try {
    const long = [{ ...tools[1], description: 'Add two numbers, '.repeat(20) }];
    const run = async (prompt: string) => {
      const model = await loadModel(nano, { contextSize: 2048, prefixCacheDir });
      const { usage, text } = await model.caller(long).call(prompt);
      await model.dispose();
      return { usage, text };
    };
    const first = await run('What is 1 plus 2?');
    assert.equal(first.usage.cachedTokens, 0);
    assert.equal(readdirSync(prefixCacheDir).length, 1);
    const second = await run('Add 30 and 40');
    assert.ok(second.usage.cachedTokens > 0.8 * second.usage.promptTokens, `${second.usage.cachedTokens} of ${second.usage.promptTokens}`);
  } finally {
    rmSync(prefixCacheDir, { recursive: true });
  }
});

test('an answer can be replayed, with the same work', async () => {
  const model = await loadModel(nano, { slots: 1 });
  const caller = model.caller(tools, { escapes: 'strict' });
  const own = await caller.call('What is 40 plus 2?', { drafts: false });
  const before = model.stats();
  const replayed = await caller.call('What is 40 plus 2?', { drafts: false, teacher: own.text });
  const between = model.stats();
  const again = await caller.call('What is 40 plus 2?', { drafts: false });
  const after = model.stats();
  assert.equal(replayed.text, own.text);
  assert.deepEqual(replayed.usage, again.usage);
  assert.equal(between.tokens - before.tokens, after.tokens - between.tokens);
  assert.equal(between.rows - before.rows, after.rows - between.rows);
  await assert.rejects(caller.call('x', { teacher: own.text.replace('"a"', '"c"') }), { code: 'SURECALL_TEACHER', message: /at byte \d+/ });
  await model.dispose();
});

test('calls that fail, alone among many', async () => {
  const model = await loadModel(nano, { contextSize: 512 });
  const caller = model.caller(tools);
  const stop = new AbortController();
  const all = Array.from({ length: 12 }, (_, i) => {
    if (i === 3) return caller.call('7'.repeat(1000));
    if (i === 5) return caller.call('hello', { maxTokens: 1 });
    if (i === 7) return caller.call('hello', { maxTokens: 100, signal: stop.signal });
    return caller.call(`Add ${i} and 2`, { maxTokens: 100 });
  });
  stop.abort();
  const settled = await Promise.allSettled(all);
  const codes = settled.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : ''));
  const expected = codes.map(() => '');
  [expected[3], expected[5], expected[7]] = ['SURECALL_CONTEXT_TOO_SMALL', 'SURECALL_BUDGET_TOO_SMALL', 'SURECALL_ABORTED'];
  assert.deepEqual(codes, expected);
  await model.dispose();
});

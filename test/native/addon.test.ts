// The addon itself: what it does with wrong arguments, and that a model can be left in any state without harm.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it, before, after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { addon } from '../../lib/native.js';
import type { NativeModel, NativeTemplate } from '../../lib/native-types.js';
import { ProgramBuilder } from '../../lib/program/builder.js';
import { repositoryPath } from '../support/shared-data.js';

const nano = repositoryPath('models/surecall-nano.gguf');

/** {"name": "...", "n": ...} */
function program(): Uint8Array {
  const b = new ProgramBuilder();
  return b.finish(b.sequence(b.text('{"name": "'), b.capture('name', b.regex('[a-z ]{1,200}')), b.text('", "n": '), b.regex('[1-9][0-9]{0,5}'), b.text('}')));
}

const code = (expected: string) => (error: unknown) => {
  assert.equal((error as { code?: unknown }).code, expected);
  return true;
};

describe('addon', () => {
  let model: NativeModel;
  let template: NativeTemplate;
  /** A request that keeps the model busy for a while. */
  const slow = () => ({ prompt: '7'.repeat(3500), template, maxTokens: 250, prefixCache: false });
  const quick = () => ({ prompt: 'hello', template, maxTokens: 20 });

  before(async () => {
    model = await addon.Model.load(nano, { contextSize: 4096 });
    template = model.vocabulary.compile(program());
  });
  after(() => model.dispose());

  it('refuses wrong arguments with a TypeError or RangeError and a code', () => {
    const { vocabulary } = model;
    const matcher = template.matcher();
    const any = (value: unknown) => value as never;
    const wrongType = [
      () => new (any(addon.Model) as new () => unknown)(),
      () => new (any(addon.Matcher) as new (x: unknown) => unknown)({}),
      () => vocabulary.tokenize(any(1)),
      () => vocabulary.bytes(any('a')),
      () => vocabulary.detokenize(any('abc')),
      () => vocabulary.compile(any('x')),
      () => matcher.mask(any([])),
      () => matcher.argmax(any(new Float64Array(vocabulary.size))),
      () => matcher.acceptBytes(any(3)),
      () => model.generate(any(undefined)),
      () => model.generate({ ...quick(), template: any(Object.create(addon.Template.prototype)) }),
      () => model.generate({ ...quick(), template: any(vocabulary) }),
      () => model.generate(quick(), any({})),
      () => model.generate({ ...quick(), trace: any(1) }),
      () => addon.Model.load(any(undefined)),
      () => addon.Model.load(nano, {}, any('x')),
      () => addon.Model.load(nano, { flashAttention: any('sometimes') }),
      () => addon.Model.load(nano, { prefixCacheDir: any(1) }),
    ];
    for (const attempt of wrongType) {
      assert.throws(attempt, (error) => error instanceof TypeError && code('SURECALL_INVALID_OPTION')(error), attempt.toString());
    }
    const outOfRange = [
      () => vocabulary.bytes(-1),
      () => vocabulary.bytes(1.5),
      () => vocabulary.bytes(Number.NaN),
      () => vocabulary.bytes(vocabulary.size),
      () => vocabulary.detokenize([0, vocabulary.size]),
      () => matcher.mask(new Uint32Array(1)),
      () => matcher.argmax(new Float32Array(3)),
      () => matcher.rollback(1),
      () => matcher.tokensToAccept(-1),
      () => matcher.canFinishWithin(-1),
      () => model.generate({ ...quick(), maxTokens: -1 }),
      () => model.generate({ ...quick(), sampling: { topP: 2 } }),
      () => model.generate({ ...quick(), escapes: any('maybe') }),
      () => model.generate({ ...quick(), typo: 1 } as never),
      () => model.generate({ ...quick(), prompt: [] }),
      () => addon.Model.load(nano, { slots: 65 }),
      () => addon.Model.load(nano, { contextSize: 1 }),
    ];
    for (const attempt of outOfRange) {
      assert.throws(attempt, (error) => error instanceof RangeError && code('SURECALL_INVALID_OPTION')(error), attempt.toString());
    }
    assert.throws(() => addon.Matcher.prototype.reset.call(template), TypeError);
  });

  it('answers calls together, off the JavaScript thread', async () => {
    const order: number[] = [];
    let ticks = 0;
    const timer = setInterval(() => ++ticks, 1);
    await Promise.all([slow(), quick(), quick()].map((request, i) => model.generate(request).then(() => order.push(i))));
    clearInterval(timer);
    assert.equal(order.at(-1), 0, 'the long one keeps nobody waiting');
    assert.ok(ticks > 5, `only ${ticks} timer ticks`);
  });

  it('answers calls in order where there is one slot', async () => {
    const one = await addon.Model.load(nano, { contextSize: 4096, slots: 1 });
    const own = one.vocabulary.compile(program());
    const order: number[] = [];
    await Promise.all([slow(), quick(), quick()].map((request, i) => one.generate({ ...request, template: own }).then(() => order.push(i))));
    assert.deepEqual(order, [0, 1, 2]);
    await one.dispose();
  });

  it('says what the engine did', async () => {
    const before = model.stats();
    const result = await model.generate(quick());
    const after = model.stats();
    assert.equal(after.answers - before.answers, 1);
    assert.equal(after.steps - before.steps, result.modelSteps);
    assert.ok(after.tokens > before.tokens);
    assert.ok(after.busyMs >= after.evaluateMs && after.evaluateMs > 0);
    assert.ok(Math.abs(result.totalMs - result.queuedMs - result.prefillMs - result.decodeMs - result.maskMs) < 1);
  });

  it('refuses storage types of the KV cache that do not exist', async () => {
    await assert.rejects(addon.Model.load(nano, { kvType: 'q9' as never }), code('SURECALL_INVALID_OPTION'));
    await assert.rejects(addon.Model.load(nano, { kvType: 'q8_0', flashAttention: false }), code('SURECALL_INVALID_OPTION'));
  });

  it('aborts queued calls at once and running ones soon', async () => {
    const running = new addon.AbortHandle();
    const queued = new addon.AbortHandle();
    const first = model.generate(slow(), running);
    const second = model.generate(quick(), queued);
    const third = model.generate(quick());
    let firstDone = false;
    first.catch(() => (firstDone = true));
    queued.abort();
    await assert.rejects(second, code('SURECALL_ABORTED'));
    assert.equal(firstDone, false);
    running.abort();
    await assert.rejects(first, code('SURECALL_ABORTED'));
    await assert.rejects(model.generate(quick(), running), code('SURECALL_ABORTED'));
    assert.equal((await third).finishReason, 'stop');
    assert.equal(running.aborted, true);
  });

  it('loads with progress, and can be stopped by it', async () => {
    const shares: number[] = [];
    const other = await addon.Model.load(nano, {}, (share) => shares.push(share));
    assert.equal(shares.at(-1), 1);
    assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
    await other.dispose();
    await assert.rejects(
      addon.Model.load(nano, {}, () => {
        throw new Error('not today');
      }),
      /not today/,
    );
    const handle = new addon.AbortHandle();
    handle.abort();
    await assert.rejects(addon.Model.load(nano, {}, undefined, handle), code('SURECALL_ABORTED'));
    await assert.rejects(addon.Model.load('no/such/file.gguf'), code('SURECALL_MODEL_LOAD'));
  });

  it('disposes with calls running and waiting', async () => {
    const other = await addon.Model.load(nano, { contextSize: 4096 });
    const own = other.vocabulary.compile(program());
    const calls = [slow(), slow()].map((request) => other.generate({ ...request, template: own }));
    const settled = Promise.allSettled(calls);
    const disposed = other.dispose();
    assert.equal(disposed, other.dispose());
    await disposed;
    for (const outcome of await settled) {
      assert.equal(outcome.status, 'rejected');
      code('SURECALL_DISPOSED')(outcome.reason);
    }
    await assert.rejects(other.generate({ ...quick(), template: own }), code('SURECALL_DISPOSED'));
    assert.equal(other.info().architecture, 'qwen3');
    assert.ok(own.matcher().maskCount() > 0);
    assert.throws(() => other.vocabulary.tokenize('x'), code('SURECALL_DISPOSED'));
  });

  // Each in a process of its own, because a crash would take the test runner with it.
  const preamble = `
    import { createRequire } from 'node:module'
    import { Worker, isMainThread, parentPort } from 'node:worker_threads'
    const require = createRequire(${JSON.stringify(pathToFileURL(repositoryPath('package.json')).href)})
    const addon = require('./build/addon/Release/surecall.node')
    const program = Buffer.from(${JSON.stringify(Buffer.from(program()).toString('base64'))}, 'base64')
    const load = () => addon.Model.load(${JSON.stringify(nano)}, { contextSize: 4096 })
    const start = async () => {
      const model = await load()
      const template = model.vocabulary.compile(program)
      return model.generate({ prompt: '7'.repeat(3500), template, maxTokens: 250, prefixCache: false })
    }
  `;
  const endings: readonly [string, string, number][] = [
    ['process.exit() while loading', 'load(); process.exit(5)', 5],
    ['process.exit() while decoding', 'start(); start(); setTimeout(() => process.exit(6), 60)', 6],
    ['an uncaught exception while decoding', 'start(); setTimeout(() => { throw new Error() }, 60)', 1],
    ['the end of the program with a model that was never disposed', 'await load()', 0],
    ['the end of the program with a call that nobody awaits', 'start().then(() => process.exitCode = 7)', 7],
    ['models that are collected', 'for (let i = 0; i < 20; i++) { const m = load(); if (i % 2) await m; global.gc() }', 0],
    [
      'workers that are terminated',
      `const body = ${JSON.stringify(`${preamble}; setTimeout(() => parentPort.postMessage(1), 40); await start(); await start()`)}
       for (let i = 0; i < 4; i++) await new Promise((resolve) => {
         const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(body)))
         worker.on('message', () => worker.terminate())
         worker.on('exit', resolve)
       })`,
      0,
    ],
  ];
  for (const [what, script, status] of endings) {
    it(`survives ${what}`, () => {
      const run = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', preamble + script], { encoding: 'utf8', timeout: 120_000 });
      assert.equal(run.signal, null, run.stderr);
      assert.equal(run.status, status, run.stderr);
    });
  }
});

// The pool against what it promises, with random delays, failures and interruptions: order, bounds, nothing left running.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as tick, setTimeout as sleep } from 'node:timers/promises';
import { mapConcurrently, READ_AHEAD, type PoolOptions } from '../../lib/caller/pool.js';
import { type Random, seededRandom } from '../support/random.js';

/** Counts what is read, running and handed out while a pool works. */
class Watch {
  read = 0;
  running = 0;
  mostRunning = 0;
  mostAhead = 0;
  handedOut = 0;
  closed = 0;
  readonly aborted: number[] = [];

  *numbers(count: number, failAt = Infinity): Generator<number> {
    try {
      for (let i = 0; i < count; i++) {
        if (i === failAt) throw new Error('input');
        this.read++;
        this.mostAhead = Math.max(this.mostAhead, this.read - this.handedOut);
        yield i;
      }
    } finally {
      this.closed++;
    }
  }

  async *slowNumbers(count: number, random: Random, failAt = Infinity): AsyncGenerator<number> {
    for (const i of this.numbers(count, failAt)) {
      await delay(random);
      yield i;
    }
  }

  /** Work of random length that stops when it is told to. */
  work(random: Random, failAt = -1): (input: number, index: number, signal: AbortSignal) => Promise<string> {
    return async (input, index, signal) => {
      this.mostRunning = Math.max(this.mostRunning, ++this.running);
      try {
        await delay(random);
        if (signal.aborted) this.aborted.push(input);
        signal.throwIfAborted();
        if (input === failAt) throw new Error('work');
        return `${input}/${index}`;
      } finally {
        this.running--;
      }
    };
  }
}

async function delay(random: Random): Promise<void> {
  const kind = random.below(4);
  if (kind === 0) return;
  for (let i = random.below(20); i > 0; i--) await tick();
  if (kind === 3 && random.below(8) === 0) await sleep(random.below(4));
}

function settings(random: Random): PoolOptions {
  return { concurrency: 1 + random.below(9), order: random.pick(['input', 'finished']) };
}

const expected = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}/${i}`);

test('every input gives its result, in order or once each, within the bounds', async () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = seededRandom(seed);
    const watch = new Watch();
    const options = settings(random);
    const count = random.below(120);
    const inputs = random.next() < 0.5 ? watch.numbers(count) : watch.slowNumbers(count, random);
    const results: string[] = [];
    for await (const result of mapConcurrently(inputs, watch.work(random), options)) {
      results.push(result);
      watch.handedOut++;
      await delay(random);
    }
    const place = `seed ${seed}`;
    if (options.order === 'finished') results.sort((a, b) => parseInt(a) - parseInt(b));
    assert.deepEqual(results, expected(count), place);
    assert.ok(watch.mostRunning <= options.concurrency, place);
    // One result is in the hands of the consumer, and one input may be on its way.
    assert.ok(watch.mostAhead <= options.concurrency + READ_AHEAD + 1, `${place}: ${watch.mostAhead} ahead`);
    assert.deepEqual([watch.running, watch.closed], [0, 1], place);
  }
});

test('all places are used while there is input', async () => {
  let running = 0;
  const seen: number[] = [];
  const work = async (): Promise<void> => {
    seen.push(++running);
    await sleep(5);
    running--;
  };
  for await (const _ of mapConcurrently(Array.from({ length: 40 }, (_, i) => i), work, { concurrency: 4, order: 'input' }));
  assert.deepEqual(new Set(seen.slice(4)), new Set([4]));
});

test('an input without end is read only as far as results are taken', async () => {
  for (const order of ['input', 'finished'] as const) {
    const watch = new Watch();
    const results = mapConcurrently(watch.numbers(Infinity), async (input) => input, { concurrency: 3, order });
    await results.next();
    await sleep(20);
    assert.ok(watch.read <= 3 + READ_AHEAD + 1, `${watch.read} read`);
    await results.return();
    assert.equal(watch.closed, 1);
  }
});

test('one slow input holds back the order, not the work, and never the memory', async () => {
  const watch = new Watch();
  let release = (): void => undefined;
  const work = (input: number): Promise<number> => (input === 0 ? new Promise((resolve) => { release = () => resolve(0); }) : Promise.resolve(input));
  const results = mapConcurrently(watch.numbers(1000), work, { concurrency: 2, order: 'input' });
  const first = results.next();
  await sleep(20);
  assert.equal(watch.read, 2 + READ_AHEAD);
  release();
  assert.deepEqual([(await first).value, (await results.next()).value], [0, 1]);
  await results.return();
});

test('leaving the iteration aborts what runs, waits for it and closes the input', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const watch = new Watch();
    const inputs = random.next() < 0.5 ? watch.numbers(500) : watch.slowNumbers(500, random);
    const stopAt = 1 + random.below(30);
    for await (const _ of mapConcurrently(inputs, watch.work(random), settings(random))) {
      if (++watch.handedOut === stopAt) break;
    }
    const { read, running } = watch;
    // A generator that was just waiting for its own input closes when that has come.
    await sleep(10);
    assert.deepEqual([running, watch.closed, watch.read], [0, 1, read], `seed ${seed}`);
  }
});

test('a signal ends the iteration with SURECALL_ABORTED, also while it waits for input', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const watch = new Watch();
    const controller = new AbortController();
    const iterate = async (): Promise<void> => {
      for await (const _ of mapConcurrently(watch.slowNumbers(Infinity, random), watch.work(random), { ...settings(random), signal: controller.signal }));
    };
    const ended = assert.rejects(iterate(), { code: 'SURECALL_ABORTED' });
    setTimeout(() => controller.abort(), random.below(10));
    await ended;
    assert.equal(watch.running, 0, `seed ${seed}`);
  }
  const controller = new AbortController();
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<number>>(() => undefined) }) };
  const waiting = assert.rejects(mapConcurrently(never, async (input) => input, { concurrency: 2, order: 'input', signal: controller.signal }).next(), { code: 'SURECALL_ABORTED' });
  controller.abort();
  await waiting;
  await assert.rejects(mapConcurrently([1], async (input) => input, { concurrency: 2, order: 'input', signal: controller.signal }).next(), { code: 'SURECALL_ABORTED' });
});

test('when the input fails, what was read before comes first', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const watch = new Watch();
    const failAt = random.below(100);
    const inputs = random.next() < 0.5 ? watch.numbers(200, failAt) : watch.slowNumbers(200, random, failAt);
    const results: string[] = [];
    const iterate = async (): Promise<void> => {
      for await (const result of mapConcurrently(inputs, watch.work(random), { ...settings(random), order: 'input' })) results.push(result);
    };
    await assert.rejects(iterate(), { message: 'input' });
    assert.deepEqual(results, expected(failAt), `seed ${seed}`);
  }
});

test('work that rejects ends the iteration, and the rest of it is aborted', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const watch = new Watch();
    const iterate = async (): Promise<void> => {
      for await (const _ of mapConcurrently(watch.numbers(200), watch.work(random, random.below(100)), settings(random)));
    };
    await assert.rejects(iterate(), { message: 'work' });
    assert.deepEqual([watch.running, watch.closed], [0, 1], `seed ${seed}`);
  }
});

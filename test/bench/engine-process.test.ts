// An engine that crashes or hangs costs one schema: bench/maskbench/engine-process.ts against a process made for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineProcess } from '../../bench/maskbench/engine-process.js';

const ENGINE = `
  console.log(JSON.stringify({ ready: true, engine: 'fake', version: '1', memory: 100, clockNs: 1 }))
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id } = JSON.parse(line)
    if (id === 'crash') process.kill(process.pid, 'SIGKILL')
    else if (id === 'exit') process.exit(3)
    else if (id !== 'hang') console.log(JSON.stringify({ id, memory: 150 }))
  })`;

test('a crash, an exit and a hang are reported, and the next job is answered', async () => {
  const engine = new EngineProcess({ name: 'fake', command: process.execPath, args: ['-e', ENGINE] }, 1);
  try {
    assert.equal((await engine.hello()).version, '1');
    const ids = ['one', 'crash', 'two', 'exit', 'three', 'hang', 'four'];
    const outcomes: string[] = [];
    for (const id of ids) {
      const outcome = await engine.ask({ id, tests: [] });
      outcomes.push('ended' in outcome ? `${outcome.ended}: ${outcome.how}` : outcome.id);
    }
    assert.deepEqual(outcomes, ['one', 'crashed: SIGKILL', 'two', 'crashed: exit status 3', 'three', 'timed out: no answer in 1 s', 'four']);
    assert.equal(engine.grown, 50);
  } finally {
    engine.close();
  }
});

test('an engine that does not start is an error', async () => {
  const engine = new EngineProcess({ name: 'fake', command: process.execPath, args: ['-e', 'process.exit(1)'] }, 1);
  await assert.rejects(engine.hello(), /fake does not start: exit status 1/);
});

// With a bias that nothing outweighs, texts are copies of what was said; without one, random weights never copy.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadModel, type Model } from '../../lib/index.js';
import { EXAMPLES, invalidCall } from '../support/examples.js';
import { randomModel } from '../support/models.js';

const SAYINGS = ['Greet Ann-Marie O\'Neill', 'reverse "a \\ b" please', 'Read C:\\temp\\année.txt in utf-8', 'SELECT name\nFROM users'];

// The bundled model never asks what a quote means; of random weights the answer is nonsense, and the copy is left.
let bundled: Model;
let random: Model;
before(async () => { [bundled, random] = await Promise.all([loadModel(), randomModel(16_384)]); });
after(async () => { await Promise.all([bundled.dispose(), random.dispose()]); });

/** The text arguments of answers to all sayings, call by call, with what was said. */
async function texts(model: Model, copyBias: number): Promise<{ said: string; written: string[] }[]> {
  const found: { said: string; written: string[] }[] = [];
  for (const { tools } of EXAMPLES) {
    const caller = model.caller(tools, { copyBias, maxTokens: 120 });
    for (const said of SAYINGS) {
      const result = await caller.call(said);
      assert.equal(invalidCall(tools, result), undefined, result.text);
      const args = Object.values(result.calls[0]?.arguments ?? {});
      found.push({ said, written: args.filter((value) => typeof value === 'string') });
    }
  }
  return found;
}

test('the strongest bias makes every text a copy of words that no text before took, while there are any', async () => {
  const copied = await texts(bundled, 100);
  let [copies, second] = [0, 0];
  for (const { said, written } of copied) {
    let left = said;
    for (const text of written) {
      if (!/[\p{L}\d]/u.test(left)) break;
      assert.ok(text !== '' && left.includes(text), `${JSON.stringify(text)} of ${JSON.stringify(left)}`);
      copies += 1;
      if (left !== said) second += 1;
      left = left.replace(text, '\0');
    }
  }
  assert.ok(copies > second && second > 0, 'there are texts at all, and some behind others');
});

test('without it random weights do not copy', async () => {
  const written = await texts(random, 0);
  assert.ok(written.some((call) => call.written.length > 0));
  for (const call of written) for (const text of call.written) assert.ok(text === '' || !call.said.includes(text), text);
});

test('drafts change nothing', async () => {
  const [example] = EXAMPLES;
  assert.ok(example !== undefined);
  const caller = bundled.caller(example.tools, { copyBias: 4, maxTokens: 120 });
  for (const said of SAYINGS) assert.equal((await caller.call(said, { drafts: false })).text, (await caller.call(said)).text);
});

test('a bias that is no number from 0 to 100 is refused', async () => {
  const [example] = EXAMPLES;
  assert.ok(example !== undefined);
  for (const copyBias of [-1, 101, Number.NaN, 'much' as unknown as number]) {
    await assert.rejects(random.caller(example.tools, { copyBias }).call('x'), /copyBias/u);
  }
});

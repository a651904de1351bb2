// Whatever the model says, the answer is a valid call: random logits, random weights, hostile prompts, every budget.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Model } from '../../lib/index.js';
import { EXAMPLES, invalidCall } from '../support/examples.js';
import { randomModel } from '../support/models.js';
import { hostileText, seededRandom } from '../support/random.js';

let model: Model;
before(async () => { model = await randomModel(16_384); });
after(async () => { await model.dispose(); });

test('1,000 random walks end in valid calls, at generous and at the tightest budgets', async () => {
  for (const { tools } of EXAMPLES) {
    for (const format of ['qwen', 'json'] as const) {
      for (const escapes of ['strict', 'lenient'] as const) {
        const caller = model.caller(tools, { format, escapes, limits: { stringLength: 200 } });
        const least = caller.template.matcher().tokensToAccept(1000);
        for (let seed = 0; seed < 125; seed++) {
          const maxTokens = [least, least + 1, least + 5, 60, 400][seed % 5] as number;
          const result = await caller.call('x', { maxTokens, randomLogitsSeed: seed });
          assert.equal(invalidCall(tools, result), undefined, `${format}, ${escapes}, seed ${seed}, budget ${maxTokens}: ${result.text}`);
          assert.ok(result.usage.fastForwardedTokens + result.usage.sampledTokens <= maxTokens + 1, 'the budget holds');
        }
        await assert.rejects(caller.call('x', { maxTokens: least - 1, randomLogitsSeed: 1 }), { code: 'SURECALL_BUDGET_TOO_SMALL' });
      }
    }
  }
});

test('200 hostile prompts get valid calls from random weights', async () => {
  const random = seededRandom(7);
  const [example] = EXAMPLES;
  assert.ok(example !== undefined);
  const callers = (['qwen', 'json'] as const).map((format) => model.caller(example.tools, { format, maxTokens: 80 }));
  for (let i = 0; i < 200; i++) {
    const prompt = i % 50 === 0 ? hostileText(random, 40).padEnd(10_000, 'lorem "ipsum\\ 😀 ') : `${hostileText(random, 60)}.`;
    const caller = callers[i % 2];
    assert.ok(caller !== undefined);
    const result = await caller.call(prompt);
    assert.equal(invalidCall(example.tools, result), undefined, `${JSON.stringify(prompt)}: ${result.text}`);
  }
});

test('the 22 example prompts get valid calls from random weights', async () => {
  for (const { tools, prompts } of EXAMPLES) {
    for await (const result of model.caller(tools, { format: 'qwen', maxTokens: 120 }).batch(prompts)) {
      assert.equal(result.error, undefined);
      if (result.error === undefined) assert.equal(invalidCall(tools, result), undefined, result.text);
    }
  }
});

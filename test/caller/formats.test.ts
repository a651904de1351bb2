// Callers in formats of several kinds, on random logits: calls, what is said and what is thought come apart.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Model } from '../../lib/index.js';
import { FORMAT_NAMES } from '../../lib/formats/index.js';
import { randomModel } from '../support/models.js';

let model: Model;
before(async () => {
  model = await randomModel();
});
after(async () => {
  await model.dispose();
});

const tools = [{ name: 'pick', description: 'Picks.', parameters: { colour: { enum: ['red', 'blue'], type: 'string' }, count: { type: 'integer' } } }];

for (const format of FORMAT_NAMES) {
  test(`a caller writes ${format} and reads it back, thinking bounded`, async () => {
    const caller = model.caller(tools, { format, toolChoice: 'required', thinking: { maxTokens: 8 }, sampling: { temperature: 1 } });
    assert.match(caller.render('Pick one.'), /pick/i);
    const result = await caller.call('Pick one.', { randomLogitsSeed: 3, maxTokens: 250 });
    const [call] = result.calls;
    assert.equal(result.calls.length, 1);
    assert.equal(call?.name, 'pick');
    assert.ok(['red', 'blue'].includes(String(call?.arguments['colour'])), result.text);
    assert.ok(Number.isInteger(call?.arguments['count']), result.text);
    assert.deepEqual(Object.keys(call?.argumentConfidence ?? {}).sort(), ['colour', 'count']);
    // Only Kimi K3 says something before it calls.
    if (format !== 'kimi_k3') assert.equal(result.content, '');
  });
}

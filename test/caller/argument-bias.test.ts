// Values are likelier copied from beside words of their argument, whatever the model would say.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ArgumentWords } from '../../lib/caller/argument-words.js';
import { loadModel, type Model } from '../../lib/index.js';
import { parseTools } from '../../lib/tools/index.js';
import { randomModel } from '../support/models.js';

const object = (properties: Record<string, unknown>) => ({ type: 'object', properties, required: Object.keys(properties) });
const TOOLS = parseTools([
  {
    name: 'save_money',
    description: 'What a deposit becomes.',
    parameters: object({ rate: { type: 'integer' }, years: { type: 'integer' }, bank: { type: 'string', description: 'The institute' }, owner: { type: 'string' } }),
  },
]);
/** Requests in which banks have people's names and people those of cities. */
const SAID = [
  ['owner Lausanne, bank Quentin, 7 years, rate 12', { rate: 12, years: 7, bank: 'Quentin', owner: 'Lausanne' }],
  ['we save 12 years, the owner Paris at the bank Quentin, rate 45', { rate: 45, years: 12, bank: 'Quentin', owner: 'Paris' }],
] as const;

let bundled: Model;
let model: Model;
before(async () => { [bundled, model] = await Promise.all([loadModel(), randomModel(16_384)]); });
after(async () => { await Promise.all([bundled.dispose(), model.dispose()]); });

test('with a strong bias every value is found, and without it some are not', async () => {
  const [strong, none] = [25, 0].map((argumentBias) => bundled.caller(TOOLS, { copyBias: 100, argumentBias, maxTokens: 120 }));
  assert.ok(strong !== undefined && none !== undefined);
  for (const [said, expected] of SAID) {
    assert.deepEqual((await strong.call(said)).calls[0]?.arguments, expected);
    assert.notDeepEqual((await none.call(said)).calls[0]?.arguments, expected);
  }
});

test('by default it changes nothing', async () => {
  const [plain, none] = [{}, { argumentBias: 0 }].map((options) => model.caller(TOOLS, { copyBias: 3, ...options, maxTokens: 80 }));
  assert.ok(plain !== undefined && none !== undefined);
  for (const [said] of SAID) assert.equal((await plain.call(said)).text, (await none.call(said)).text);
});

test('what stands beside a place speaks for it', () => {
  const words = new ArgumentWords(TOOLS, model.vocabulary);
  const score = (said: string, place: string, name = ''): number => {
    const begin = Buffer.byteLength(said.slice(0, said.indexOf(place)));
    return words.places(said).get(name)?.find(([each]) => each === begin)?.[1] ?? 0;
  };
  assert.ok(score('the rate of 5', '5', 'rate') > 0);
  assert.ok(score('the rate 5', '5', 'rate') > score('the rate of 5', '5', 'rate'), 'nearer counts more');
  assert.ok(score('5 years', '5', 'years') > 0, 'units stand behind numbers');
  assert.equal(score('Oslo owner', 'Oslo', 'owner'), 0, 'and not behind words');
  assert.equal(score('the rate 3 of 5', '5', 'rate'), 0, 'a number between them has the word');
  assert.equal(score('the rate. 5 it is', '5', 'rate'), 0, 'another sentence');
  assert.ok(score('é the rate 5', '5', 'rate') > 0, 'places are bytes');
  assert.ok(score('institute Oslo', 'Oslo', 'bank') > 0 && score('bank Oslo', 'Oslo', 'bank') > score('institute Oslo', 'Oslo', 'bank'), 'a name counts more than a description');
  assert.ok(score('go to Oslo now', 'Oslo') > score('go to oslo now', 'oslo'), 'names');
  assert.ok(score('say \'oslo\'', 'oslo') > score('say oslo', 'oslo'), 'quotations');
  assert.equal(score('don\'t go', 't go'), score('don t go', 't go'), 'an apostrophe opens none');
  assert.ok(score('the xylophone', 'xylophone') > score('xylophone the', 'the'), 'rare words');
  assert.ok(score('an owner', 'owner') < score('an ozelot', 'ozelot'), 'words of the tools are rather no values');
});

test('biases and places out of range are refused', async () => {
  for (const argumentBias of [-1, 26, Number.NaN, 'much' as unknown as number]) assert.throws(() => model.caller(TOOLS, { argumentBias }), /argumentBias/u);
  const { template } = model.caller(TOOLS);
  const request = { prompt: 'x', template: template.native, draftSource: 'a 5', copyBias: 1, maxTokens: 80 };
  for (const places of [{ rate: [[4, 1]] }, { rate: [[-1, 1]] }, { rate: [[0.5, 1]] }, { rate: [[0, 101]] }, { rate: [[0, Number.NaN]] }, { rate: [[0]] }, { rate: [5] }, { rate: 5 }, 5]) {
    await assert.rejects(async () => model.generate({ ...request, places: places as never }), /places/u, JSON.stringify(places));
  }
  await model.generate({ ...request, places: { rate: [[3, -100], [0, 100]], '': [] } });
});

// Tools that share rare words with a request become likelier, whatever the model would say.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ToolWords } from '../../lib/caller/tool-words.js';
import type { Model } from '../../lib/index.js';
import { parseTools } from '../../lib/tools/index.js';
import { randomModel } from '../support/models.js';

const object = (properties: Record<string, unknown>) => ({ type: 'object', properties, required: Object.keys(properties) });
const TOOLS = parseTools([
  { name: 'getWeather', description: 'Forecast for a city. It may rain.', parameters: object({ city: { type: 'string' } }) },
  { name: 'translate_text', description: 'Says the same in another language.', parameters: object({ text: { type: 'string' }, to: { enum: ['french', 'finnish'] } }) },
  { name: 'send_mail', description: 'Sends a letter to a person.', parameters: object({ recipient: { type: 'string' } }) },
  { name: 'get_train', description: 'When the next train leaves.', parameters: object({ station: { type: 'string' } }) },
]);
/** What is asked for, and how: a word of the name, of its beginning, of the description, of a parameter, of its values. */
const REQUESTS = [
  ['getWeather', 'How is the weather in Oslo?'],
  ['translate_text', 'a translation of this, please'],
  ['send_mail', 'a letter to Ann'],
  ['get_train', 'from which station?'],
  ['translate_text', 'the same in FINNISH'],
] as const;

let model: Model;
before(async () => { model = await randomModel(); });
after(() => model.dispose());

test('the strongest bias chooses by words, for random weights in every format', async () => {
  for (const format of ['json', 'qwen', 'qwen_coder', 'llama'] as const) {
    const caller = model.caller(TOOLS, { format, nameBias: 100, maxTokens: 80 });
    for (const scoreNames of [false, true]) {
      const scored = scoreNames ? model.caller(TOOLS, { format, nameBias: 100, maxTokens: 80, scoreNames }) : caller;
      for (const [name, request] of REQUESTS) {
        const { calls, text } = await scored.call(request);
        assert.equal(calls[0]?.name, name, `${format}: ${request}: ${text}`);
      }
    }
  }
});

test('by default, and where no words are shared, it changes nothing', async () => {
  const [plain, none, strong] = [{}, { nameBias: 0 }, { nameBias: 100 }].map((options) => model.caller(TOOLS, { ...options, maxTokens: 80 }));
  assert.ok(plain !== undefined && none !== undefined && strong !== undefined);
  for (const request of ['42', ...REQUESTS.map(([, text]) => text)]) assert.equal((await plain.call(request)).text, (await none.call(request)).text);
  assert.equal((await strong.call('42')).text, (await plain.call('42')).text);
});

test('rare words count more than common ones, and words that all tools have do not count', () => {
  const words = new ToolWords(TOOLS, model.vocabulary);
  const score = (said: string, name: string): number => words.scores(said).get(name) ?? Number.NaN;
  assert.ok(score('weather', 'getWeather') > 3 * score('may', 'getWeather'));
  assert.equal(score('rain', 'getWeather'), 0, 'only the first sentence of a description counts');
  assert.ok(score('train', 'get_train') > score('get', 'get_train'));
  assert.ok(score('weather in the city', 'getWeather') > score('weather', 'getWeather'));
  assert.deepEqual([...words.scores('').values()], [0, 0, 0, 0]);
  const alike = new ToolWords(parseTools(['a', 'b', 'c'].map((name) => ({ name, description: 'thermometer', parameters: object({}) }))), model.vocabulary);
  for (const each of alike.scores('thermometer').values()) assert.ok(each >= 0 && each < 1e-9, String(each));
});

test('a bias that is no number from 0 to 100 is refused', () => {
  for (const nameBias of [-1, 101, Number.NaN, 'much' as unknown as number]) {
    assert.throws(() => model.caller(TOOLS, { nameBias }), /nameBias/u);
  }
});

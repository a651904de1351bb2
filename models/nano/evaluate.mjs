// The shipped package on samples of nano.samples, or on the examples of this repository: constrained, greedy. Prints for each file the share
// of right tools and of right calls, and with --wrong what was wrong.
//
//   node nano/evaluate.mjs MODEL.gguf [--wrong N] samples.jsonl... ../examples/seed1...

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadModel } from '../../dist/index.js';

const [modelFile, ...rest] = process.argv.slice(2);
const wrongAt = rest.indexOf('--wrong');
const shown = wrongAt < 0 ? 0 : Number(rest.splice(wrongAt, 2)[1]);
const model = await loadModel(modelFile);
for (const path of rest) await evaluate(path, existsSync(join(path, 'expected.json')) ? exampleCases(path) : sampleCases(path));
await model.dispose();

/** Samples that one call answers, by their tools. */
function sampleCases(file) {
  const lines = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const groups = new Map();
  for (const { tools, prompt, calls } of lines) {
    if (calls.length !== 1) continue;
    const key = JSON.stringify(tools);
    const group = groups.get(key) ?? { tools, cases: [] };
    groups.set(key, group);
    group.cases.push({ prompt, ...calls[0] });
  }
  return [...groups.values()];
}

function exampleCases(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const cases = read('expected.json').map(({ prompt, name, parameters }) => ({ prompt, name, arguments: parameters }));
  return [{ tools: read('functions.json'), cases }];
}

async function evaluate(path, groups) {
  let total = 0;
  let tools = 0;
  const wrong = [];
  for (const { tools: definitions, cases } of groups) {
    const caller = model.caller(definitions);
    const results = await Promise.all(cases.map(({ prompt }) => caller.call(prompt)));
    for (const [i, { prompt, ...expected }] of cases.entries()) {
      const call = results[i].calls[0];
      total += 1;
      if (call?.name === expected.name) tools += 1;
      if (call?.name === expected.name && isDeepStrictEqual(call.arguments, expected.arguments)) continue;
      wrong.push(`${prompt}\n    ${JSON.stringify({ name: call?.name, arguments: call?.arguments })}\n    expected ${JSON.stringify(expected)}`);
    }
  }
  const percent = (count) => `${((100 * count) / total).toFixed(1)}%`;
  console.log(`${path}: ${total} prompts, right tool ${percent(tools)}, right call ${percent(total - wrong.length)}`);
  for (const text of wrong.slice(0, shown)) console.log(`  ${text}`);
}

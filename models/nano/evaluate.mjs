// The shipped package on samples of nano.samples, or on the examples of this repository: constrained, greedy. Prints for each file the share
// of right tools and of right calls, and with --wrong what was wrong. With --auto the model decides how many calls there are, and samples
// with none or several count, too: the shares of right answers by the number of calls that are right.
//
//   node nano/evaluate.mjs MODEL.gguf [--wrong N] samples.jsonl... ../examples/seed1...
//   node nano/evaluate.mjs MODEL.gguf --auto samples.jsonl...

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { loadModel } from '../../dist/index.js';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { wrong: { type: 'string', default: '0' }, auto: { type: 'boolean', default: false } } });
const [modelFile, ...paths] = positionals;
const shown = Number(options.wrong);
const model = await loadModel(modelFile);
for (const path of paths) {
  const groups = existsSync(join(path, 'expected.json')) ? exampleCases(path) : sampleCases(path);
  await (options.auto ? evaluateNumbers(path, groups) : evaluate(path, groups));
}
await model.dispose();

/** Samples by their tools. */
function sampleCases(file) {
  const lines = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const groups = new Map();
  for (const { tools, prompt, calls } of lines) {
    const key = JSON.stringify(tools);
    const group = groups.get(key) ?? { tools, cases: [] };
    groups.set(key, group);
    group.cases.push({ prompt, calls });
  }
  return [...groups.values()];
}

function exampleCases(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const cases = read('expected.json').map(({ prompt, name, parameters }) => ({ prompt, calls: [{ name, arguments: parameters }] }));
  return [{ tools: read('functions.json'), cases }];
}

async function evaluateNumbers(path, groups) {
  const sums = { none: { total: 0, number: 0, right: 0 }, one: { total: 0, number: 0, right: 0 }, several: { total: 0, number: 0, right: 0 } };
  for (const { tools, cases } of groups) {
    const caller = model.caller(tools, { toolChoice: 'auto', parallelCalls: true });
    const results = await Promise.all(cases.map(({ prompt }) => caller.call(prompt)));
    for (const [i, { calls: expected }] of cases.entries()) {
      const calls = results[i].calls.map(({ name, arguments: given }) => ({ name, arguments: given }));
      const sum = sums[['none', 'one'][expected.length] ?? 'several'];
      sum.total += 1;
      sum.number += Number(calls.length === expected.length);
      sum.right += Number(isDeepStrictEqual(calls, expected));
    }
  }
  for (const [calls, { total, number, right }] of Object.entries(sums)) {
    console.log(`${path}, ${calls}: ${total} prompts, right number of calls ${share(number, total)}, right calls ${share(right, total)}`);
  }
}

function share(count, total) {
  return `${((100 * count) / total).toFixed(1)}%`;
}

/** Prompts that one call answers. */
async function evaluate(path, groups) {
  let total = 0;
  let tools = 0;
  const wrong = [];
  for (const { tools: definitions, cases } of groups) {
    const caller = model.caller(definitions);
    const single = cases.filter(({ calls }) => calls.length === 1);
    const results = await Promise.all(single.map(({ prompt }) => caller.call(prompt)));
    for (const [i, { prompt, calls: [expected] }] of single.entries()) {
      const call = results[i].calls[0];
      total += 1;
      if (call?.name === expected.name) tools += 1;
      if (call?.name === expected.name && isDeepStrictEqual(call.arguments, expected.arguments)) continue;
      wrong.push(`${prompt}\n    ${JSON.stringify({ name: call?.name, arguments: call?.arguments })}\n    expected ${JSON.stringify(expected)}`);
    }
  }
  console.log(`${path}: ${total} prompts, right tool ${share(tools, total)}, right call ${share(total - wrong.length, total)}`);
  for (const text of wrong.slice(0, shown)) console.log(`  ${text}`);
}

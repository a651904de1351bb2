// What a constraint and a listener cost: the same text written without any constraint, in a call with free text until a
// trigger appears, and as a stream. CPU time of the process, in pairs, so that other work on the machine counts little.
//
//   npm run bench:stream -- [--model file.gguf] [--rounds 15] [--tokens 200]

import { parseArgs } from 'node:util';
import { type Caller, loadModel } from '../lib/index.js';
import { ensureRandomModel } from '../scripts/make-model.mjs';
import { EXAMPLES } from '../test/support/examples.js';

const { values } = parseArgs({
  options: { model: { type: 'string' }, rounds: { type: 'string', default: '15' }, tokens: { type: 'string', default: '200' } },
});
const model = await loadModel(values.model ?? (await ensureRandomModel({ preset: 'tiny', seed: 1 })), { contextSize: 4096 });
const tools = EXAMPLES[0]?.tools ?? [];
const prompt = 'Tell me about the sea.';

/** Prose with punctuation, numbers and a few characters beyond ASCII. */
const SENTENCE = 'The sea covers 71% of the Earth; its mean depth is 3,688 metres (or 2,000 "fathoms"), and - as Grimaldi said - «la mer est grande». ';
const wanted = Number(values.tokens);
const text = model.vocabulary.detokenize(model.vocabulary.tokenize(SENTENCE.repeat(wanted)).slice(0, wanted)).replaceAll('\ufffd', '');

const unconstrained = model.caller(tools, { format: 'qwen', response: { type: 'structural_tag', tag: { type: 'structural_tag', format: { type: 'any_text' } } }, toolChoice: 'none' });
const auto = model.caller(tools, { format: 'qwen', toolChoice: 'auto' });
const options = { teacher: text, maxTokens: wanted + 8, drafts: false };

const run = (caller: Caller) => async (): Promise<number> => (await caller.call(prompt, options)).usage.sampledTokens;
const streamed = (caller: Caller) => async (): Promise<number> => {
  let tokens = 0;
  for await (const event of caller.stream(prompt, options)) if (event.type === 'end') tokens = event.result.usage.sampledTokens;
  return tokens;
};
const MODES: readonly (readonly [name: string, work: () => Promise<number>])[] = [
  ['no constraint, call', run(unconstrained)],
  ['auto, call', run(auto)],
  ['no constraint, stream', streamed(unconstrained)],
  ['auto, stream', streamed(auto)],
];

for (const [, work] of MODES) await work();
const rounds = Number(values.rounds);
const spent = MODES.map((): number[] => []);
let tokens = 0;
for (let round = 0; round < rounds; round++) {
  for (let i = 0; i < MODES.length; i++) {
    // Each mode comes first, second, ... equally often.
    const index = (i + round) % MODES.length;
    const before = process.cpuUsage();
    tokens = await (MODES[index] as (typeof MODES)[number])[1]();
    const { user, system } = process.cpuUsage(before);
    spent[index]?.push((user + system) / 1000);
  }
}

console.log(`${model.info.description}, ${tokens} tokens, ${rounds} rounds, ${model.info.threads} threads`);
console.log('mode                    CPU ms  us/token  against no constraint');
const base = spent[0] as number[];
for (const [index, [name]] of MODES.entries()) {
  const times = spent[index] as number[];
  const ratio = median(times.map((time, round) => time / (base[round] as number)));
  console.log(`${name.padEnd(22)}${median(times).toFixed(1).padStart(8)}${((median(times) * 1000) / tokens).toFixed(0).padStart(10)}  ${((ratio - 1) * 100).toFixed(1).padStart(6)}%`);
}
await model.dispose();

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

// Do training and engine agree? For samples of nano.samples: the prompt that the chat template renders, the tokens of the answer, and the
// choices with how many tokens are allowed at each. With a checkpoint's log probabilities in the samples: does the file compute what
// PyTorch does?
//
//   python -m nano.samples --source train --blocks 50 [--checkpoint RUN_FOLDER/checkpoint.pt] > samples.jsonl
//   node nano/check_choices.mjs MODEL.gguf samples.jsonl

import { readFileSync } from 'node:fs';
import { loadModel } from '../../dist/index.js';

const SHOWN = 12;
const [modelFile, samplesFile] = process.argv.slice(2);
const samples = readFileSync(samplesFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).filter(({ calls }) => calls.length === 1);
const model = await loadModel(modelFile);
const differences = { prompt: [], tokens: [], missed: [], allowed: [], unneeded: [] };
const distances = []; // between the log probabilities of the right tokens
let choices = 0;

for (const sample of samples) await compare(sample);

console.log(`${samples.length} samples with one call, ${choices} choices of the engine`);
for (const [kind, found] of Object.entries(differences)) {
  console.log(`${kind}: ${found.length}${found.length > 0 ? `\n  ${found.slice(0, SHOWN).join('\n  ')}` : ''}`);
}
if (distances.length > 0) {
  distances.sort((a, b) => a - b);
  console.log(`log probabilities: median difference ${distances[distances.length >> 1].toFixed(5)}, greatest ${distances.at(-1).toFixed(5)}`);
}
await model.dispose();
process.exitCode = differences.prompt.length + differences.tokens.length + differences.missed.length > 0 ? 1 : 0;

async function compare(sample) {
  // Hints would change the probabilities.
  const caller = model.caller(sample.tools, { trace: true, copyBias: 0, nameBias: 0, argumentBias: 0 });
  const rendered = caller.render(sample.prompt);
  if (rendered !== sample.rendered) return differences.prompt.push(`${JSON.stringify(rendered)} instead of ${JSON.stringify(sample.rendered)}`);
  const { trace } = await caller.call(sample.prompt, { teacher: sample.text, prefixCache: false, drafts: false });
  const steps = trace.flatMap(({ kind, tokens, allowed, logprob }) => tokens.map(({ id, text }) => ({ id, text, logprob, allowed: kind === 'choice' ? allowed : 1 })));
  const ids = steps.map(({ id }) => id);
  const where = `${sample.text} at`;
  const split = ids.findIndex((id, i) => id !== sample.tokens[i]);
  if (split >= 0) return differences.tokens.push(`${where} token ${split}: ${JSON.stringify(steps[split].text)}`);
  const marks = new Map(sample.marks);
  const logprobs = new Map(sample.marks.map(([index], i) => [index, sample.logprobs?.[i]]));
  for (const [index, { text, allowed, logprob }] of steps.entries()) {
    const mark = marks.get(index);
    if (allowed > 1) {
      choices += 1;
      if (mark === undefined) differences.missed.push(`${where} ${index} ${JSON.stringify(text)} (${allowed} allowed)`);
      else if (logprobs.get(index) !== undefined && mark?.length === allowed) distances.push(Math.abs(logprob - logprobs.get(index)));
      if (mark != null && mark.length !== allowed) differences.allowed.push(`${where} ${index} ${JSON.stringify(text)}: ${mark.length} instead of ${allowed}`);
    } else if (mark !== undefined && index > 0) {
      differences.unneeded.push(`${where} ${index} ${JSON.stringify(text)}`);
    }
  }
}

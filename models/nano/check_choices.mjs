// Do training and engine agree? For samples of nano.samples: the prompt that the chat template renders, the tokens of the answer, and the
// choices with how many tokens are allowed at each.
//
//   python -m nano.samples --source train --blocks 50 > samples.jsonl
//   node nano/check_choices.mjs MODEL.gguf samples.jsonl

import { readFileSync } from 'node:fs';
import { loadModel } from '../../dist/index.js';

const SHOWN = 12;
const [modelFile, samplesFile] = process.argv.slice(2);
const samples = readFileSync(samplesFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).filter(({ calls }) => calls.length === 1);
const model = await loadModel(modelFile);
const differences = { prompt: [], tokens: [], missed: [], allowed: [], unneeded: [] };
let choices = 0;

for (const sample of samples) await compare(sample);

console.log(`${samples.length} samples with one call, ${choices} choices of the engine`);
for (const [kind, found] of Object.entries(differences)) {
  console.log(`${kind}: ${found.length}${found.length > 0 ? `\n  ${found.slice(0, SHOWN).join('\n  ')}` : ''}`);
}
await model.dispose();
process.exitCode = differences.prompt.length + differences.tokens.length + differences.missed.length > 0 ? 1 : 0;

async function compare(sample) {
  const caller = model.caller(sample.tools, { trace: true });
  const rendered = caller.render(sample.prompt);
  if (rendered !== sample.rendered) return differences.prompt.push(`${JSON.stringify(rendered)} instead of ${JSON.stringify(sample.rendered)}`);
  const { trace } = await caller.call(sample.prompt, { teacher: sample.text, prefixCache: false, drafts: false });
  const steps = trace.flatMap(({ kind, tokens, allowed }) => tokens.map(({ id, text }) => ({ id, text, allowed: kind === 'choice' ? allowed : 1 })));
  const ids = steps.map(({ id }) => id);
  const where = `${sample.text} at`;
  const split = ids.findIndex((id, i) => id !== sample.tokens[i]);
  if (split >= 0) return differences.tokens.push(`${where} token ${split}: ${JSON.stringify(steps[split].text)}`);
  const marks = new Map(sample.marks.map(([index, allowed]) => [index, allowed]));
  for (const [index, { text, allowed }] of steps.entries()) {
    const mark = marks.get(index);
    if (allowed > 1) {
      choices += 1;
      if (mark === undefined) differences.missed.push(`${where} ${index} ${JSON.stringify(text)} (${allowed} allowed)`);
      else if (mark !== null && mark.length !== allowed) differences.allowed.push(`${where} ${index} ${JSON.stringify(text)}: ${mark.length} instead of ${allowed}`);
    } else if (mark !== undefined && index > 0) {
      differences.unneeded.push(`${where} ${index} ${JSON.stringify(text)}`);
    }
  }
}

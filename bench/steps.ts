// Model steps per call: how many evaluations an answer takes, as a share of its tokens, with and without drafts.
//
//   node --import tsx bench/steps.ts [--items 100] [--categories multiple,live_simple] [--model FILE] [--show]
//
// Answers are the ground truth of BFCL, which the choices are made to follow (option `teacher`). The counts depend on
// neither the weights nor the machine, so by default logits are pseudo-random and nothing is evaluated.

import { parseArgs } from 'node:util';
import { loadModel, type Caller, type CallResult, type Model } from '../lib/index.js';
import { ensureRandomModel } from '../scripts/make-model.mjs';
import { readBfcl, teacherText, type BfclItem } from './bfcl.js';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '100' },
    categories: { type: 'string', default: 'multiple,live_simple' },
    model: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});

interface Totals {
  calls: number;
  tokens: number;
  steps: number;
  drafted: number;
  accepted: number;
}

async function callAs(caller: Caller, item: BfclItem, drafts: boolean): Promise<CallResult> {
  const weights = values.model === undefined ? { randomLogitsSeed: 1 } : {};
  return caller.call(item.messages, { teacher: teacherText(item), drafts, ...weights });
}

function add(totals: Totals, { usage }: CallResult): void {
  totals.calls += 1;
  totals.tokens += usage.fastForwardedTokens + usage.sampledTokens;
  totals.steps += usage.modelSteps;
  totals.drafted += usage.draftTokens;
  totals.accepted += usage.acceptedDraftTokens;
}

function line(label: string, { calls, tokens, steps, drafted, accepted }: Totals): string {
  const share = ((100 * steps) / tokens).toFixed(1);
  const each = (n: number) => (n / calls).toFixed(2);
  return `${label.padEnd(34)} ${String(calls).padStart(5)} ${each(tokens).padStart(8)} ${each(steps).padStart(7)} ${share.padStart(6)}% ${each(drafted).padStart(8)} ${each(accepted).padStart(8)}`;
}

async function measure(model: Model, category: string): Promise<void> {
  const totals = [false, true].map(() => ({ calls: 0, tokens: 0, steps: 0, drafted: 0, accepted: 0 }));
  let refused = 0;
  for (const item of readBfcl(category).slice(0, Number(values.items))) {
    try {
      const caller = model.caller(item.tools, { relax: true, escapes: 'strict', format: 'qwen' });
      const results = [await callAs(caller, item, false), await callAs(caller, item, true)];
      results.forEach((result, i) => add(totals[i] as Totals, result));
      if (values.show) console.log(results.map(({ usage }) => usage.modelSteps).join(' -> '), '|', item.messages.at(-1)?.content, '|', teacherText(item));
    } catch (error) {
      refused += 1;
      if (values.show) console.log(item.id, (error as Error).message);
    }
  }
  console.log(line(`${category}`, totals[0] as Totals));
  console.log(line(`${category}, drafts`, totals[1] as Totals));
  if (refused > 0) console.log(`  ${refused} items left out: their ground truth is not an answer that the tools allow`);
}

const model = await loadModel(values.model ?? (await ensureRandomModel({ preset: 'tiny' })));
console.log(`${'per call'.padEnd(34)} calls   tokens   steps   share  drafted accepted`);
for (const category of values.categories.split(',')) await measure(model, category);
await model.dispose();

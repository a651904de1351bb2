// The first right answers against BFCL's own: the unchanged calls among the vectors of its checker.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAnswer } from '../../../lib/bench/bfcl/first-answer.js';
import { BFCL_CATEGORIES } from '../../../lib/bench/bfcl/item.js';
import { readBfcl, readJsonLines } from '../../../lib/bench/bfcl/read.js';
import { bfclFault } from '../../../lib/bench/bfcl/score.js';
import { parseExact, plain, spell } from '../../../lib/text/exact-json.js';
import { sharedPath } from '../../support/shared-data.js';

const folder = sharedPath('data/bfcl');
const skip = folder === undefined && 'the data of BFCL is not beside the checkout (data/bfcl)';

test('the first answers are those of BFCL, and right but where the data is at fault', { skip }, () => {
  const vectors = new Map(
    readJsonLines(`${folder}/scorer-vectors.jsonl.gz`)
      .map((line) => JSON.parse(line) as { id: string; mutation: string; calls: { name: string; arguments: string }[]; valid: boolean })
      .filter(({ mutation }) => mutation === 'first')
      .map((vector) => [vector.id, vector]),
  );
  const differing: string[] = [];
  let compared = 0;
  for (const item of BFCL_CATEGORIES.flatMap((category) => readBfcl(folder as string, category))) {
    const vector = vectors.get(item.id);
    if (vector === undefined) continue;
    compared++;
    const calls = firstAnswer(item);
    // Their objects were written by a program that sorts nothing; ours are in the order of the declaration.
    const ours = calls.map(({ name, arguments: args }) => [name, plain(args), spell(args).length]);
    const theirs = vector.calls.map(({ name, arguments: args }) => [name, JSON.parse(args) as unknown, spell(parseExact(args)).length]);
    try {
      assert.deepEqual(ours, theirs);
      assert.equal(bfclFault(item, calls) === undefined, vector.valid);
    } catch (error) {
      differing.push(`${item.id}: ${(error as Error).message.slice(0, 600)}`);
    }
  }
  assert.ok(compared >= 1400, `${compared} items`);
  assert.deepEqual(differing, []);
});

// Our scorer against the verdicts of BFCL's own checker.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BFCL_CATEGORIES, type BfclItem } from '../../../lib/bench/bfcl/item.js';
import { readBfcl, readJsonLines } from '../../../lib/bench/bfcl/read.js';
import { bfclFault } from '../../../lib/bench/bfcl/score.js';
import { isExactObject, parseExact } from '../../../lib/text/exact-json.js';
import { sharedPath } from '../../support/shared-data.js';

interface Vector {
  readonly id: string;
  readonly mutation: string;
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  readonly valid: boolean;
  readonly error_type: string | null;
}

const folder = sharedPath('data/bfcl');
const skip = folder === undefined && 'the data of BFCL is not beside the checkout (data/bfcl)';

test('every verdict of the official checker', { skip }, (t) => {
  const items = new Map<string, BfclItem>(BFCL_CATEGORIES.flatMap((category) => readBfcl(folder as string, category)).map((item) => [item.id, item]));
  const vectors = readJsonLines(`${folder}/scorer-vectors.jsonl.gz`).map((line) => JSON.parse(line) as Vector);
  const wrong = vectors.flatMap(({ id, mutation, calls, valid, error_type }) => {
    const item = items.get(id);
    assert.ok(item, `there is no item ${id}`);
    const written = calls.map((call) => {
      const args = parseExact(call.arguments);
      assert.ok(isExactObject(args));
      return { name: call.name, arguments: args };
    });
    const fault = bfclFault(item, written);
    return (fault === undefined) === valid ? [] : [`${id} (${mutation}): ${valid ? 'right' : error_type}, we say ${fault ?? 'right'}: ${JSON.stringify(calls)}`];
  });
  t.diagnostic(`${vectors.length - wrong.length} of ${vectors.length} verdicts agree`);
  assert.deepEqual(wrong.slice(0, Number(process.env['SHOW'] ?? 20)), []);
  assert.equal(wrong.length, 0);
});

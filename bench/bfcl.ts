// Items of the Berkeley Function Calling Leaderboard for the benches, and their right answers in Qwen's format.

import { firstAnswer } from '../lib/bench/bfcl/first-answer.js';
import type { BfclCategory, BfclItem } from '../lib/bench/bfcl/item.js';
import { readBfcl as readFrom } from '../lib/bench/bfcl/read.js';
import { writeCalls } from '../lib/bench/written-call.js';
import { parseTools } from '../lib/tools/index.js';
import { sharedPath } from '../test/support/shared-data.js';

export type { BfclItem } from '../lib/bench/bfcl/item.js';

/** The items of a category. Throws if the data is not there. */
export function readBfcl(category: BfclCategory): BfclItem[] {
  const folder = sharedPath('data/bfcl');
  if (folder === undefined) throw new Error(`the data of BFCL is not beside the checkout (data/bfcl/${category}.jsonl.gz)`);
  return readFrom(folder, category);
}

/** The first right answer to an item. */
export function teacherText(item: BfclItem): string {
  return writeCalls(firstAnswer(item), parseTools(item.tools), 'qwen');
}

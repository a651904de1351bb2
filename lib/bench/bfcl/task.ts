// Items of BFCL as tasks. How many calls an answer may have is known from the category: BFCL says of each whether it has one, several
// or none, and a user of the package would set toolChoice and parallelCalls alike.

import type { Task } from '../task.js';
import { firstAnswer } from './first-answer.js';
import type { BfclItem } from './item.js';
import { bfclFault } from './score.js';

/** An item as a task. */
export function bfclTask(item: BfclItem): Task {
  const { id, category, messages, tools, groundTruth } = item;
  return {
    id,
    category,
    messages,
    tools,
    calls: groundTruth === undefined ? 'any' : category.startsWith('parallel') ? 'several' : 'one',
    answer: firstAnswer(item),
    fault: (calls) => bfclFault(item, calls),
  };
}

// Going on behind the results of an earlier run: its lines and the items are read side by side, and must belong together.

import { SurecallError, shown } from '../errors.js';
import { type Item, keyText } from './item.js';
import type { LinesFile } from './lines-file.js';

/**
 * The items that have no line yet. Reads the output first: when this returns, every line was compared with its item.
 *
 * @throws SurecallError `SURECALL_OUTPUT_FILE` where a line is not that of the item at its place, or there are more
 * lines than items; `SURECALL_ABORTED`.
 */
export async function itemsLeft(items: Iterable<Item> | AsyncIterable<Item>, output: LinesFile, path: string, signal: AbortSignal): Promise<AsyncIterable<Item>> {
  const rest = iterate(items);
  for await (const { record, number } of output.resume()) {
    const next = await rest.next();
    // An interrupt ends the input, which is not the fault of the output.
    if (signal.aborted) throw new SurecallError('SURECALL_ABORTED', 'interrupted while the results of the earlier run were read');
    if (next.done === true) throw mismatch(path, number, 'the input ends before it');
    const [written, wanted] = [keyText(record), keyText(next.value.key)];
    if (written !== wanted) throw mismatch(path, number, `is for ${shown(JSON.parse(written))}, the input has ${shown(JSON.parse(wanted))} there`);
  }
  return rest;
}

async function* iterate(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

function mismatch(path: string, line: number, problem: string): SurecallError {
  return new SurecallError('SURECALL_OUTPUT_FILE', `${path}:${line}: ${problem}; --resume needs the input of the run that wrote the file`, {
    details: { path, line },
  });
}

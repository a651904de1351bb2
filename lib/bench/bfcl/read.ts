// Reading BFCL items from files of JSON lines, `{id, category, messages, tools, ground_truth, bfcl_functions}` each.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SurecallError } from '../../errors.js';
import { type ExactJson, isExactArray, isExactObject, parseExact } from '../../text/exact-json.js';
import type { BfclCategory, BfclItem, RightCall } from './item.js';
import { meantTool } from './traits.js';

/** The lines of a file, gzipped or not. */
export function readJsonLines(path: string): string[] {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n').filter((line) => line !== '');
}

/**
 * The items of a category.
 *
 * @throws SurecallError `SURECALL_FILE_NOT_FOUND`, `SURECALL_INVALID_INPUT_FILE` for a row that is no item.
 */
export function readBfcl(folder: string, category: BfclCategory): BfclItem[] {
  const path = [`${category}.jsonl.gz`, `${category}.jsonl`].map((name) => join(folder, name)).find((name) => existsSync(name));
  if (path === undefined) throw new SurecallError('SURECALL_FILE_NOT_FOUND', `${join(folder, category)}.jsonl(.gz): no such file`, { details: { folder, category } });
  return readJsonLines(path).map((line, index) => {
    try {
      return toItem(line, category);
    } catch (cause) {
      throw new SurecallError('SURECALL_INVALID_INPUT_FILE', `${path}:${index + 1}: is no item of BFCL: ${(cause as Error).message}`, { cause });
    }
  });
}

function toItem(line: string, category: BfclCategory): BfclItem {
  const row = JSON.parse(line) as Pick<BfclItem, 'id' | 'messages' | 'tools'> & { readonly bfcl_functions: BfclItem['docs'] };
  // The right answers once more, for the spelling of their numbers.
  const exactly = parseExact(line);
  const answers = isExactObject(exactly) ? exactly.get('ground_truth') : undefined;
  return {
    id: row.id,
    category,
    messages: row.messages,
    tools: row.tools.map(meantTool),
    docs: row.bfcl_functions,
    groundTruth: isExactArray(answers) ? answers.map(rightCall) : undefined,
  };
}

function rightCall(value: ExactJson): RightCall {
  const [entry] = isExactObject(value) ? value : [];
  if (entry === undefined || !isExactObject(entry[1])) throw new Error('a right call is a map from its name to its parameters');
  const [name, parameters] = entry;
  return { name, parameters: new Map([...parameters].map(([key, values]) => [key, isExactArray(values) ? values : [values]])) };
}

// The two input files of the command line: functions and prompts.

import { SurecallError, shown } from '../errors.js';
import { parseTools, type Tool } from '../tools/index.js';
import { readJsonFile } from './json-file.js';

/**
 * The functions in a definitions file, in any shape that `parseTools` reads.
 *
 * @throws SurecallError for a file that cannot be read, is not JSON, or holds no valid list of functions.
 */
export function readTools(path: string): Tool[] {
  return parseTools(readJsonFile(path), path);
}

/**
 * The prompts in an input file: `[{"prompt": "..."}, ...]`; other members are ignored.
 *
 * @throws SurecallError for a file that cannot be read, is not JSON, or has another shape; the message names the index.
 */
export function readPrompts(path: string): string[] {
  const list = readJsonFile(path);
  if (!Array.isArray(list)) {
    throw wrongShape(path, `must be a list of objects with a prompt, got ${shown(list)}`);
  }
  return list.map((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      throw wrongShape(path, `[${index}]: must be an object with a prompt, got ${shown(entry)}`, index);
    }
    const { prompt } = entry as { readonly prompt?: unknown };
    if (prompt === undefined) throw wrongShape(path, `[${index}]: prompt: is missing`, index);
    if (typeof prompt !== 'string') throw wrongShape(path, `[${index}]: prompt: must be a string, got ${shown(prompt)}`, index);
    return prompt;
  });
}

function wrongShape(path: string, message: string, index?: number): SurecallError {
  return new SurecallError('SURECALL_INVALID_INPUT_FILE', `${path}: ${message}`, { details: { path, index } });
}

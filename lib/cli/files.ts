// The two input files of the command line: functions and prompts.

import type { Prompt } from '../caller/messages.js';
import { parseTools, type Tool } from '../tools/index.js';
import { readItems } from './input.js';
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
 * The prompts in an input file: `[{"prompt": "..."}, ...]`, or what else `toItem` reads; other members are ignored.
 *
 * @throws SurecallError for a file that cannot be read, is not JSON, or has another shape; the message names the index.
 */
export function readPrompts(path: string): Prompt[] {
  return readItems(path).map(({ prompt }) => prompt);
}

// The flags of `surecall bench bfcl` and `surecall bench examples`.

import { type Command, Option } from 'commander';
import { ARMS } from '../bench/task.js';
import { FORMAT_NAMES } from '../formats/index.js';
import type { EvaluateOptions } from './evaluate.js';
import { addModelFlags, positiveInteger } from './flags.js';

/** The collections of prompts. */
export const COLLECTIONS = ['bfcl', 'examples'] as const;

/** The name of a collection. */
export type Collection = (typeof COLLECTIONS)[number];

/** Adds the flags to a command. */
export function addEvaluationFlags(command: Command, collection: Collection): Command {
  const output = `surecall-bench-${collection}`;
  return addModelFlags(command)
    .option('--data <folder>', collection === 'bfcl' ? 'CATEGORY.jsonl.gz files (default: ../shared/data/bfcl beside the package)' : 'folders of functions.json and expected.json (default: those of the package)')
    .option('--categories <names>', 'comma-separated (default: all)', list)
    .option('--arms <names>', `comma-separated, of ${ARMS.join(', ')} (default: all)`, list)
    .option('--limit <count>', 'prompts of each category, evenly spread (default: all)', positiveInteger)
    .addOption(new Option('--format <name>', 'how calls are written').choices(['auto', ...FORMAT_NAMES]).default('auto'))
    .option('--max_tokens <count>', 'longest answer in tokens', positiveInteger)
    .option('--concurrency <count>', 'answers under way at once; times mean something with 1 only', positiveInteger, 1)
    .option('--output <folder>', 'for trials.jsonl, from which the same command goes on, and results.json, .md and .html', output)
    .option('--replay', 'no answers: walk the right ones through the masks, and say what can be reached in how many steps')
    .option('--vocabulary <file>', 'with --replay: the vocabulary of this GGUF file (default: that of Qwen, or of --model)');
}

/** The flags as options. */
export function evaluateOptions(command: Command, collection: Collection): EvaluateOptions {
  const { max_tokens: maxTokens, replay = false, ...flags } = command.opts<Omit<EvaluateOptions, 'maxTokens' | 'collection'> & { readonly max_tokens?: number }>();
  return { ...flags, collection, replay, ...(maxTokens === undefined ? {} : { maxTokens }) };
}

function list(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

// The flags, under the names of the programs that surecall replaces and under the usual ones.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GpuOption } from '../native-types.js';
import type { FormatInput } from '../formats/index.js';
import { formatFlag } from './format-flag.js';
import { DEFAULT_LINE_LIMIT } from './input.js';
import { STANDARD_STREAM } from './path.js';
import type { RunOptions } from './run.js';

/** The flags as commander names them: `--max_tokens` is `max_tokens`. */
export interface Flags {
  readonly functions_definition?: string;
  readonly tools?: string;
  readonly input: string;
  readonly output: string;
  readonly model?: string;
  readonly format: FormatInput | 'auto';
  readonly max_tokens?: number;
  readonly threads?: number;
  readonly gpu?: GpuOption;
  readonly slots?: number;
  readonly prefix_cache?: string;
  readonly concurrency?: number;
  readonly order: 'input' | 'finished';
  readonly line_limit: number;
  readonly resume?: boolean;
  readonly stats?: boolean;
  readonly verbose?: boolean;
  readonly interactive?: boolean;
}

/** The defaults of the programs that surecall replaces. */
export const DATA_FILES = {
  functions: 'data/input/functions_definition.json',
  input: 'data/input/function_calling_tests.json',
  output: 'data/output/function_calling_results.json',
} as const;

/** `--functions_definition`, `--input`, `--output` with their defaults. */
export function addDataFileFlags(command: Command): Command {
  return command
    .option('--functions_definition <file>', 'functions that may be called', DATA_FILES.functions)
    .option('--input <file>', 'prompts: [{"prompt": "..."}], or JSON lines in a .jsonl file', DATA_FILES.input)
    .option('--output <file>', 'calls: [{"prompt", "name", "parameters"}], or JSON lines in a .jsonl file', DATA_FILES.output);
}

/** `--tools`, `--input`, `--output` of `surecall run`. */
export function addStreamFlags(command: Command): Command {
  return command
    .addOption(new Option('--tools, --functions_definition <file>', 'functions that may be called, as JSON'))
    .option('--input <file>', 'prompts: a .json list, a .jsonl file of JSON lines, or - for lines from standard input', STANDARD_STREAM)
    .option('--output <file>', 'calls: a .json list, a .jsonl file of JSON lines, or - for lines to standard output', STANDARD_STREAM);
}

/** What every run understands. */
export function addRunFlags(command: Command): Command {
  return addModelFlags(command)
    .option('--format <name>', 'how calls are written: auto, a name that `surecall formats` lists, or a .json file with a format', formatFlag, 'auto')
    .option('--max_tokens <count>', 'longest answer in tokens', positiveInteger)
    .option('--slots <count>', 'prompts that the model works on side by side', positiveInteger)
    .option('--concurrency <count>', 'prompts submitted at once (default: twice the slots)', positiveInteger)
    .option('--prefix_cache <folder>', 'where evaluated tools are kept between runs; "off" for nowhere (default: a folder of the system\'s cache)')
    .addOption(new Option('--order <order>', 'results in the order of the input, or as they are finished').choices(['input', 'finished']).default('input'))
    .option('--resume', 'go on behind the results that the output file (.jsonl) already has')
    .option('--line_limit <bytes>', 'longest line of the input', positiveInteger, DEFAULT_LINE_LIMIT)
    .option('--stats', 'print totals of tokens, model steps and times')
    .option('--verbose', 'show every decoding step')
    .option('--interactive', 'read prompts from standard input until EOF, "quit" or "exit"');
}

/** `--model`, `--threads` and `--gpu`. */
export function addModelFlags(command: Command): Command {
  return command
    .option('--model <file>', 'a GGUF model: a file, hf:owner/repo/file.gguf, or a short name such as qwen3-0.6b (default: the bundled demonstration model)')
    .option('--threads <count>', 'threads for the model', positiveInteger)
    .option('--gpu <kind>', 'auto, cuda, metal or off (default: auto)', gpuOption);
}

/** A command's flags; those that were written before its name count, too. */
export function flagsOf(command: Command): Flags {
  const flags: Record<string, unknown> = { ...command.opts() };
  const { parent } = command;
  for (const [name, value] of Object.entries(parent?.opts() ?? {})) {
    if (parent?.getOptionValueSource(name) === 'cli' && command.getOptionValueSource(name) !== 'cli') flags[name] = value;
  }
  return flags as unknown as Flags;
}

/** The flags as options of a run. */
export function runOptions(flags: Flags, tools: string): RunOptions {
  return {
    tools,
    input: flags.input,
    output: flags.output,
    format: flags.format,
    order: flags.order,
    lineLimit: flags.line_limit,
    resume: flags.resume ?? false,
    stats: flags.stats ?? false,
    verbose: flags.verbose ?? false,
    interactive: flags.interactive ?? false,
    ...(flags.model === undefined ? {} : { model: flags.model }),
    ...(flags.max_tokens === undefined ? {} : { maxTokens: flags.max_tokens }),
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.gpu === undefined ? {} : { gpu: flags.gpu }),
    ...(flags.slots === undefined ? {} : { slots: flags.slots }),
    ...(flags.prefix_cache === undefined ? {} : { prefixCache: flags.prefix_cache }),
    ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
  };
}

function gpuOption(text: string): GpuOption {
  if (text === 'off') return false;
  if (text === 'auto' || text === 'cuda' || text === 'metal') return text;
  throw new InvalidArgumentError('Not auto, cuda, metal or off.');
}

/** A count of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value === 0) {
    throw new InvalidArgumentError('Not a positive integer.');
  }
  return value;
}

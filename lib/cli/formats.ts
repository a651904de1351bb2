// `surecall formats`: the wire formats, how a call looks in each, and the structural tag for a file of tools.

import type { Command } from 'commander';
import { SurecallError } from '../errors.js';
import { type FormatInput, FORMAT_NAMES, type TagOptions, type Thinking, toStructuralTag, wireFormat } from '../formats/index.js';
import { exampleCall } from '../formats/example.js';
import type { CommandEnvironment } from './environment.js';
import { readTools } from './files.js';
import { flagsOf } from './flags.js';
import { formatFlag } from './format-flag.js';

interface FormatsFlags {
  readonly tools?: string;
  readonly format: FormatInput | 'auto';
  readonly tool_choice: string;
  readonly parallel?: boolean;
  readonly thinking: string;
  readonly definition?: boolean;
}

/** Adds the command. */
export function addFormatsCommand(program: Command, { stdout }: CommandEnvironment): void {
  const command = program.command('formats').description('list the wire formats, or print the structural tag for a file of functions');
  command
    .option('--tools <file>', 'functions: print the structural tag for them')
    .option('--format <name>', 'a name from the list, or a .json file with a format', formatFlag, 'auto')
    .option('--tool_choice <choice>', 'required, auto, none, or the name of a function', 'required')
    .option('--parallel', 'several calls in one answer')
    .option('--thinking <how>', 'off, on, or the most tokens of it', 'off')
    .option('--definition', 'print the definition of the format: JSON that `--format` takes')
    .action(() => {
      stdout.write(`${describe(flagsOf(command) as unknown as FormatsFlags)}\n`);
    });
}

function describe({ tools, format: input, definition = false, ...flags }: FormatsFlags): string {
  const format = input === 'auto' ? undefined : input;
  if (definition) {
    if (format === undefined) throw new SurecallError('SURECALL_USAGE', '--definition needs --format');
    return JSON.stringify(wireFormat(format).definition, undefined, 2);
  }
  if (tools === undefined) return (format === undefined ? FORMAT_NAMES : [format]).map(describeFormat).join('\n\n');
  return JSON.stringify(toStructuralTag(readTools(tools), { format: format ?? 'json', ...tagOptions(flags) }), undefined, 2);
}

function describeFormat(input: FormatInput): string {
  const { name, definition: { models = '', aliases = [] } } = wireFormat(input);
  const others = aliases.length === 0 ? '' : ` (also ${aliases.join(', ')})`;
  const example = exampleCall(wireFormat(input)).split('\n').map((line) => `    ${line}`);
  return [`${name}${others}${models === '' ? '' : `: ${models}`}`, ...example].join('\n');
}

function tagOptions({ tool_choice: choice, parallel: parallelCalls = false, thinking }: Omit<FormatsFlags, 'format'>): TagOptions {
  const toolChoice = choice === 'required' || choice === 'auto' || choice === 'none' ? choice : { name: choice };
  return { toolChoice, parallelCalls, thinking: thinkingOf(thinking) };
}

function thinkingOf(flag: string): Thinking {
  return /^\d+$/.test(flag) ? { maxTokens: Number(flag) } : flag as 'on' | 'off';
}

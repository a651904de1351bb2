// The flags, and what becomes of errors: one line on standard error and an exit code.
//
//   0    everything was answered
//   1    a prompt failed, or a file, a function or the model is at fault
//   2    the command line was used wrongly
//   130  interrupted; what was done is written

import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SurecallError, describeError } from '../errors.js';
import { FORMAT_NAMES, type FormatName } from '../formats/index.js';
import { runBench } from './bench.js';
import type { CommandEnvironment } from './environment.js';
import { run } from './run.js';

/** The exit codes of the command line. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The flags as commander names them: those of the programs that surecall replaces. */
interface Flags {
  readonly functions_definition: string;
  readonly input: string;
  readonly output: string;
  readonly model?: string;
  readonly format: FormatName | 'auto';
  readonly max_tokens?: number;
  readonly threads?: number;
  readonly verbose?: boolean;
  readonly interactive?: boolean;
}

/** Runs the command line with the arguments after the program's name. Never throws; returns the exit code. */
export async function runCommandLine(args: readonly string[], environment: CommandEnvironment): Promise<number> {
  let failed = 0;
  const program = createProgram(environment).action(async (flags: Flags) => {
    failed = await run(
      {
        functionsDefinition: flags.functions_definition,
        input: flags.input,
        output: flags.output,
        format: flags.format,
        verbose: flags.verbose ?? false,
        interactive: flags.interactive ?? false,
        ...(flags.model === undefined ? {} : { model: flags.model }),
        ...(flags.max_tokens === undefined ? {} : { maxTokens: flags.max_tokens }),
        ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      },
      environment,
    );
  });
  addBench(program, environment);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    return exitCodeOf(error, environment);
  }
  if (environment.signal.aborted) return EXIT.interrupted;
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

function createProgram({ stdout, stderr }: CommandEnvironment): Command {
  return new Command('surecall')
    .description('Turns natural-language prompts into function calls that are always valid.')
    .version(packageVersion())
    .option('--functions_definition <file>', 'functions that may be called', 'data/input/functions_definition.json')
    .option('--input <file>', 'prompts: [{"prompt": "..."}]', 'data/input/function_calling_tests.json')
    .option('--output <file>', 'calls: [{"prompt", "name", "parameters"}]', 'data/output/function_calling_results.json')
    .option('--model <file>', 'a GGUF model (default: the bundled demonstration model)')
    .addOption(new Option('--format <name>', 'how calls are written').choices(['auto', ...FORMAT_NAMES]).default('auto'))
    .option('--max_tokens <count>', 'longest answer in tokens', positiveInteger)
    .option('--threads <count>', 'threads for the model', positiveInteger)
    .option('--verbose', 'show every decoding step')
    .option('--interactive', 'read prompts from standard input until EOF, "quit" or "exit"')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(`surecall: ${oneLine(text.replace(/^error: /, ''))}\n`),
    });
}

/** `surecall bench`: takes the root command's flags for functions, input, model and threads. */
function addBench(program: Command, { stdout, signal }: CommandEnvironment): void {
  program
    .command('bench')
    .description('run the prompts once and report time, counts and memory')
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const report = await runBench(
        {
          functionsDefinition: flags.functions_definition,
          input: flags.input,
          ...(flags.model === undefined ? {} : { model: flags.model }),
          ...(flags.threads === undefined ? {} : { threads: flags.threads }),
        },
        signal,
      );
      stdout.write(`${report}\n`);
    });
}

function exitCodeOf(error: unknown, { stderr, signal }: CommandEnvironment): number {
  // commander has already printed what it had to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (signal.aborted && !isOutputFailure(error)) return EXIT.interrupted;
  const { code, message } = describeError(error);
  const prefix = code === 'SURECALL_INTERNAL' ? 'unexpected error: ' : '';
  stderr.write(`surecall: ${prefix}${oneLine(message)}\n`);
  return code === 'SURECALL_USAGE' ? EXIT.usage : EXIT.failed;
}

/** An interrupt explains every error but this one: the results are not where the user expects them. */
function isOutputFailure(error: unknown): boolean {
  return error instanceof SurecallError && error.code === 'SURECALL_OUTPUT_FILE';
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value === 0) {
    throw new InvalidArgumentError('Not a positive integer.');
  }
  return value;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}

function packageVersion(): string {
  // Two folders up from lib/cli and from dist/cli alike.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

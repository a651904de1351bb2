// The commands, and what becomes of errors: one line on standard error and an exit code.
//
//   0    everything was answered
//   1    a prompt failed, or a file, a function or the model is at fault
//   2    the command line was used wrongly
//   130  interrupted; what was done is written

import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, CommanderError } from 'commander';
import { SurecallError, describeError } from '../errors.js';
import { runBench } from './bench.js';
import { demonstrate } from './demonstrate.js';
import { runDoctor } from './doctor.js';
import type { CommandEnvironment } from './environment.js';
import { addEvaluationFlags, type Collection, COLLECTIONS, evaluateOptions } from './evaluate-flags.js';
import { addFormatsCommand } from './formats.js';
import { addDataFileFlags, addModelFlags, addRunFlags, addStreamFlags, DATA_FILES, type Flags, flagsOf, runOptions } from './flags.js';
import { runPull } from './pull.js';
import { run } from './run.js';
import { addServeFlags, serve, type ServeFlags } from './serve.js';

/** The exit codes of the command line. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs the command line with the arguments after the program's name. Never throws; returns the exit code. */
export async function runCommandLine(args: readonly string[], environment: CommandEnvironment): Promise<number> {
  let failed = 0;
  const program = createProgram(environment);
  const start = async (flags: Flags, tools: string): Promise<void> => {
    failed = await run(runOptions(flags, tools), environment);
  };
  addRunFlags(addDataFileFlags(program)).action(async (flags: Flags) => {
    if (args.length === 0 && !existsSync(dirname(DATA_FILES.functions))) failed = await demonstrate(environment);
    else await start(flags, flags.functions_definition ?? DATA_FILES.functions);
  });
  addRun(program, start);
  addBench(program, environment);
  addPull(program, environment);
  addDoctor(program, environment, () => failed++);
  addFormatsCommand(program, environment);
  let hasServed = false;
  addServeFlags(program.command('serve').description('answer OpenAI chat completions over HTTP')).action(async (flags: ServeFlags) => {
    await serve(flags, environment);
    hasServed = true;
  });
  try {
    await program.parseAsync(args.map(withUnderscores), { from: 'user' });
  } catch (error) {
    return exitCodeOf(error, environment);
  }
  // A signal is how servers end.
  if (environment.signal.aborted && !hasServed) return EXIT.interrupted;
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

function createProgram({ stdout, stderr }: CommandEnvironment): Command {
  return new Command('surecall')
    .description('Turns natural-language prompts into function calls that are always valid.')
    .version(packageVersion())
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(`surecall: ${oneLine(text.replace(/^error: /, ''))}\n`),
    });
}

/** `surecall run`: the same as the root command, with files or streams of JSON lines as one is used to. */
function addRun(program: Command, start: (flags: Flags, tools: string) => Promise<void>): void {
  const command = program.command('run').description('answer prompts from a file or a stream, of any length');
  addRunFlags(addStreamFlags(command)).action(async () => {
    const flags = flagsOf(command);
    const tools = flags.tools ?? flags.functions_definition;
    if (tools === undefined) throw new SurecallError('SURECALL_USAGE', '--tools is missing: a file with the functions that may be called');
    await start(flags, tools);
  });
}

/** `surecall bench`. */
function addBench(program: Command, environment: CommandEnvironment): void {
  const { stdout, signal } = environment;
  const command = program.command('bench').description('run the prompts once and report time, counts and memory');
  addModelFlags(addDataFileFlags(command)).action(async () => {
    const { functions_definition: functionsDefinition = DATA_FILES.functions, input, model, threads } = flagsOf(command);
    const options = { functionsDefinition, input, ...(model === undefined ? {} : { model }), ...(threads === undefined ? {} : { threads }) };
    stdout.write(`${await runBench(options, signal)}\n`);
  });
  for (const collection of COLLECTIONS) addEvaluation(command, collection, environment);
}

/** `surecall bench bfcl` and `surecall bench examples`. */
function addEvaluation(bench: Command, collection: Collection, environment: CommandEnvironment): void {
  const what = { bfcl: 'items of the Berkeley Function Calling Leaderboard', examples: 'the example sets of this package' }[collection];
  const command = bench.command(collection).description(`answer ${what}, with and without masks, and count what is right`);
  addEvaluationFlags(command, collection).action(async () => {
    // Loaded late, like the addon that it needs.
    const { evaluate } = await import('./evaluate.js');
    await evaluate(evaluateOptions(command, collection), environment);
  });
}

/** `surecall pull`. */
function addPull(program: Command, environment: CommandEnvironment): void {
  program
    .command('pull')
    .description('download models; without any, list those that have short names')
    .argument('[models...]', 'hf:owner/repo/file.gguf, or a short name')
    .action((models: readonly string[]) => runPull(models, environment));
}

/** `surecall doctor`. */
function addDoctor(program: Command, environment: CommandEnvironment, fail: () => void): void {
  const command = program.command('doctor').description('say what this machine offers, what was chosen and why, and whether a model loads');
  addModelFlags(command).action(async () => {
    const { model, gpu } = flagsOf(command);
    const options = { version: packageVersion(), ...(model === undefined ? {} : { model }), ...(gpu === undefined ? {} : { gpu }) };
    if (!(await runDoctor(options, environment))) fail();
  });
}

/** `--max-tokens` is `--max_tokens`: both spellings are usual. */
function withUnderscores(arg: string): string {
  const [, name, rest = ''] = /^--([a-z]+(?:-[a-z]+)+)(=.*)?$/s.exec(arg) ?? [];
  return name === undefined ? arg : `--${name.replaceAll('-', '_')}${rest}`;
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

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}

function packageVersion(): string {
  // Two folders up from lib/cli and from dist/cli alike.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

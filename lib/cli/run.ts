// The run itself: functions and prompts in, calls out.

import { existsSync, realpathSync } from 'node:fs';
import { SurecallError } from '../errors.js';
import type { FormatName } from '../formats/index.js';
import type { CommandEnvironment, CommandModel, PromptCaller } from './environment.js';
import { readPrompts, readTools } from './files.js';
import { runInteractive } from './interactive.js';
import { answer } from './outcome.js';
import { showProgress } from './progress.js';
import { ResultsFile } from './results-file.js';
import { RunStatistics } from './statistics.js';
import { describePrompt, describeResult } from './verbose.js';

/** The flags of a run. */
export interface RunOptions {
  readonly functionsDefinition: string;
  readonly input: string;
  readonly output: string;
  readonly model?: string;
  readonly format: FormatName | 'auto';
  readonly maxTokens?: number;
  readonly threads?: number;
  readonly verbose: boolean;
  readonly interactive: boolean;
}

const DEMONSTRATION_NOTICE =
  'surecall: using the bundled demonstration model, whose calls are valid but often wrong; ' +
  'for real use pass --model path/to/Qwen3-0.6B-Q8_0.gguf\n';

/**
 * Carries out a run. A prompt that fails is reported in its place and the rest go on.
 *
 * @returns how many prompts failed
 * @throws SurecallError where nothing can be run (files, model), and the caller's error after an interrupt; what is
 * done by then has been written.
 */
export async function run(options: RunOptions, environment: CommandEnvironment): Promise<number> {
  const tools = readTools(options.functionsDefinition);
  if (options.interactive) {
    return withCaller(options, environment, tools, (caller) => runInteractive(caller, environment, options.verbose));
  }
  const prompts = readPrompts(options.input);
  refuseSameFile(options);
  const results = ResultsFile.open(options.output);
  return withCaller(options, environment, tools, (caller) => answerAll(caller, prompts, results, options, environment));
}

async function withCaller(
  options: RunOptions,
  environment: CommandEnvironment,
  tools: ReturnType<typeof readTools>,
  use: (caller: PromptCaller) => Promise<number>,
): Promise<number> {
  const { model: path, threads, maxTokens, format, verbose } = options;
  if (path === undefined) environment.stderr.write(DEMONSTRATION_NOTICE);
  const { signal } = environment;
  const model: CommandModel = await environment.loadModel(path, { signal, ...(threads === undefined ? {} : { threads }) });
  try {
    return await use(model.caller(tools, { format, trace: verbose, ...(maxTokens === undefined ? {} : { maxTokens }) }));
  } finally {
    await model.dispose();
  }
}

async function answerAll(
  caller: PromptCaller,
  prompts: readonly string[],
  results: ResultsFile,
  { output, verbose }: RunOptions,
  { stderr, signal, onExit }: CommandEnvironment,
): Promise<number> {
  const statistics = new RunStatistics();
  // A bar and a trace on one terminal would overwrite each other.
  const progress = showProgress(stderr, verbose ? 0 : prompts.length);
  const removeExitAction = onExit(() => results.flush());
  try {
    for (const [index, prompt] of prompts.entries()) {
      if (verbose) stderr.write(describePrompt(prompt, index, prompts.length));
      const { record, result, failed } = await answer(caller, prompt, signal);
      results.add(record);
      if (failed) statistics.addFailure();
      else if (result !== undefined) statistics.addResult(result.usage);
      if (verbose && result !== undefined) stderr.write(describeResult(result));
      if (verbose && 'error' in record) stderr.write(`  error   ${record.error.code}: ${record.error.message}\n`);
      progress.advance();
    }
  } finally {
    progress.stop();
    removeExitAction();
    results.close();
    if (signal.aborted) stderr.write(`surecall: interrupted; ${results.count} of ${prompts.length} results are in ${output}\n`);
  }
  stderr.write(`${statistics.summary()}\n`);
  return statistics.failed;
}

/** Results over prompts would be a bad surprise. */
function refuseSameFile({ functionsDefinition, input, output }: RunOptions): void {
  if (!existsSync(output)) return;
  const target = realpathSync(output);
  for (const [flag, path] of [['--input', input], ['--functions_definition', functionsDefinition]] as const) {
    if (realpathSync(path) !== target) continue;
    throw new SurecallError('SURECALL_USAGE', `--output and ${flag} are the same file: ${output}`);
  }
}

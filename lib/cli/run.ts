// The run itself: functions and prompts in, calls out.

import { existsSync, realpathSync } from 'node:fs';
import { defaultConcurrency } from '../caller/batch.js';
import { SurecallError } from '../errors.js';
import type { GpuOption } from '../native-types.js';
import type { FormatInput } from '../formats/index.js';
import type { CommandEnvironment, CommandModel, PromptCaller } from './environment.js';
import { downloadBar } from './download-bar.js';
import { readTools } from './files.js';
import { answerAll } from './answer-all.js';
import { openInput } from './input.js';
import { runInteractive } from './interactive.js';
import { LinesFile } from './lines-file.js';
import { DEMONSTRATION_NOTICE } from './notice.js';
import { openOutput } from './output.js';
import { isLines, STANDARD_STREAM } from './path.js';
import { prefixCacheFolder } from './prefix-cache.js';
import { itemsLeft } from './resume.js';

/** The flags of a run. */
export interface RunOptions {
  readonly tools: string;
  /** A file, or `-` for standard input. */
  readonly input: string;
  /** A file, or `-` for standard output. */
  readonly output: string;
  readonly model?: string;
  readonly format: FormatInput | 'auto';
  readonly maxTokens?: number;
  readonly threads?: number;
  readonly gpu?: GpuOption;
  readonly slots?: number;
  /** A folder for evaluated prefixes, `off`, or the default. */
  readonly prefixCache?: string;
  readonly concurrency?: number;
  readonly order: 'input' | 'finished';
  /** Most bytes of a line of the input. */
  readonly lineLimit: number;
  /** Go on behind the lines that the output file has. */
  readonly resume: boolean;
  readonly stats: boolean;
  readonly verbose: boolean;
  readonly interactive: boolean;
}

/**
 * Carries out a run. A prompt that fails is reported in its place and the rest go on. An interrupt ends the input: what
 * was begun by then is finished and written.
 *
 * @returns how many prompts failed
 * @throws SurecallError where nothing can be run (files, model, usage) or written.
 */
export async function run(options: RunOptions, environment: CommandEnvironment): Promise<number> {
  const tools = readTools(options.tools);
  if (options.interactive) {
    return withModel(options, environment, tools, (caller) => runInteractive(caller, environment, options.verbose));
  }
  refuseContradictions(options);
  const { stdin, stdout, signal } = environment;
  const input = openInput(options.input, { stdin, signal, lineLimit: options.lineLimit });
  refuseSameFile(options);
  const sink = openOutput(options.output, stdout);
  const items = options.resume && sink instanceof LinesFile ? await itemsLeft(input.items, sink, options.output, signal) : input.items;
  return withModel(options, environment, tools, (caller, slots) => {
    const job = { items, count: input.count, sink, alreadyDone: sink.count, concurrency: options.concurrency ?? defaultConcurrency(slots) };
    return answerAll(caller, job, options, environment);
  });
}

async function withModel(
  options: RunOptions,
  environment: CommandEnvironment,
  tools: ReturnType<typeof readTools>,
  use: (caller: PromptCaller, slots: number) => Promise<number>,
): Promise<number> {
  const { model: path, threads, gpu, slots, maxTokens, format, verbose } = options;
  if (path === undefined) environment.stderr.write(DEMONSTRATION_NOTICE);
  const { signal } = environment;
  const prefixCacheDir = prefixCacheFolder(options.prefixCache);
  const bar = downloadBar(environment.stderr);
  const loading = environment.loadModel(path, {
    signal,
    onDownload: (progress) => bar.update(progress),
    ...(gpu === undefined ? {} : { gpu }),
    ...(threads === undefined ? {} : { threads }),
    ...(slots === undefined ? {} : { slots }),
    ...(prefixCacheDir === undefined ? {} : { prefixCacheDir }),
  });
  const model: CommandModel = await loading.finally(() => bar.stop());
  try {
    return await use(model.caller(tools, { format, trace: verbose, ...(maxTokens === undefined ? {} : { maxTokens }) }), model.info.slots);
  } finally {
    await model.dispose();
  }
}

function refuseContradictions({ resume, output, order }: RunOptions): void {
  if (!resume) return;
  if (output === STANDARD_STREAM || !isLines(output)) {
    throw new SurecallError('SURECALL_USAGE', `--resume needs an output file of JSON lines (.jsonl), not ${output}`);
  }
  // Lines are matched with items by their place: what came in another order cannot be.
  if (order === 'finished') throw new SurecallError('SURECALL_USAGE', '--resume needs results in the order of the input, not --order finished');
}

/** Results over prompts would be a bad surprise. */
function refuseSameFile({ tools, input, output }: RunOptions): void {
  if (output === STANDARD_STREAM || !existsSync(output)) return;
  const target = realpathSync(output);
  for (const [flag, path] of [['--input', input], ['--tools', tools]] as const) {
    if (path === STANDARD_STREAM || realpathSync(path) !== target) continue;
    throw new SurecallError('SURECALL_USAGE', `--output and ${flag} are the same file: ${output}`);
  }
}

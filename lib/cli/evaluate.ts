// `surecall bench bfcl` and `surecall bench examples`: prompts with known right calls through the three arms of lib/bench/arms.ts, or
// with --replay through the masks alone. Every trial is a line of OUTPUT/trials.jsonl as soon as it is there; the same command goes on
// behind the trials that the file has, and more categories or arms may be added to it. The reports are made of all of them.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Arms, type ArmSettings, MAX_RETRIES, RETRY_SAMPLING } from '../bench/arms.js';
import { BFCL_CATEGORIES, type BfclCategory } from '../bench/bfcl/item.js';
import { readBfcl } from '../bench/bfcl/read.js';
import { bfclTask } from '../bench/bfcl/task.js';
import { exampleSets, readExamples } from '../bench/examples.js';
import { type Facts, page } from '../bench/page.js';
import { replay, REPLAY_FORMATS, type Replayed } from '../bench/replay.js';
import { replayTable, runTable } from '../bench/report.js';
import { runTrials, type Trial } from '../bench/run.js';
import { summarise } from '../bench/summary.js';
import { type Arm, ARMS, type Task } from '../bench/task.js';
import { DEFAULT_MAX_TOKENS } from '../defaults.js';
import { SurecallError, shown } from '../errors.js';
import type { FormatName } from '../formats/index.js';
import { loadModel, type Model } from '../models/model.js';
import { Vocabulary } from '../mask.js';
import type { CommandEnvironment } from './environment.js';
import type { Collection } from './evaluate-flags.js';
import { LinesFile } from './lines-file.js';
import { notWritable } from './path.js';

/** What the flags of the two commands say. */
export interface EvaluateOptions {
  readonly collection: Collection;
  /** Where the collection lies. Default: beside the package for BFCL, inside it for the examples. */
  readonly data?: string;
  readonly model?: string;
  readonly threads?: number;
  readonly format: FormatName | 'auto';
  readonly maxTokens?: number;
  /** Names of categories, or of example sets; default all. */
  readonly categories?: readonly string[];
  readonly arms?: readonly string[];
  /** Prompts of each category, evenly spread. */
  readonly limit?: number;
  readonly concurrency: number;
  readonly output: string;
  readonly replay: boolean;
  /** For replays: a GGUF file whose vocabulary is used; drafts are not counted then. */
  readonly vocabulary?: string;
}

// Two folders up from lib/cli and from dist/cli alike.
const packagePath = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Runs the evaluation and prints its tables.
 *
 * @throws SurecallError for data that is not there or malformed, a model that cannot be loaded, files that cannot be written, or
 * trials of another model or other settings in the output folder.
 */
export async function evaluate(options: EvaluateOptions, environment: CommandEnvironment): Promise<void> {
  const arms = among('--arms', options.arms, ARMS);
  const known = knownCategories(options);
  const categories = among('--categories', options.categories, known);
  const tasks = categories.flatMap((category) => spread(readTasks(options, category), options.limit));
  mkdir(options.output);
  const text = options.replay ? await replayAll(tasks, known, options, environment) : await runAll(tasks, arms, known, options, environment);
  environment.stdout.write(`${text}\n`);
}

/** The folder with the data. */
function dataFolder({ collection, data }: EvaluateOptions): string {
  if (data !== undefined) return data;
  if (collection === 'examples') return packagePath('examples');
  const known = [process.env['SURECALL_SHARED'] ?? '', packagePath('../shared'), packagePath('shared')].map((root) => join(root, 'data', 'bfcl'));
  const found = known.find((folder) => existsSync(folder) && readdirSync(folder).length > 0);
  if (found !== undefined) return found;
  throw new SurecallError('SURECALL_USAGE', '--data is missing: the folder with the rows of BFCL, CATEGORY.jsonl or CATEGORY.jsonl.gz each');
}

/** All categories of the collection, in the order of reports. */
function knownCategories(options: EvaluateOptions): readonly string[] {
  return options.collection === 'bfcl' ? BFCL_CATEGORIES : exampleSets(dataFolder(options));
}

function among<T extends string>(flag: string, names: readonly string[] | undefined, known: readonly T[]): readonly T[] {
  const unknown = names?.find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) throw new SurecallError('SURECALL_USAGE', `${flag}: there is no ${shown(unknown)}; there are ${known.join(', ')}`);
  return names === undefined ? known : known.filter((name) => names.includes(name));
}

function readTasks(options: EvaluateOptions, category: string): Task[] {
  const folder = dataFolder(options);
  return options.collection === 'bfcl' ? readBfcl(folder, category as BfclCategory).map(bfclTask) : readExamples(folder, category);
}

function spread<T>(list: readonly T[], limit = Infinity): readonly T[] {
  const step = Math.max(1, list.length / limit);
  return Array.from({ length: Math.min(limit, list.length) }, (_, index) => list[Math.floor(index * step)] as T);
}

async function runAll(tasks: readonly Task[], arms: readonly Arm[], categories: readonly string[], options: EvaluateOptions, { stderr, signal }: CommandEnvironment): Promise<string> {
  const { collection, concurrency, maxTokens = DEFAULT_MAX_TOKENS } = options;
  await using model = await loadModel(options.model, { signal, ...(options.threads === undefined ? {} : { threads: options.threads }) });
  const settings: ArmSettings = { format: model.wireFormat(options.format).name as FormatName, maxTokens };
  const file = new LinesFile(join(options.output, 'trials.jsonl'));
  const header = { collection, model: model.info.name, bytes: model.info.fileBytes, ...settings };
  const trials = await resumed(file, header, options.output);
  const done = new Set(trials.map(({ id, arm }) => `${arm} ${id}`));
  let left = tasks.length * arms.length - tasks.reduce((sum, { id }) => sum + arms.filter((arm) => done.has(`${arm} ${id}`)).length, 0);
  const isDone = (id: string, arm: Arm): boolean => done.has(`${arm} ${id}`);
  if (trials.length > 0) stderr.write(`${trials.length} trials of an earlier run are kept\n`);
  try {
    for await (const trial of runTrials(new Arms(model, settings), tasks, { arms, concurrency, isDone, signal })) {
      file.add(trial);
      trials.push(trial);
      if (--left % 50 === 0) stderr.write(`${left} trials to go\n`);
    }
  } finally {
    await file.close();
  }
  return report(trials, categories, settings, model, options);
}

/** The trials that the file has; its first line says what they were made with. */
async function resumed(file: LinesFile, header: object, output: string): Promise<Trial[]> {
  const trials: Trial[] = [];
  for await (const { record, number } of file.resume()) {
    if (number > 1) trials.push(record as Trial);
    else if (JSON.stringify(record) !== JSON.stringify(header)) {
      throw new SurecallError('SURECALL_OUTPUT_FILE', `${join(output, 'trials.jsonl')}: has trials of ${JSON.stringify(record)}, not of ${JSON.stringify(header)}: name another --output`);
    }
  }
  if (file.count === 0) file.add(header);
  return trials;
}

async function report(trials: readonly Trial[], categories: readonly string[], settings: ArmSettings, model: Model, options: EvaluateOptions): Promise<string> {
  const rows = summarise(trials, categories);
  const facts: Facts = {
    model: `${model.info.name} (${basename(model.path)}, ${model.info.description})`,
    format: settings.format,
    'longest answer': `${settings.maxTokens} tokens`,
    threads: String(model.info.threads),
    concurrency: String(options.concurrency),
    retries: `${MAX_RETRIES}, unconstrained arm only, where nothing can be read or the schema is violated; ${JSON.stringify(RETRY_SAMPLING)}, seed = attempt`,
  };
  const text = runTable(rows);
  write(options.output, 'results.json', `${JSON.stringify({ facts, rows }, null, 1)}\n`);
  write(options.output, 'results.md', `${text}\n`);
  write(options.output, 'results.html', await page(`surecall bench ${options.collection}`, facts, rows));
  return text;
}

async function replayAll(tasks: readonly Task[], categories: readonly string[], options: EvaluateOptions, { signal, stderr }: CommandEnvironment): Promise<string> {
  const formats: readonly FormatName[] = options.format === 'auto' ? REPLAY_FORMATS : [options.format];
  const answerable = tasks.filter(({ answer }) => answer.length > 0);
  await using model = options.vocabulary === undefined ? await loadModel(options.model ?? (await randomModel()), { signal }) : undefined;
  const place = model === undefined ? { vocabulary: Vocabulary.fromGguf(options.vocabulary ?? '') } : { vocabulary: model.vocabulary, model };
  const results: Replayed[] = [];
  for (const format of formats) {
    for (const task of answerable) {
      signal.throwIfAborted();
      results.push(await replay(task, format, place));
      if (results.length % 500 === 0) stderr.write(`${results.length} of ${formats.length * answerable.length} answers\n`);
    }
  }
  const text = replayTable(results, categories);
  write(options.output, 'replay.json', `${JSON.stringify(results, null, 1)}\n`);
  write(options.output, 'replay.md', `${text}\n`);
  return text;
}

/** A model with Qwen's vocabulary and random weights, which a replay never asks; scripts/ is part of the package. */
async function randomModel(): Promise<string> {
  const script = new URL('../../scripts/make-model.mjs', import.meta.url).href;
  const { ensureRandomModel } = (await import(script)) as { ensureRandomModel: (options: { preset: string }) => Promise<string> };
  return ensureRandomModel({ preset: 'tiny' });
}

function mkdir(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw notWritable(folder, cause);
  }
}

function write(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

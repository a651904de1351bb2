// The items of a run through the caller, several at a time, and their results into the output.

import { mapConcurrently } from '../caller/pool.js';
import type { CommandEnvironment, PromptCaller } from './environment.js';
import type { Item } from './item.js';
import { answer, type Outcome } from './outcome.js';
import { STANDARD_STREAM } from './path.js';
import { type Progress, showProgress } from './progress.js';
import type { ResultSink } from './record.js';
import { RunStatistics } from './statistics.js';
import { describeItem, describeResult } from './verbose.js';

/** What there is to do, and where it goes. */
export interface Job {
  readonly items: Iterable<Item> | AsyncIterable<Item>;
  /** How many items there are, those of an earlier run included. */
  readonly count: () => Promise<number | undefined>;
  readonly sink: ResultSink;
  /** Results of an earlier run. */
  readonly alreadyDone: number;
  readonly concurrency: number;
}

/** What is shown, and in which order results come. */
export interface AnswerOptions {
  readonly output: string;
  readonly order: 'input' | 'finished';
  readonly verbose: boolean;
  readonly stats: boolean;
}

/**
 * Answers all items. An interrupt ends the input, not what was begun.
 *
 * @returns how many failed
 * @throws SurecallError where the input cannot be read or the output cannot be written; what was written stays.
 */
export async function answerAll(caller: PromptCaller, job: Job, options: AnswerOptions, environment: CommandEnvironment): Promise<number> {
  const { items, sink, concurrency } = job;
  const { order, verbose, stats } = options;
  const { stderr, onExit } = environment;
  const statistics = new RunStatistics();
  const display = await showDisplay(job, options, environment);
  const removeExitAction = onExit(() => sink.flush());
  const work = (item: Item, _: number, stop: AbortSignal): Promise<Outcome> => answer(caller, item, stop);
  try {
    for await (const outcome of mapConcurrently(items, work, { concurrency, order })) {
      await sink.add(outcome.record);
      statistics.add(outcome.result, outcome.failed);
      if (verbose) stderr.write(describeOutcome(outcome, sink.count, display.total));
      display.progress.advance();
    }
  } finally {
    display.progress.stop();
    removeExitAction();
    await sink.close();
    if (environment.signal.aborted) stderr.write(interrupted(sink.count, display.total, options.output));
  }
  stderr.write(`${statistics.summary()}\n`);
  if (stats) stderr.write(statistics.table());
  return statistics.failed;
}

/** What the user sees of the work: how much there is, once that is known. */
interface Display {
  readonly progress: Progress;
  readonly total: number | undefined;
}

// A list is counted at once; for the lines of a file this is how long the first result may wait for the count.
const COUNT_WAIT_MS = 50;

async function showDisplay({ count, alreadyDone }: Job, { output, verbose }: AnswerOptions, { stdout, stderr }: CommandEnvironment): Promise<Display> {
  // A bar and a trace on one terminal would overwrite each other, and so would results.
  const hasBar = !verbose && !(output === STANDARD_STREAM && stdout.isTTY === true);
  const progress = showProgress(stderr, hasBar, alreadyDone);
  const display: { progress: Progress; total: number | undefined } = { progress, total: undefined };
  // A file that cannot be read is reported by those who read it for its items.
  const counted = count().then((total) => progress.setTotal((display.total = total)), () => undefined);
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([counted, new Promise((resolve) => { timer = setTimeout(resolve, COUNT_WAIT_MS); })]);
  clearTimeout(timer);
  return display;
}

function describeOutcome({ record, result }: Outcome, number: number, total: number | undefined): string {
  return [
    describeItem(record, number, total),
    ...(result === undefined ? [] : [describeResult(result)]),
    ...(record.error === undefined ? [] : [`  error   ${record.error.code}: ${record.error.message}\n`]),
  ].join('');
}

function interrupted(done: number, total: number | undefined, output: string): string {
  const place = output === STANDARD_STREAM ? 'were written' : `are in ${output}`;
  return `surecall: interrupted; ${done}${total === undefined ? '' : ` of ${total}`} results ${place}\n`;
}

// `surecall` alone, in a folder without data/input: the seeds of examples/ through the bundled model, for everyone to see.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readExamples } from '../bench/examples.js';
import type { Task } from '../bench/task.js';
import { exact, type ExactObject } from '../text/exact-json.js';
import type { CommandEnvironment } from './environment.js';
import { readTools } from './files.js';
import { DEMONSTRATION_NOTICE } from './notice.js';
import { answer } from './outcome.js';
import type { ResultRecord } from './record.js';

const SETS = ['seed1', 'seed2'];
// Two folders up from lib/cli and from dist/cli alike.
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/**
 * Answers the prompts of both sets and prints each call, and whether it is the expected one.
 *
 * @returns how many prompts failed; a call that is not the expected one has not failed.
 * @throws SurecallError where the examples or the model cannot be read.
 */
export async function demonstrate({ stdout, stderr, signal, loadModel }: CommandEnvironment): Promise<number> {
  stderr.write(`surecall: there is no data/input here, so the prompts in ${EXAMPLES} are answered; see surecall --help\n${DEMONSTRATION_NOTICE}`);
  const start = performance.now();
  const model = await loadModel(undefined, { signal });
  const counts = { prompts: 0, right: 0, failed: 0 };
  try {
    for (const set of SETS) {
      const caller = model.caller(readTools(join(EXAMPLES, set, 'functions.json')), { format: 'auto', trace: false });
      for (const task of readExamples(EXAMPLES, set)) {
        const { record } = await answer(caller, { key: { prompt: asked(task) }, prompt: task.messages }, signal);
        const wrong = faultOf(record, task);
        counts.prompts++;
        if (record.error !== undefined) counts.failed++;
        if (wrong === undefined) counts.right++;
        stdout.write(shown(task, record, wrong));
      }
    }
  } finally {
    await model.dispose();
  }
  const { prompts, right, failed } = counts;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  stdout.write(`\n${prompts - failed} valid calls for ${prompts} prompts, ${right} of them as expected, ${seconds} s\n`);
  return failed;
}

function asked({ messages }: Task): string {
  return messages.map(({ content }) => content).join('\n');
}

function faultOf(record: ResultRecord, task: Task): string | undefined {
  if (record.error !== undefined) return record.error.message;
  return task.fault([{ name: record.name, arguments: exact(record.parameters) as ExactObject }]);
}

function shown(task: Task, record: ResultRecord, wrong: string | undefined): string {
  const call = record.error === undefined ? [`${record.name}(${JSON.stringify(record.parameters)})`] : [];
  const lines = [asked(task), ...call, ...(wrong === undefined ? [] : [`wrong: ${wrong}`])];
  return `${lines.join('\n  ')}\n`;
}

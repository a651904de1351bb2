// Memory over many prompts in one process, through the code of `surecall run`: JSON lines in, JSON lines out.
//
//   npm run bench:batch-memory -- [--prompts 10000] [--model FILE] [--slots N] [--threads N] [--max-tokens 60]
//   npm run bench:batch-memory -- --model none --prompts 1000000      (answers made up: only the files and the queue)
//
// Without --model: the tiny random model. The input is a stream that is made as it is read. Figures are taken after a
// collection of garbage; native memory is what RSS holds beyond the heap.

import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { CommandEnvironment, CommandModel } from '../../lib/cli/environment.js';
import { countLines } from '../../lib/cli/lines.js';
import { runCommandLine } from '../../lib/cli/program.js';
import { loadModel } from '../../lib/index.js';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { fakeResult } from '../../test/support/fake-command.js';
import { repositoryPath } from '../../test/support/shared-data.js';

const ROWS = 20;

const { values } = parseArgs({
  options: {
    prompts: { type: 'string', default: '10000' },
    model: { type: 'string' },
    slots: { type: 'string' },
    threads: { type: 'string' },
    'max-tokens': { type: 'string', default: '60' },
  },
});
const count = Number(values.prompts);
const isFake = values.model === 'none';
const path = isFake ? 'none' : (values.model ?? (await ensureRandomModel({ preset: 'tiny' })));
const folder = mkdtempSync(join(tmpdir(), 'surecall-memory-'));
const output = join(folder, 'out.jsonl');
const started = performance.now();

console.log('| prompts | seconds | RSS, MB | heap, MB | external, MB |\n|---:|---:|---:|---:|---:|');

function sample(done: number): void {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const cells = [((performance.now() - started) / 1000).toFixed(1), ...[rss, heapUsed, external].map((bytes) => (bytes / 1e6).toFixed(1))];
  console.log(`| ${done.toLocaleString('en')} | ${cells.join(' | ')} |`);
}

/** Prompts of different lengths and contents, several to a chunk as a file would give them. */
function* chunks(): Generator<string> {
  const every = Math.max(1, Math.floor(count / ROWS));
  for (let first = 0; first < count;) {
    const last = Math.min(count, first + 100);
    const lines: string[] = [];
    for (; first < last; first++) {
      if (first % every === 0) sample(first);
      const prompt = `Request ${first}: is ${(first * 7919) % 1000} an even number?${' Please look twice.'.repeat(first % 7)}`;
      lines.push(JSON.stringify(first % 2 === 0 ? { id: first, prompt } : { prompt }));
    }
    yield `${lines.join('\n')}\n`;
  }
}

const fakeModel: CommandModel = {
  info: { slots: 16 },
  caller: () => ({
    call: async (prompt) => {
      await new Promise(setImmediate);
      return fakeResult('fn_is_even', { n: String(prompt).length });
    },
  }),
  dispose: async () => undefined,
};

const environment: CommandEnvironment = {
  stdin: Readable.from(chunks(), { objectMode: false }),
  stdout: process.stdout,
  stderr: process.stderr,
  signal: new AbortController().signal,
  loadModel: async (file, settings) => (isFake ? fakeModel : loadModel(file, settings)),
  onExit: () => () => undefined,
};

try {
  const flags = [...(values.slots === undefined ? [] : ['--slots', values.slots]), ...(values.threads === undefined ? [] : ['--threads', values.threads])];
  const tools = repositoryPath('examples/seed1/functions.json');
  const code = await runCommandLine(['run', '--tools', tools, '--model', path, '--output', output, '--max_tokens', values['max-tokens'], '--stats', ...flags], environment);
  sample(count);
  const lines = await countLines(createReadStream(output));
  console.log(`\nexit code ${code}; ${lines.toLocaleString('en')} lines, ${(statSync(output).size / 1e6).toFixed(0)} MB of output`);
  if (lines !== count) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

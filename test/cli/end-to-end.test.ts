// The executable with real models: files in, files out, interactive, verbose, interrupted.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { type Ended, startSurecall } from '../support/executable.js';
import { repositoryPath } from '../support/shared-data.js';

const folder = mkdtempSync(join(tmpdir(), 'surecall-cli-'));
after(() => rmSync(folder, { recursive: true }));

const functions = repositoryPath('examples/seed1/functions.json');

/** Runs the command line to its end; `started` gets a function that interrupts it. */
function surecall(args: readonly string[], { input = '', started }: { input?: string; started?: (interrupt: () => void) => void } = {}): Promise<Ended> {
  const { child, ended } = startSurecall(args, { input });
  started?.(() => child.kill('SIGINT'));
  return ended;
}

test('the bundled model answers an input file', async () => {
  const output = join(folder, 'out', 'calls.json');
  const { code, stderr } = await surecall(['--functions_definition', functions, '--input', repositoryPath('examples/seed1/prompts.json'), '--output', output]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /demonstration model/);
  assert.match(stderr, /11 prompts in .*prompts\/s.*fast-forwarded/);
  const records = JSON.parse(readFileSync(output, 'utf8')) as { prompt: string; name: string; parameters: object }[];
  const prompts = JSON.parse(readFileSync(repositoryPath('examples/seed1/prompts.json'), 'utf8')) as { prompt: string }[];
  assert.deepEqual(records.map(({ prompt }) => prompt), prompts.map(({ prompt }) => prompt));
  assert.deepEqual(records[0], { prompt: 'What is the product of 3 and 5?', name: 'fn_multiply_numbers', parameters: { a: 3, b: 5 } });
});

test('alone, where there is no data/input, it answers the examples: 22 right calls', async () => {
  const { code, stdout, stderr } = await surecall([]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /there is no data\/input here/);
  assert.match(stdout, /Is 4 an even number\?\n {2}fn_is_even\({"n":4}\)\n/);
  assert.match(stdout, /\n22 valid calls for 22 prompts, 22 of them as expected, \d+\.\d s\n$/);
});

test('verbose and interactive show every step and stop at "quit"', async () => {
  const { code, stdout, stderr } = await surecall(['--functions_definition', functions, '--interactive', '--verbose'], { input: 'Is 4 an even number?\nquit\nIs 7 an even number?\n' });
  assert.equal(code, 0, stderr);
  const shown = stdout + stderr;
  assert.match(shown, /fn_is_even/);
  assert.match(shown, /logprob -?\d/);
  assert.match(shown, /forced/);
  assert.doesNotMatch(shown, /"n":\s*7/);
});

test('an interrupt keeps what is done and exits with 130', async () => {
  const input = join(folder, 'many.json');
  const output = join(folder, 'many-out.json');
  writeFileSync(input, JSON.stringify(Array.from({ length: 2000 }, (_, i) => ({ prompt: `Is ${i} an even number?` }))));
  const model = await ensureRandomModel({ preset: 'tiny', seed: 1 });
  const args = ['--functions_definition', functions, '--input', input, '--output', output, '--model', model, '--max_tokens', '60'];
  const { code, stderr } = await surecall(args, {
    started: (kill) => {
      const poll = setInterval(() => {
        if (!existsSync(output)) return;
        clearInterval(poll);
        setTimeout(kill, 300);
      }, 20);
    },
  });
  assert.equal(code, 130, stderr);
  const records = JSON.parse(readFileSync(output, 'utf8')) as { prompt: string }[];
  assert.ok(records.length > 0 && records.length < 2000);
  assert.deepEqual(records.map(({ prompt }) => prompt), records.map((_, i) => `Is ${i} an even number?`));
});

test('a model file that is none is one clear line', async () => {
  const { code, stderr } = await surecall(['--functions_definition', functions, '--input', repositoryPath('examples/seed1/prompts.json'), '--output', join(folder, 'x.json'), '--model', repositoryPath('package.json')]);
  assert.equal(code, 1);
  assert.match(stderr, /^surecall: .*package\.json.*\n$/);
});

test('bench reports time, counts and memory', async () => {
  const { code, stdout, stderr } = await surecall(['bench', '--functions_definition', functions, '--input', repositoryPath('examples/seed1/prompts.json')]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /fast-forwarded[\s\S]*vocabulary +15072 tokens[\s\S]*per prompt/);
});

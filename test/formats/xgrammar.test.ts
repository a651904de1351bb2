// Our tags are sent to other servers as they are: xgrammar's own parser takes every one of them, and what our mask lets through
// is what its grammar accepts. Needs the peers' environment (bench/peers/README.md).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { FORMAT_NAMES, wireFormat } from '../../lib/formats/index.js';
import { WALK_OPTIONS, WALK_TOOLS } from '../support/format-walks.js';
import { repositoryPath } from '../support/shared-data.js';

const python = process.env['SURECALL_PEERS_PYTHON'] ?? repositoryPath('.cache/peers/bin/python');

interface Verdict {
  readonly id: string;
  readonly error: string | null;
}

/** What xgrammar says of each tag. */
async function verdicts(jobs: readonly { readonly id: string; readonly tag: unknown }[]): Promise<{ readonly version: string; readonly all: readonly Verdict[] }> {
  const worker = spawn(python, [repositoryPath('bench/peers/structural_tags.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  worker.stdin.end(jobs.map((job) => `${JSON.stringify(job)}\n`).join(''));
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: worker.stdout })) lines.push(JSON.parse(line));
  const [ready, ...all] = lines as [{ readonly version: string }, ...Verdict[]];
  return { version: ready.version, all };
}

test('xgrammar accepts every tag', { skip: !existsSync(python) && 'the peers are not installed: node bench/peers/install.mjs' }, async (context) => {
  const jobs = FORMAT_NAMES.flatMap((name) => Object.entries(WALK_OPTIONS).map(([title, options]) => ({
    id: `${name}: ${title}`,
    tag: wireFormat(name).structuralTag(WALK_TOOLS, options),
  })));
  const { version, all } = await verdicts(jobs);
  assert.equal(all.length, jobs.length);
  const refused = all.filter(({ error }) => error !== null);
  context.diagnostic(`xgrammar ${version}: ${all.length - refused.length} of ${all.length} tags accepted`);
  assert.deepEqual(refused.map(({ id, error }) => `${id}: ${String(error).slice(0, 300)}`), []);
});

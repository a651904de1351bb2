// The bench of many prompts: what it counts, that answers are the ones to replay, that memory stays flat.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exactGrammar } from '../../bench/batch/measure.js';
import type { Report } from '../../bench/batch/protocol.js';
import { neededTokens } from '../../bench/batch/workloads.js';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { repositoryPath, sharedPath } from '../support/shared-data.js';

function run(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', repositoryPath(`bench/batch/${script}.ts`), ...args], {
    encoding: 'utf8', cwd: repositoryPath('.'), timeout: 300_000,
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

test('common beginnings count once, answers up to their last choice', () => {
  const job = { id: '', prompt: '', message: '', tools: 0, answer: '' };
  const jobs = [
    { ...job, promptTokens: [1, 2, 3], answerTokens: [9, 8, 7], neededTokens: 2 },
    { ...job, promptTokens: [1, 2, 4], answerTokens: [9], neededTokens: 0 },
    { ...job, promptTokens: [1, 2], answerTokens: [3, 9, 9], neededTokens: 3 },
  ];
  // 1 2 3 9 8, then 4 after 1 2, then a second 9 after 1 2 3 9.
  assert.equal(neededTokens({ name: '', toolSets: [], jobs }), 7);
  assert.equal(exactGrammar([4, 15]), 'root ::= <[4]> <[15]>');
});

test('surecall writes the answers to replay and evaluates little more than it must', { skip: sharedPath('data/bfcl') === undefined && 'no BFCL data' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'surecall-bench-'));
  try {
    const json = join(folder, 'out.json');
    const model = await ensureRandomModel({ preset: 'tiny', seed: 1 });
    const table = run('main', '--model', model, '--limit', '8', '--workloads', 'shared,bfcl', '--threads', '1', '--json', json);
    assert.match(table, /### shared: 8 prompts[\s\S]*### bfcl: 8 prompts/);
    const { workloads } = JSON.parse(readFileSync(json, 'utf8')) as { workloads: { neededTokens: number; reports: Report[] }[] };
    for (const { neededTokens: needed, reports } of workloads) {
      for (const { wrong, evaluatedTokens = NaN, jobMs } of reports) {
        assert.deepEqual([wrong, jobMs.length], [0, 8]);
        assert.ok(evaluatedTokens > 0.9 * needed && evaluatedTokens < 1.3 * needed, `${evaluatedTokens} of ${needed}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a run over 200,000 lines holds no more memory at its end than at its beginning', () => {
  const rows = [...run('memory', '--model', 'none', '--prompts', '200000').matchAll(/^\| ([\d,]+) \| [\d.]+ \| ([\d.]+) \| ([\d.]+) \|/gm)];
  const [start, ...rest] = rows.slice(1).map(([, , rss, heap]) => ({ rss: Number(rss), heap: Number(heap) }));
  assert.ok(start !== undefined && rest.length === 19);
  for (const { rss, heap } of rest) assert.ok(heap < start.heap + 5 && rss < start.rss + 60, `heap ${heap} MB after ${start.heap}, RSS ${rss} MB after ${start.rss}`);
});

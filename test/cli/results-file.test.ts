import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareOutput } from '../../lib/cli/path.js';
import type { ResultRecord } from '../../lib/cli/record.js';
import { ResultsFile } from '../../lib/cli/results-file.js';
import { temporaryFolder } from '../support/fake-command.js';

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8')) as unknown;
const record = (prompt: string): ResultRecord => ({ prompt, name: 'f', parameters: { text: 'a\n"b"\\' } });

test('the first result is on disk at once, in a folder that did not exist', (t) => {
  const path = temporaryFolder(t.after.bind(t)).path('a/b/out.json');
  const results = new ResultsFile(prepareOutput(path));
  results.add(record('1'));
  assert.deepEqual(read(path), [record('1')]);
  results.close();
  assert.deepEqual(readdirSync(dirname(path)), ['out.json'], 'no temporary file is left');
});

test('results that come quickly are on disk a moment later, and all at close', async (t) => {
  const path = temporaryFolder(t.after.bind(t)).path('out.json');
  const results = new ResultsFile(prepareOutput(path));
  for (let i = 0; i < 50; i++) results.add(record(String(i)));
  await sleep(250);
  assert.equal((read(path) as unknown[]).length, 50, 'without another add');
  for (let i = 50; i < 100; i++) results.add(record(String(i)));
  results.close();
  assert.deepEqual(read(path), Array.from({ length: 100 }, (_, i) => record(String(i))));
  assert.equal(results.count, 100);
});

test('10,000 results do not take quadratic time', (t) => {
  const path = temporaryFolder(t.after.bind(t)).path('out.json');
  const results = new ResultsFile(prepareOutput(path));
  const started = performance.now();
  for (let i = 0; i < 10_000; i++) results.add(record('x'.repeat(500)));
  results.close();
  assert.ok(performance.now() - started < 5000);
  assert.equal((read(path) as unknown[]).length, 10_000);
});

test('no results are an empty list; an existing file is replaced', (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const path = folder.write('out.json', 'old');
  new ResultsFile(prepareOutput(path)).close();
  assert.equal(readFileSync(path, 'utf8'), '[]\n');
});

test('the file is indented JSON', (t) => {
  const path = temporaryFolder(t.after.bind(t)).path('out.json');
  const results = new ResultsFile(prepareOutput(path));
  results.add({ prompt: 'a', name: 'f', parameters: { x: 1 } });
  results.add({ prompt: 'b', error: { code: 'SURECALL_NATIVE', message: 'm' } });
  results.close();
  const text = readFileSync(path, 'utf8');
  assert.equal(text, `${JSON.stringify(JSON.parse(text), null, 2)}\n`);
});

test('a link stays a link', (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const target = folder.write('target.json', 'old');
  symlinkSync(target, folder.path('link.json'));
  const results = new ResultsFile(prepareOutput(folder.path('link.json')));
  results.add(record('1'));
  results.close();
  assert.ok(lstatSync(folder.path('link.json')).isSymbolicLink());
  assert.deepEqual(read(target), [record('1')]);
});

test('a device is written to, never replaced', () => {
  const results = new ResultsFile(prepareOutput('/dev/null'));
  results.add(record('1'));
  results.close();
  assert.ok(lstatSync('/dev/null').isCharacterDevice());
});

test('folders and paths below files are errors', (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  mkdirSync(folder.path('d'));
  assert.throws(() => new ResultsFile(prepareOutput(folder.path('d'))), { code: 'SURECALL_OUTPUT_FILE', message: /d: is a folder$/ });
  writeFileSync(folder.path('file'), '');
  assert.throws(() => new ResultsFile(prepareOutput(folder.path('file/out.json'))), { code: 'SURECALL_OUTPUT_FILE', message: /cannot be written \(E/ });
});

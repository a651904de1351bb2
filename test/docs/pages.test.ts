// How samples are found, and what else the documents promise: links lead somewhere, and all that is exported is documented.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { repositoryPath } from '../support/shared-data.js';
import { documentPaths, outputPattern, readPage } from './samples.js';

const fenced = (language: string, code: string, comment = ''): string => `${comment}\n\`\`\`${language}\n${code}\n\`\`\`\n`;

test('samples are what is fenced, with what the comment before them says', () => {
  const text = [
    fenced('json', '{}', '<!-- file: a.json -->'), fenced('ts', 'one', 'Words.'), fenced('text', '1'), fenced('ts', 'two', '<!-- continues -->'),
    fenced('text', '2'), fenced('sh', 'reboot', '<!-- not run: it would hurt -->'), fenced('text', 'never', '<!-- not run: as above -->'), fenced('sh', 'serve', '<!-- background -->'),
  ].join('\n');
  const { samples } = readPage('page.md', text);
  assert.deepEqual(samples.map(({ language, code }) => [language, code]), [['json', '{}\n'], ['ts', 'one\n\ntwo\n'], ['sh', 'reboot\n'], ['sh', 'serve\n']]);
  assert.deepEqual(samples.map(({ file, output, notRun, isBackground }) => file ?? output ?? notRun ?? isBackground), ['a.json', '1\n2\n', 'it would hurt', true]);
  assert.equal(samples[1]?.line, 8);
});

test('what could not be tested is an error', () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ['Words:\n\n    npm install', /^page.md:3: fence this block/],
    [fenced('python', 'x'), /a block of "python" cannot be tested/],
    [fenced('', 'x'), /a block of "" cannot be tested/],
    [fenced('sh', 'x', '<!-- skip -->'), /<!-- skip --> is not understood/],
    [fenced('sh', 'x', '<!-- not run -->'), /<!-- not run --> is not understood/],
    [fenced('text', 'x'), /there is no sample before it that could print this/],
    [fenced('ts', 'x', '<!-- continues -->'), /there is no sample before it to go on with/],
    ['```sh\nx', /^page.md:1: this block does not end/],
  ];
  for (const [text, message] of faults) assert.throws(() => readPage('page.md', text), { message });
});

test('an expected output is the whole output, but for its dots', () => {
  const pattern = outputPattern('a (1)\n...\nz: ...\n');
  assert.match('a (1)\nb\nc\nz: 2', pattern);
  assert.doesNotMatch('a (1)\nb\nz', pattern);
  assert.doesNotMatch('0\na (1)\nb\nz: 2', pattern);
});

test('links between documents lead to files and headings that exist', () => {
  const broken: string[] = [];
  for (const path of [...documentPaths(), 'ARCHITECTURE.md', 'bench/README.md']) {
    for (const [, target = ''] of withoutCode(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', heading] = target.split('#');
      const linked = file === '' ? path : join(dirname(path), file);
      if (!existsSync(repositoryPath(linked)) || (heading !== undefined && !headings(linked).includes(heading))) broken.push(`${path}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

function withoutCode(path: string): string {
  return readFileSync(repositoryPath(path), 'utf8').replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** The anchors of a document's headings, as they are usually made. */
function headings(path: string): string[] {
  const text = readFileSync(repositoryPath(path), 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(/[^\w\s-]/g, '').replaceAll(' ', '-'));
}

test('all that is exported is documented', () => {
  const bin = repositoryPath('node_modules/typedoc/bin/typedoc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, '--emit', 'none'], { cwd: repositoryPath('.'), encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
});

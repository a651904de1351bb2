// The programs in examples/ run, and the README shows them as they are.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryPath } from './support/shared-data.js';

const folder = repositoryPath('examples');
const readme = readFileSync(repositoryPath('README.md'), 'utf8');

for (const name of readdirSync(folder).filter((file) => file.endsWith('.ts'))) {
  test(`examples/${name} runs, and stands in the README`, () => {
    const path = `${folder}/${name}`;
    assert.ok(readme.includes(`\`\`\`ts\n${readFileSync(path, 'utf8')}\`\`\``), 'the README shows another text');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', path], { cwd: repositoryPath('.'), encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.notEqual(stdout, '');
  });
}

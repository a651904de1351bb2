// Every sample of the documents works: programs are type-checked and run with the package under its own name, commands are run, JSON is
// read, and what they print is what the page says. samples.ts says how samples are marked, workplace.ts where they run.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repositoryPath } from '../support/shared-data.js';
import { documentPaths, outputPattern, readPage, type Page, type Sample } from './samples.js';
import { freePort, Workplace, type Outcome } from './workplace.js';

/** The port that pages name, and that may be taken here. */
const PORT = '8080';

const pages = documentPaths().map((path) => readPage(path)).filter(({ samples }) => samples.length > 0);
const isBuilt = existsSync(repositoryPath('dist/index.js'));
const reason = process.platform === 'win32' ? 'samples are for a POSIX shell' : isBuilt ? false : 'there is no dist/ (npm run build)';

describe('samples', { skip: reason }, () => {
  const workplace = new Workplace();
  let port = PORT;
  const withPort = (text: string): string => text.replaceAll(PORT, port);
  before(async () => {
    port = String(await freePort());
    await workplace.prepare();
  });
  after(() => workplace.remove());

  it('have the right types', () => {
    const programs = pages.flatMap((page) => runnable(page).filter(({ language }) => language === 'ts').map((sample) => {
      const path = programPath(workplace, page, sample);
      writeFileSync(path, withPort(sample.code));
      return path;
    }));
    assert.ok(programs.length > 0);
    assert.equal(workplace.compile(programs), '');
  });

  for (const page of pages) {
    it(page.path, async (t) => {
      for (const sample of runnable(page)) {
        await t.test(`line ${sample.line}: ${sample.language}`, () => check(workplace, page, { ...sample, code: withPort(sample.code) }));
      }
      workplace.stop();
    });
  }

  it('that are not run say why', () => {
    const all = pages.flatMap(({ path, samples }) => samples.map((sample) => ({ path, ...sample })));
    const notRun = all.filter((sample) => sample.notRun !== undefined);
    console.log(`# ${all.length - notRun.length} samples of ${pages.length} pages run here, ${notRun.length} do not:`);
    for (const { path, line, notRun: why } of notRun) console.log(`#   ${path}:${line}: ${why}`);
    assert.ok(notRun.length < all.length / 3, 'most samples should run');
  });
});

const runnable = ({ samples }: Page): Sample[] => samples.filter(({ notRun }) => notRun === undefined);

const programPath = (workplace: Workplace, page: Page, { line }: Sample): string => join(workplace.pageFolder(page.path), `line-${line}.ts`);

async function check(workplace: Workplace, page: Page, sample: Sample): Promise<void> {
  const folder = workplace.pageFolder(page.path);
  const { code } = sample;
  if (sample.file !== undefined) writeFileSync(join(folder, sample.file), code);
  switch (sample.language) {
    case 'json':
      JSON.parse(code);
      return;
    case 'jsonl':
      for (const line of code.trim().split('\n')) JSON.parse(line);
      return;
    case 'sh':
      if (sample.isBackground) return workplace.start(code, folder, /serving/);
      return expectOutput(workplace.run('sh', ['-ec', code], folder), sample);
    case 'ts':
      return expectOutput(workplace.run(process.execPath, [programPath(workplace, page, sample).replace(/\.ts$/, '.js')], folder), sample);
  }
}

function expectOutput({ status, stdout, stderr }: Outcome, { output }: Sample): void {
  assert.equal(status, 0, `${stdout}${stderr}`);
  if (output !== undefined) assert.match(stdout.trim(), outputPattern(output), stderr);
}

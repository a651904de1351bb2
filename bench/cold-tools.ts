// What the first request of a server costs: 400 tools compiled by a process that has just started, where most of the time goes
// to code that the JavaScript engine sees for the first time.
//
//   npm run bench:cold -- [--tools 400] [--processes 15] [OTHER-CHECKOUT ...]
//
// Other checkouts of this package, built, are measured in turn with this one, process by process. CPU times are the main
// thread's (Linux only); they depend much less than wall times on what else the machine does. The process has compiled one small
// schema before.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryPath, sharedPath } from '../test/support/shared-data.js';
import { structuralTag, toolTags } from './maskbench/bfcl-tools.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tools: { type: 'string', default: '400' }, processes: { type: 'string', default: '15' } },
});
const data = sharedPath('data/bfcl');
if (data === undefined) {
  console.error('bench:cold: ../shared/data/bfcl is not there');
  process.exit(0);
}
const roots = [...positionals, repositoryPath('.')];
const tags = toolTags(data, Number(values.tools));
const folder = mkdtempSync(join(tmpdir(), 'bench-cold-'));

console.log(`${tags.length} tools, medians of ${values.processes} processes\n`);
console.log('| tag | checkout | TypeScript, CPU ms | native, CPU ms | sum, CPU ms | sum, wall ms |\n|---|---|---:|---:|---:|---:|');
for (const shape of ['required', 'auto'] as const) {
  const file = join(folder, `${shape}.json`);
  writeFileSync(file, JSON.stringify(structuralTag(tags, shape)));
  const times = roots.map((): number[][] => []);
  for (let i = 0; i < Number(values.processes); i++) {
    for (const [index, root] of roots.entries()) {
      const out = execFileSync(process.execPath, [repositoryPath('bench/cold-tools-process.mjs'), root, file], { encoding: 'utf8' });
      times[index]?.push(JSON.parse(out) as number[]);
    }
  }
  for (const [index, root] of roots.entries()) {
    const medians = [0, 1, 2, 3].map((column) => median(times[index]?.map((row) => row[column] as number) ?? []).toFixed(1));
    console.log(`| ${shape} | ${root} | ${medians.join(' | ')} |`);
  }
}
rmSync(folder, { recursive: true });

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1] as number;
}

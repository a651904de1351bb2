// Many tools in one structural tag: what a server pays when a request brings 400 tools.
//
//   npm run bench:tools -- [--tools 400] [--peers[=llguidance,xgrammar]] [--times 25] [--json OUT]
//
// bfcl-tools.ts says which tools they are, and which two tags are measured. bench/cold-tools.ts measures new processes.
// llguidance has no structural tags: it gets a grammar of the same language, for `auto` from its own StructTag. Every
// engine compiles the same tag several times, without what it may have cached of the whole; the table holds medians, and the
// first time in the process apart, in which V8 has yet to compile the compiler. The texts walked are begins of calls.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Vocabulary } from '../../lib/mask.js';
import { sharedPath } from '../../test/support/shared-data.js';
import { EngineProcess } from './engine-process.js';
import { DEFAULT_PEERS, ownEngine, peerEngines } from './engines.js';
import { VOCABULARY } from './jobs.js';
import { type Shape, structuralTag, toolTags } from './bfcl-tools.js';
import type { Answer, Job } from './protocol.js';

/** How many begins of calls are walked, evenly spread over the tools. */
const WALKS = 20;
const SECONDS = 300;

const { values } = parseArgs({
  args: process.argv.slice(2).map((arg) => (arg === '--peers' ? `--peers=${DEFAULT_PEERS.join(',')}` : arg)),
  options: {
    tools: { type: 'string', default: '400' },
    times: { type: 'string', default: '25' },
    peers: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

const folder = sharedPath('data/bfcl');
if (folder === undefined) {
  console.error('bench:tools: ../shared/data/bfcl is not there');
  process.exit(0);
}
const vocabulary = Vocabulary.fromGguf(VOCABULARY);
const tags = toolTags(folder, Number(values.tools));
const peers = peerEngines(values.peers.split(',').filter((name) => name !== ''), vocabulary, 'compact');
const engines = [ownEngine('compact'), ...peers].map((command) => new EngineProcess(command, SECONDS));

const results: Record<string, unknown>[] = [];
console.log(`${tags.length} tools, medians of ${values.times} compilations\n`);
console.log('| tag | engine | first time, ms | compile, ms | first mask, ms | sum, ms | mask in a begin: mean, µs | max, µs |\n|---|---|---:|---:|---:|---:|---:|---:|');
for (const shape of ['required', 'auto'] as const) {
  const job = toJob(shape);
  for (const engine of engines) {
    const { version } = await engine.hello();
    const answers: Answer[] = [];
    let trouble: string | undefined;
    for (let time = 0; time < Number(values.times) && trouble === undefined; time++) {
      const outcome = await engine.ask(job);
      if ('ended' in outcome) trouble = `${outcome.ended}: ${outcome.how}`;
      else if (outcome.compileNs === undefined) trouble = outcome.refused ?? outcome.failed;
      else answers.push(outcome);
    }
    report(shape, `${engine.name} ${version}`, answers, trouble);
  }
}
for (const engine of engines) engine.close();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);

function report(shape: string, engine: string, answers: readonly Answer[], trouble: string | undefined): void {
  if (trouble !== undefined) {
    console.log(`| ${shape} | ${engine} | ${trouble.replaceAll('\n', ' ').slice(0, 100)} | | | | | |`);
    results.push({ shape, engine, trouble });
    return;
  }
  const compileMs = median(answers.map(({ compileNs = 0 }) => compileNs)) / 1e6;
  const firstMaskMs = median(answers.map(({ firstMaskNs = 0 }) => firstMaskNs)) / 1e6;
  const sums = answers.map(({ compileNs = 0, firstMaskNs = 0 }) => (compileNs + firstMaskNs) / 1e6);
  const [firstTimeMs = 0] = sums;
  const sumMs = median(sums);
  // The first mask is in its own column.
  const masks = answers.flatMap(({ tests = [] }) => tests.flatMap((walk, index) => walk.masks.slice(index === 0 ? 1 : 0)));
  const meanUs = masks.reduce((sum, value) => sum + value, 0) / masks.length / 1e3;
  const maxUs = masks.reduce((most, value) => Math.max(most, value), 0) / 1e3;
  const cells = [firstTimeMs.toFixed(2), compileMs.toFixed(2), firstMaskMs.toFixed(3), sumMs.toFixed(2), meanUs.toFixed(1), maxUs.toFixed(0)];
  console.log(`| ${shape} | ${engine} | ${cells.join(' | ')} |`);
  results.push({ shape, engine, firstTimeMs, compileMs, firstMaskMs, sumMs, meanUs, maxUs });
}

function toJob(shape: Shape): Job {
  const walked = tags.filter((_, index) => index % Math.ceil(tags.length / WALKS) === 0);
  const tests = walked.map(({ begin }) => [[...vocabulary.tokenize(begin)]]);
  return { id: shape, structuralTag: structuralTag(tags, shape), tools: tags, tests };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

// MaskBench for surecall and, with --peers, for other engines on the same tokens. README.md says what is counted.
//
//   npm run bench:maskbench -- FILE.jsonl.gz [--peers[=llguidance,xgrammar,outlines_core]] [--limit N] [--json OUT]
//                              [--whitespace compact|flexible] [--seconds 60] [--faults]

import { existsSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Vocabulary } from '../../lib/mask.js';
import { EngineProcess, type Outcome } from './engine-process.js';
import { DEFAULT_PEERS, ownEngine, peerEngines } from './engines.js';
import { readRowsExactly, type Row, toJob, VOCABULARY } from './jobs.js';
import type { Job } from './protocol.js';
import { type EngineReport, markdown, toJson } from './report.js';
import { commonMasks, Tally, Times } from './tally.js';

// Engines take turns after this many schemas: they share what else the machine does, yet keep their caches warm.
const TURN = 50;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).map((arg) => (arg === '--peers' ? `--peers=${DEFAULT_PEERS.join(',')}` : arg)),
  allowPositionals: true,
  options: {
    peers: { type: 'string', default: '' },
    limit: { type: 'string', default: 'Infinity' },
    json: { type: 'string' },
    whitespace: { type: 'string', default: 'compact' },
    seconds: { type: 'string', default: '60' },
    faults: { type: 'boolean', default: false },
  },
});
const [path] = positionals;
if (path === undefined || !existsSync(path)) {
  console.error(path === undefined ? 'usage: npm run bench:maskbench -- FILE.jsonl.gz [--peers] [--limit N] [--json OUT]' : `${path} does not exist`);
  process.exit(2);
}

const loadAtStart = load();
const vocabulary = Vocabulary.fromGguf(VOCABULARY);
const rows = readRowsExactly(path, Number(values.limit));
const peers = peerEngines(values.peers.split(',').filter((name) => name !== ''), vocabulary, values.whitespace);
const engines = [ownEngine(values.whitespace), ...peers].map((command) => new EngineProcess(command, Number(values.seconds)));
const tallies = engines.map(() => new Tally());
const common = engines.map(() => new Times());
const commonFirst = engines.map(() => new Times());

for (let start = 0; start < rows.length; start += TURN) {
  const turn = rows.slice(start, start + TURN);
  const jobs = turn.map((row) => toJob(row, vocabulary));
  const answers: Outcome[][] = [];
  for (const engine of engines) answers.push(await ask(engine, jobs));
  turn.forEach((row, index) => count(row, answers.map((list) => list[index] as Outcome)));
  if (process.stderr.isTTY) process.stderr.write(`\r${start + turn.length} of ${rows.length} schemas`);
}
if (process.stderr.isTTY) process.stderr.write('\n');

const reports: EngineReport[] = [];
for (const [index, engine] of engines.entries()) {
  reports.push({
    hello: await engine.hello(),
    tally: tallies[index] as Tally,
    common: common[index] as Times,
    commonFirst: commonFirst[index] as Times,
    grownBytes: engine.grown,
  });
  engine.close();
}
console.log(`${basename(path)}: ${rows.length} schemas; ${cpus()[0]?.model}, ${cpus().length} cores, load ${loadAtStart} at the start, ${load()} at the end\n`);
console.log(markdown(reports));
if (values.faults) for (const { hello, tally } of reports) for (const fault of tally.faults) console.log(`${hello.engine}: ${fault}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(toJson(reports), null, 1)}\n`);

async function ask(engine: EngineProcess, jobs: readonly Job[]): Promise<Outcome[]> {
  const answers: Outcome[] = [];
  for (const job of jobs) answers.push(await engine.ask(job));
  return answers;
}

function count(row: Row, outcomes: readonly Outcome[]): void {
  outcomes.forEach((outcome, engine) => tallies[engine]?.add(row, outcome));
  commonMasks(outcomes, common);
  if (outcomes.every((outcome) => 'compileNs' in outcome)) {
    outcomes.forEach((outcome, engine) => {
      if ('compileNs' in outcome) commonFirst[engine]?.push((outcome.compileNs ?? 0) + (outcome.firstMaskNs ?? 0));
    });
  }
}

/** Runnable processes, the mean of a minute: above the number of cores the times below are not worth much. */
function load(): string {
  return loadavg()[0]?.toFixed(1) ?? '';
}

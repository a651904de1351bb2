// Many prompts: throughput, latency and model steps, beside node-llama-cpp and llama.cpp's server. README.md says what
// is measured and how.
//
//   npm run bench:batch -- [--peers[=node-llama-cpp,llama-server]] [--model FILE] [--workloads shared,bfcl,serial,restart]
//                          [--limit N] [--repeat N] [--slots 16] [--peer-slots 4] [--cache-size 16384] [--threads 2] [--no-free] [--no-drafts]
//                          [--server-arguments "..."] [--json OUT]

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { DEFAULT_MAX_TOKENS } from '../../lib/defaults.js';
import { loadModel } from '../../lib/index.js';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { repositoryPath } from '../../test/support/shared-data.js';
import type { Report, Task, Workload } from './protocol.js';
import { markdown, medianReport, type Measured } from './report.js';
import { neededTokens, ownTools, sharedTools } from './workloads.js';

/** Where the runs of `restart` keep evaluated prefixes. */
const PREFIXES = repositoryPath('.cache/bench/prefixes');

/** Longer items are left out. */
const LONGEST = 4096;

const PEERS = ['node-llama-cpp', 'llama-server'] as const;

const { values } = parseArgs({
  args: process.argv.slice(2).map((arg) => (arg === '--peers' ? `--peers=${PEERS.join(',')}` : arg)),
  allowNegative: true,
  options: {
    peers: { type: 'string', default: '' },
    model: { type: 'string' },
    workloads: { type: 'string', default: 'shared,bfcl,serial,restart' },
    limit: { type: 'string' },
    repeat: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    slots: { type: 'string', default: '16' },
    'peer-slots': { type: 'string', default: '4' },
    'cache-size': { type: 'string', default: '16384' },
    free: { type: 'boolean', default: true },
    drafts: { type: 'boolean', default: true },
    'server-arguments': { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

const peers = values.peers.split(',').filter((name) => name !== '');
const unknown = peers.find((name) => !(PEERS as readonly string[]).includes(name));
if (unknown !== undefined) fail(`no peer ${unknown}; there are ${PEERS.join(', ')}`);
const server = peers.includes('llama-server') ? script('llama-server.mjs') : undefined;
if (peers.includes('node-llama-cpp')) script('install-node.mjs');

const model = values.model ?? (await ensureRandomModel({ preset: 'qwen3-0.6b' }));
const measured: Measured[] = [];
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; Node ${process.version}; ${model.split('/').at(-1)}; ${values.threads} threads\n`);
for (const name of values.workloads.split(',')) {
  const workload = await makeWorkload(name);
  const runs = engines(name).map((engine) => ({ engine, reports: [] as Report[] }));
  // Engines take turns: they share what else the machine does.
  for (let i = 0; i < Number(values.repeat); i++) {
    rmSync(PREFIXES, { recursive: true, force: true });
    for (const { engine, reports } of runs) reports.push(measure(engine, workload));
  }
  const one: Measured = { workload, name, neededTokens: neededTokens(workload), reports: runs.map(({ reports }) => medianReport(reports)) };
  measured.push(one);
  console.log(`${markdown(one)}\n`);
}
if (values.json !== undefined) {
  const json = measured.map(({ name, workload, neededTokens: needed, reports }) => ({ name, jobs: workload.jobs.length, neededTokens: needed, reports }));
  writeFileSync(values.json, `${JSON.stringify({ cpu: cpus()[0]?.model, cores: cpus().length, model, options: values, workloads: json }, null, 1)}\n`);
}

/** What differs between two runs of one workload. */
type Engine = Pick<Task, 'mode' | 'answers' | 'drafts' | 'slots' | 'label' | 'prefixCacheDir' | 'flashAttention'> & { readonly program: string };

function engines(workload: string): Engine[] {
  const mode = workload === 'serial' ? 'serial' : 'batch';
  const isAlone = workload === 'serial' || workload === 'restart';
  const slots = isAlone ? 1 : Number(values.slots);
  const peerSlots = isAlone ? 1 : Number(values['peer-slots']);
  const own = (label: string, more: Partial<Engine> = {}): Engine => ({ program: 'surecall', mode, answers: 'replay', drafts: true, slots, label, ...more });
  if (workload === 'restart') return ['first run', 'second run'].map((label) => own(label, { prefixCacheDir: PREFIXES }));
  const peer = (program: string, answers: Task['answers']): Engine => ({ program, mode, answers, drafts: false, slots: peerSlots, label: answers });
  return [
    own('drafts'),
    ...(values.drafts ? [own('no drafts', { drafts: false })] : []),
    ...(workload === 'serial' ? [own('no flash attention', { flashAttention: false })] : []),
    ...peers.flatMap((program) => [peer(program, 'replay'), ...(values.free ? [peer(program, 'free')] : [])]),
  ];
}

async function makeWorkload(name: string): Promise<Workload> {
  await using loaded = await loadModel(model, { contextSize: LONGEST, slots: 1 });
  const count = (usual: number): number => Math.min(usual, Number(values.limit ?? usual));
  switch (name) {
    case 'shared': return await sharedTools(loaded, count(100));
    // A median needs no more.
    case 'serial': return await sharedTools(loaded, count(40));
    // The first results say it all.
    case 'restart': return await sharedTools(loaded, count(4));
    case 'bfcl': return await ownTools(loaded, count(200));
    default: return fail(`no workload ${name}; there are shared, bfcl, serial, restart`);
  }
}

/** Runs one engine in a process of its own. */
function measure({ program, ...rest }: Engine, workload: Workload): Report {
  // Room for the longest answer that may be given, in the steps that llama.cpp rounds to.
  const contextSize = Math.ceil((Math.max(...workload.jobs.map(({ promptTokens }) => promptTokens.length)) + DEFAULT_MAX_TOKENS) / 256) * 256;
  const task: Task = {
    model,
    workload,
    threads: Number(values.threads),
    contextSize,
    cacheSize: Math.max(contextSize, Number(values['cache-size'])),
    ...rest,
    ...(server === undefined ? {} : { server }),
    serverArguments: values['server-arguments'].split(' ').filter((argument) => argument !== ''),
  };
  const folder = repositoryPath('.cache/bench');
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/batch-task.json`;
  writeFileSync(file, JSON.stringify(task));
  const { status, signal, stdout } = spawnSync(process.execPath, ['--import', 'tsx', repositoryPath(`bench/batch/${program}.ts`), file], {
    stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28, cwd: repositoryPath('.'),
  });
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (status !== 0 || last === '') fail(`${program} ended with ${signal ?? `status ${status}`}`);
  return JSON.parse(last) as Report;
}

function script(name: string): string {
  const { status, stdout } = spawnSync(process.execPath, [repositoryPath(`bench/peers/${name}`)], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  return status === 0 ? stdout.trim() : fail(`bench/peers/${name} failed`);
}

function fail(message: string): never {
  console.error(`bench:batch: ${message}`);
  process.exit(1);
}

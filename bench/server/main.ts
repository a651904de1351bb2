// Many clients that stream at once from `surecall serve`, in a process of its own: errors, times between chunks, tokens, memory.
//
//   npm run bench:server -- [--seconds 60] [--clients 64] [--mode required|auto|none] [--model FILE] [--slots N] [--max-tokens 60]
//
// Without --model: the tiny random model. Each client sends one request after another, each with another question, and reads its
// stream as fast as it comes. A gap is the time between two reads of one stream that brought events, so what arrives together counts
// once. The clients share the machine with the server.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { EXAMPLES } from '../../test/support/examples.js';
import { repositoryPath } from '../../test/support/shared-data.js';
import { type ClientOptions, runClient, Tally } from './client.js';
import { describe, type MemorySample, memoryTable, metricOf } from './report.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '64' },
    mode: { type: 'string', default: 'required' },
    model: { type: 'string' },
    slots: { type: 'string', default: '16' },
    'max-tokens': { type: 'string', default: '60' },
  },
});
const seconds = Number(values.seconds);
const clients = Number(values.clients);
const SAMPLES = 12;

const model = values.model ?? (await ensureRandomModel({ preset: 'tiny' }));
const server = spawn(process.execPath, [
  '--import', 'tsx', repositoryPath('lib/cli/main.ts'), 'serve', '--port', '0', '--model', model, '--name', 'model',
  '--slots', values.slots, '--queue', String(clients), '--cache_size', '40960', '--context_size', '4096', '--prefix_cache', 'off',
], { stdio: ['ignore', 'inherit', 'pipe'] });
process.on('exit', () => server.kill('SIGKILL'));
const url = await listening(server);

const tally = new Tally();
const memory: MemorySample[] = [];
const started = performance.now();
const elapsed = (): number => (performance.now() - started) / 1000;
const [example] = EXAMPLES;
const tools = (example?.tools ?? []).map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } }));
const options: ClientOptions = {
  url,
  body: { model: 'model', tools, tool_choice: values.mode, max_tokens: Number(values['max-tokens']), stream: true, stream_options: { include_usage: true } },
  until: started + seconds * 1000,
};
const readMetrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
const sample = async (): Promise<void> => {
  const [at, requests, residentNow] = [elapsed(), tally.requests, residentBytes(server.pid as number)];
  const metrics = await readMetrics();
  memory.push({ seconds: at, requests, residentBytes: residentNow, heapBytes: metricOf(metrics, 'nodejs_heap_size_used_bytes'), callerBytes: metricOf(metrics, 'surecall_caller_bytes') });
};
await sample();
const timer = setInterval(() => void sample(), (seconds * 1000) / SAMPLES);
await Promise.all(Array.from({ length: clients }, (_, client) => runClient(client, options, tally)));
const took = elapsed();
clearInterval(timer);
await sample();
const metrics = await readMetrics();
server.kill('SIGTERM');
const code = await new Promise((resolve) => server.on('exit', resolve));
console.log(describe(tally, took, clients, metrics));
console.log(memoryTable(memory));
if (tally.errors.length > 0 || code !== 0) {
  console.log(`errors: ${tally.errors.length}, the server ended with ${String(code)}\n${[...new Set(tally.errors)].slice(0, 10).join('\n')}`);
  process.exitCode = 1;
}

/** The address that the server prints once it listens. */
function listening({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    stderr?.on('data', (chunk) => {
      printed += String(chunk);
      const [, address] = /at (http:\S+)\/v1/.exec(printed) ?? [];
      if (address !== undefined) resolve(address);
    });
    stderr?.on('close', () => reject(new Error(`the server did not start: ${printed}`)));
  });
}

/** Linux only; elsewhere there is no column. */
function residentBytes(pid: number): number | undefined {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

// llama.cpp's own server as a process of bench:batch: slots, prompt cache, a grammar with every request, over HTTP.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { exactGrammar, print, readTask, runJobs, slotSize } from './measure.js';
import type { Job } from './protocol.js';

interface Completion {
  readonly content: string;
  readonly tokens_cached?: number;
  readonly timings: { readonly cache_n: number; readonly prompt_n: number; readonly prompt_ms: number; readonly predicted_ms: number };
}

const task = readTask();
const { model, threads, slots, server, serverArguments = [] } = task;
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const loading = performance.now();
const child = spawn(
  server as string,
  [
    '--model', model, '--host', '127.0.0.1', '--port', String(port), '--threads', String(threads), '--threads-batch', String(threads), '--parallel', String(slots),
    '--ctx-size', String(slots * slotSize(task)), '--metrics', '--no-ui', '--log-disable', ...serverArguments,
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
process.on('exit', () => child.kill('SIGKILL'));
let hasEnded = false;
child.on('exit', () => { hasEnded = true; });
await ready();
const loadMs = performance.now() - loading;

const sums = { prefillTokens: 0, cachedTokens: 0, prefillMs: 0, decodeMs: 0 };

async function answer({ prompt, answerTokens }: Job): Promise<string> {
  const constraint = task.answers === 'replay' ? { grammar: exactGrammar(answerTokens), n_predict: answerTokens.length + 1 } : { n_predict: answerTokens.length, ignore_eos: true };
  const response = await fetch(`${address}/completion`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // Greedy, with the other samplers left out: the cheapest way to the same answer.
    body: JSON.stringify({ prompt, cache_prompt: true, temperature: 0, samplers: ['temperature'], ...constraint }),
  });
  if (!response.ok) throw new Error(`llama-server: ${response.status} ${await response.text()}`);
  const { content, timings } = (await response.json()) as Completion;
  sums.prefillTokens += timings.prompt_n;
  sums.cachedTokens += timings.cache_n;
  sums.prefillMs += timings.prompt_ms;
  sums.decodeMs += timings.predicted_ms;
  return content;
}

let cpu = 0;
let decodes = 0;
const timed = await runJobs(task, answer, async () => {
  decodes = await metric('llamacpp:n_decode_total');
  cpu = cpuMs();
  for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] = 0;
});
cpu = cpuMs() - cpu;
decodes = (await metric('llamacpp:n_decode_total')) - decodes;
print({ engine: 'llama-server', version: task.label, loadMs, ...timed, cpuMs: cpu, peakBytes: status('VmHWM') * 1024, ...sums, decodes });
child.kill();

async function ready(): Promise<void> {
  for (;;) {
    if (hasEnded) throw new Error('llama-server ended while it was starting');
    const response = await fetch(`${address}/health`).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

/** A figure in kB from Linux's table of the server's process. */
function status(name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
}

/** Processor time of the server in milliseconds: Linux counts in hundredths of a second. */
function cpuMs(): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port: free } = probe.address() as { port: number };
  await new Promise((resolve) => { probe.close(resolve); });
  return free;
}

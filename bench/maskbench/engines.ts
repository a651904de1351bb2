// The engines that can be measured, and how each is started.

import { spawnSync } from 'node:child_process';
import type { Vocabulary } from '../../lib/mask.js';
import { repositoryPath } from '../../test/support/shared-data.js';
import type { EngineCommand } from './engine-process.js';
import { exportVocabulary, VOCABULARY } from './jobs.js';

/** What `--peers` alone means. outlines-core takes seconds per schema, llama.cpp's sampler tens of milliseconds per mask: name them to have them. */
export const DEFAULT_PEERS: readonly string[] = ['llguidance', 'xgrammar'];
const IN_PYTHON: readonly string[] = [...DEFAULT_PEERS, 'outlines_core'];
const PEERS: readonly string[] = [...IN_PYTHON, 'llama'];

/** How our own engine is started. */
export function ownEngine(whitespace: string): EngineCommand {
  const script = repositoryPath('bench/maskbench/engine.ts');
  return { name: 'surecall', command: process.execPath, args: ['--import', 'tsx', script, VOCABULARY, whitespace] };
}

/** How the peers are started; installs or builds them first if need be. */
export function peerEngines(names: readonly string[], vocabulary: Vocabulary, whitespace: string): EngineCommand[] {
  const unknown = names.find((name) => !PEERS.includes(name));
  if (unknown !== undefined) throw new Error(`there is no peer ${unknown}, only ${PEERS.join(', ')}`);
  if (names.length === 0) return [];
  const python = names.some((name) => IN_PYTHON.includes(name)) ? pathOfPeer('install.mjs') : '';
  const file = exportVocabulary(vocabulary);
  return names.map((name) => (name === 'llama'
    ? { name, command: pathOfPeer('llama-grammar.mjs'), args: [VOCABULARY] }
    : { name, command: python, args: ['-B', repositoryPath('bench/peers/worker.py'), name, file, whitespace] }));
}

/** Runs a script of bench/peers that makes a program and prints its path. */
function pathOfPeer(script: string): string {
  const { status, stdout } = spawnSync(process.execPath, [repositoryPath(`bench/peers/${script}`)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`bench/peers/${script} failed`);
  return stdout.trim();
}

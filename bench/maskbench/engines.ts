// The engines that can be measured, and how each is started.

import { spawnSync } from 'node:child_process';
import type { Vocabulary } from '../../lib/mask.js';
import { repositoryPath } from '../../test/support/shared-data.js';
import type { EngineCommand } from './engine-process.js';
import { exportVocabulary, VOCABULARY } from './jobs.js';

/** What `--peers` alone means. outlines-core takes seconds per schema: name it to have it. */
export const DEFAULT_PEERS: readonly string[] = ['llguidance', 'xgrammar'];
const PEERS: readonly string[] = [...DEFAULT_PEERS, 'outlines_core'];

/** How our own engine is started. */
export function ownEngine(whitespace: string): EngineCommand {
  const script = repositoryPath('bench/maskbench/engine.ts');
  return { name: 'surecall', command: process.execPath, args: ['--import', 'tsx', script, VOCABULARY, whitespace] };
}

/** How the peers are started; installs them first if need be. */
export function peerEngines(names: readonly string[], vocabulary: Vocabulary, whitespace: string): EngineCommand[] {
  const unknown = names.find((name) => !PEERS.includes(name));
  if (unknown !== undefined) throw new Error(`there is no peer ${unknown}, only ${PEERS.join(', ')}`);
  if (names.length === 0) return [];
  const { status, stdout } = spawnSync(process.execPath, [repositoryPath('bench/peers/install.mjs')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error('the peers cannot be installed');
  const file = exportVocabulary(vocabulary);
  return names.map((name) => ({ name, command: stdout.trim(), args: ['-B', repositoryPath('bench/peers/worker.py'), name, file, whitespace] }));
}

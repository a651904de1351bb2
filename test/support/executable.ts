// The command line as a process of its own, run from its sources.

import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryPath } from './shared-data.js';

/** How a process ended and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that was started. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `surecall` with arguments; `limit` is a shell command that runs before it, such as `ulimit -f 64`. */
export function startSurecall(args: readonly string[], { input = '', limit, environment = {} }: { input?: string; limit?: string; environment?: NodeJS.ProcessEnv } = {}): Started {
  const command = ['--import', 'tsx', repositoryPath('lib/cli/main.ts'), ...args];
  const cache = { SURECALL_CACHE: join(tmpdir(), 'surecall-test-cache') };
  const options = { cwd: repositoryPath('.'), env: { ...process.env, ...cache, ...environment, TSX_DISABLE_CACHE: limit === undefined ? '' : '1' } };
  const child = limit === undefined
    ? spawn(process.execPath, command, options)
    : spawn('bash', ['-c', `${limit}; exec "$@"`, 'bash', process.execPath, ...command], options);
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => { printed.stdout += String(chunk); });
  child.stderr.on('data', (chunk) => { printed.stderr += String(chunk); });
  // A process that has ended does not read: that is no error of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => { child.on('close', (code, signal) => resolve({ code, signal, ...printed })); });
  return { child, ended };
}

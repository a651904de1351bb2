#!/usr/bin/env node
// The executable: the process's streams and signals, handed to program.ts.

import type { CommandEnvironment, CommandModel } from './environment.js';
import { EXIT, runCommandLine } from './program.js';

const interrupt = new AbortController();

/** The first signal ends the input: what was begun is finished and written. A second one stops at once. */
function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
  interrupt.abort();
}

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

// `surecall ... | head` closes the pipe early: that ends the run. A full disk does, too, and is said in one line.
for (const [name, stream] of [['standard output', process.stdout], ['standard error', process.stderr]] as const) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && stream !== process.stderr) process.stderr.write(`surecall: ${name}: cannot be written (${error.code ?? error.message})\n`);
    process.exit(EXIT.failed);
  });
}

const environment: CommandEnvironment = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
  async loadModel(path, settings): Promise<CommandModel> {
    // Loaded late: --help, usage errors and file errors need no addon.
    const { loadModel } = await import('../index.js');
    return loadModel(path, settings);
  },
  onExit(action) {
    process.on('exit', action);
    return () => process.off('exit', action);
  },
};

process.exitCode = await runCommandLine(process.argv.slice(2), environment);
// Standard input, once read, would keep the process alive.
process.stdin.destroy();

#!/usr/bin/env node
// The executable: the process's streams and signals, handed to program.ts.

import type { CommandEnvironment, CommandModel } from './environment.js';
import { EXIT, runCommandLine } from './program.js';

const interrupt = new AbortController();

/** The first signal stops after the current step, keeping what is done; a second one stops at once. */
function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
  interrupt.abort();
}

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

// `surecall ... | head` closes the pipe early: that ends the output, not with a stack trace.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.failed);
    throw error;
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

// Prompts from standard input, one a line, until it ends or says so; calls to standard output, one JSON line each.

import { createInterface } from 'node:readline';
import type { CommandEnvironment, PromptCaller } from './environment.js';
import { answer } from './outcome.js';
import { describeResult } from './verbose.js';

const STOP_WORDS = new Set(['quit', 'exit']);

/** Answers prompts until EOF, `quit`, `exit` or an interrupt. Returns how many failed. */
export async function runInteractive(caller: PromptCaller, environment: CommandEnvironment, verbose: boolean): Promise<number> {
  const { stdin, stdout, stderr, signal } = environment;
  const isTerminal = stdin.isTTY === true;
  if (isTerminal) stderr.write('Type a prompt; "quit" or "exit" ends.\n');
  // Without `terminal: false` readline takes Ctrl-C for itself, and the environment's signal would not fire.
  const lines = createInterface({ input: stdin, terminal: false });
  const stop = (): void => lines.close();
  signal.addEventListener('abort', stop);
  let failed = 0;
  const ask = (): void => void (isTerminal && stderr.write('> '));
  ask();
  try {
    for await (const line of lines) {
      const prompt = line.trim();
      if (STOP_WORDS.has(prompt.toLowerCase()) || signal.aborted) break;
      if (prompt !== '') {
        const { record, result, failed: hasFailed } = await answer(caller, { key: { prompt }, prompt }, signal);
        if (verbose && result !== undefined) stderr.write(describeResult(result));
        stdout.write(`${JSON.stringify(record)}\n`);
        if (hasFailed) failed++;
      }
      ask();
    }
  } finally {
    signal.removeEventListener('abort', stop);
    lines.close();
  }
  return failed;
}

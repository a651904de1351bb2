// A command-line environment without a model: what is printed is collected, calls are answered by a function.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import type { CallResult } from '../../lib/caller/result.js';
import type { CallerSettings, CommandEnvironment, ModelSettings } from '../../lib/cli/environment.js';
import { runCommandLine } from '../../lib/cli/program.js';
import { SurecallError } from '../../lib/errors.js';
import type { Tool } from '../../lib/tools/index.js';

/** What a fake caller does with a prompt. */
export type Answer = (prompt: string, signal: AbortSignal) => CallResult | Promise<CallResult>;

/** What a fake run left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the model and the caller were asked for; empty where it did not come to that. */
  readonly asked: Asked;
}

/** Arguments that reached the model. */
export interface Asked {
  path?: string | undefined;
  model?: ModelSettings;
  caller?: CallerSettings;
  tools?: readonly Tool[];
  prompts: string[];
  disposed: number;
}

/** Options of {@link runFake}. */
export interface FakeOptions {
  readonly answer?: Answer;
  readonly stdin?: string;
  readonly isTTY?: boolean;
  /** Of the model; default 1. */
  readonly slots?: number;
  readonly interrupt?: AbortController;
  readonly loadError?: Error;
  /** Gets the action that a sudden exit would run. */
  readonly onExit?: (action: () => void) => void;
}

/** A result with one call and ten tokens, six of them fast-forwarded. */
export function fakeResult(name: string, args: Record<string, unknown>, extra: Partial<CallResult> = {}): CallResult {
  return {
    calls: [{ id: 'call_0', name, arguments: args, confidence: 0.9, argumentConfidence: {} }],
    text: JSON.stringify({ name, parameters: args }),
    content: '',
    finishReason: 'tool_calls',
    usage: { promptTokens: 30, cachedTokens: 20, fastForwardedTokens: 6, sampledTokens: 4, modelSteps: 5, draftTokens: 2, acceptedDraftTokens: 1, removedMass: 0.1 },
    timings: { queuedMs: 0, prefillMs: 1, decodeMs: 2, maskMs: 0.1, totalMs: 3 },
    ...extra,
  };
}

/** Runs the command line with a fake model. */
export async function runFake(args: readonly string[], options: FakeOptions = {}): Promise<Ran> {
  const interrupt = options.interrupt ?? new AbortController();
  const answer = options.answer ?? ((prompt) => fakeResult('fn_greet', { name: prompt }));
  const asked: Asked = { prompts: [], disposed: 0 };
  const [stdout, printed] = collector(options.isTTY ?? false);
  const [stderr, complained] = collector(options.isTTY ?? false);
  const stdin = options.stdin === undefined ? new PassThrough() : Readable.from([options.stdin]);
  const environment: CommandEnvironment = {
    stdin: Object.assign(stdin, { isTTY: options.isTTY ?? false }),
    stdout,
    stderr,
    signal: interrupt.signal,
    loadModel: async (path, settings) => {
      Object.assign(asked, { path, model: settings });
      if (options.loadError !== undefined) throw options.loadError;
      return {
        info: { slots: options.slots ?? 1, path: path ?? 'bundled.gguf', description: 'a fake', threads: 1, gpu: false },
        caller: (tools, callerSettings) => {
          Object.assign(asked, { tools, caller: callerSettings });
          return {
            call: async (given, { signal }) => {
              const prompt = typeof given === 'string' ? given : JSON.stringify(given);
              asked.prompts.push(prompt);
              const result = await answer(prompt, signal);
              if (signal.aborted) throw new SurecallError('SURECALL_ABORTED', 'the call was stopped');
              return result;
            },
          };
        },
        dispose: async () => void asked.disposed++,
      };
    },
    onExit: (action) => {
      options.onExit?.(action);
      return () => undefined;
    },
  };
  const code = await runCommandLine(args, environment);
  return { code, stdout: printed(), stderr: complained(), asked };
}

/** A folder that is gone after the test; `write` puts a file into it and returns its path. */
export function temporaryFolder(after: (cleanUp: () => void) => void): { path(name: string): string; write(name: string, content: unknown): string } {
  const folder = mkdtempSync(join(tmpdir(), 'surecall-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write(name, content) {
      writeFileSync(path(name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
      return path(name);
    },
  };
}

function collector(isTTY: boolean): [stream: Writable & { isTTY: boolean }, text: () => string] {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return [Object.assign(stream, { isTTY }), () => chunks.join('')];
}

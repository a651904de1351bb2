// An engine's process: asked one job at a time, killed when it takes too long, started again when it is gone.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Answer, Hello, Job } from './protocol.js';

/** How an engine is started. */
export interface EngineCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** An answer, or how the process ended instead. */
export type Outcome = Answer | { readonly id: string; readonly ended: 'crashed' | 'timed out'; readonly how: string };

// Loading a vocabulary of 150,000 tokens takes outlines-core some seconds.
const START_SECONDS = 120;

/** One engine, over as many processes as it takes. */
export class EngineProcess {
  readonly name: string;
  readonly #start: EngineCommand;
  readonly #seconds: number;
  #running: Running | undefined;
  #grown = 0;
  #hello: Hello | undefined;

  constructor(start: EngineCommand, secondsPerJob: number) {
    this.name = start.name;
    this.#start = start;
    this.#seconds = secondsPerJob;
  }

  /** What the engine said of itself. */
  async hello(): Promise<Hello> {
    return (this.#hello ??= (await this.#process()).hello);
  }

  /** The most by which a process of this engine has grown since it was ready, in bytes. */
  get grown(): number {
    return this.#grown;
  }

  async ask(job: Job): Promise<Outcome> {
    const running = await this.#process();
    const line = await running.ask(JSON.stringify(job), this.#seconds);
    if (typeof line !== 'string') {
      this.#running = undefined;
      return { id: job.id, ...line };
    }
    const answer = JSON.parse(line) as Answer;
    this.#grown = Math.max(this.#grown, answer.memory - running.hello.memory);
    return answer;
  }

  close(): void {
    this.#running?.close();
    this.#running = undefined;
  }

  async #process(): Promise<Running> {
    return (this.#running ??= await Running.start(this.#start));
  }
}

type End = { readonly ended: 'crashed' | 'timed out'; readonly how: string };

class Running {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #waiting: ((result: string | End) => void) | undefined;
  #end: End | undefined;
  #hello: Hello | undefined;

  private constructor({ command, args }: EngineCommand) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#settle(line));
    this.#child.on('error', (error) => this.#ended({ ended: 'crashed', how: error.message }));
    this.#child.on('close', (code, signal) => this.#ended({ ended: 'crashed', how: signal ?? `exit status ${code}` }));
    // A write to a process that is gone fails here; `close` tells the rest.
    this.#child.stdin.on('error', () => undefined);
  }

  static async start(command: EngineCommand): Promise<Running> {
    const running = new Running(command);
    const line = await running.#next(START_SECONDS);
    if (typeof line !== 'string') throw new Error(`${command.name} does not start: ${line.how}`);
    running.#hello = JSON.parse(line) as Hello;
    return running;
  }

  get hello(): Hello {
    return this.#hello as Hello;
  }

  ask(line: string, seconds: number): Promise<string | End> {
    const answer = this.#next(seconds);
    this.#child.stdin.write(`${line}\n`);
    return answer;
  }

  close(): void {
    this.#child.stdin.end();
  }

  #next(seconds: number): Promise<string | End> {
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#ended({ ended: 'timed out', how: `no answer in ${seconds} s` });
        this.#child.kill('SIGKILL');
      }, seconds * 1000);
      this.#waiting = (result) => {
        clearTimeout(timer);
        resolve(result);
      };
    });
  }

  #settle(result: string | End): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(result);
  }

  #ended(end: End): void {
    this.#end ??= end;
    this.#settle(this.#end);
  }
}

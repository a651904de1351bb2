// What operators see: Prometheus metrics of requests, tokens and time, read from the engine and the queue when they are asked for.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallResult } from '../caller/result.js';
import type { EngineStats } from '../native-types.js';

/** What is read at the time of asking. */
export interface Gauges {
  readonly running: () => number;
  readonly waiting: () => number;
  readonly slots: number;
  readonly callers: () => number;
  readonly callerBytes: () => number;
  readonly engine: () => EngineStats;
}

// From a forced token of a small model to a long answer of a large one.
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** All metrics of one server, in a registry of their own. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('surecall_requests_total', 'Chat completions by status', ['status']);
  readonly #duration = this.#histogram('surecall_request_seconds', 'From a request to the end of its answer');
  readonly #firstEvent = this.#histogram('surecall_first_event_seconds', 'From a request to the first part of its answer');
  readonly #queued = this.#histogram('surecall_queue_seconds', 'Waiting for a slot');
  readonly #compile = this.#histogram('surecall_compile_seconds', 'Compiling the tools of a request that were not known');
  readonly #hits = this.#counter('surecall_caller_hits_total', 'Requests whose tools were compiled already');
  readonly #tokens = this.#counter('surecall_tokens_total', 'Tokens of prompts (all, and those in the cache) and answers', ['kind']);
  readonly #stages = this.#counter('surecall_stage_seconds_total', 'Time of answers by stage; answers under way together share it', ['stage']);
  readonly #calls = this.#counter('surecall_tool_calls_total', 'Tool calls made');

  constructor(gauges: Gauges) {
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('surecall_requests_running', 'Requests that have a slot', gauges.running);
    this.#gauge('surecall_requests_waiting', 'Requests that wait for a slot', gauges.waiting);
    this.#gauge('surecall_slots', 'Answers decoded together at most', () => gauges.slots);
    this.#gauge('surecall_callers', 'Compiled sets of tools and options that are kept', gauges.callers);
    this.#gauge('surecall_caller_bytes', 'Bytes of their automatons, states and masks', gauges.callerBytes);
    this.#engine(gauges.engine);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text that Prometheus reads. */
  async text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Part of {@link CallerCacheEvents}. */
  onHit = (): void => this.#hits.inc();
  onCompiled = (milliseconds: number): void => this.#compile.observe(milliseconds / 1000);

  /** The first part of an answer is there. */
  answering(milliseconds: number): void {
    this.#firstEvent.observe(milliseconds / 1000);
  }

  /** A request has ended with a status, after so long. */
  ended(status: number, milliseconds: number): void {
    this.#requests.inc({ status: String(status) });
    this.#duration.observe(milliseconds / 1000);
  }

  /** An answer is complete. */
  answered({ usage, timings, calls }: CallResult): void {
    this.#tokens.inc({ kind: 'prompt' }, usage.promptTokens);
    this.#tokens.inc({ kind: 'cached' }, usage.cachedTokens);
    this.#tokens.inc({ kind: 'sampled' }, usage.sampledTokens);
    this.#tokens.inc({ kind: 'forced' }, usage.fastForwardedTokens);
    this.#stages.inc({ stage: 'prefill' }, timings.prefillMs / 1000);
    this.#stages.inc({ stage: 'decode' }, timings.decodeMs / 1000);
    this.#stages.inc({ stage: 'mask' }, timings.maskMs / 1000);
    this.#queued.observe(timings.queuedMs / 1000);
    this.#calls.inc(calls.length);
  }

  /** Stops what measures the process. */
  close(): void {
    this.#registry.clear();
  }

  /** The engine counts by itself, since it was loaded. */
  #engine(stats: () => EngineStats): void {
    const of = (name: string, help: string, value: (stats: EngineStats) => number): void => {
      const counter: Counter = new Counter({ name, help, registers: [this.#registry], collect: () => { counter.reset(); counter.inc(value(stats())); } });
    };
    of('surecall_engine_steps_total', 'Batches evaluated', ({ steps }) => steps);
    of('surecall_engine_tokens_total', 'Tokens evaluated: of prompts, answers and drafts', ({ tokens }) => tokens);
    of('surecall_engine_paused_total', 'Answers that gave up their place in a full KV cache, to go on later', ({ paused }) => paused);
    of('surecall_engine_evaluate_seconds_total', 'Time inside llama.cpp', ({ evaluateMs }) => evaluateMs / 1000);
    of('surecall_engine_busy_seconds_total', 'Time in which the engine had work', ({ busyMs }) => busyMs / 1000);
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: SECONDS, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, value: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.#registry], collect: () => gauge.set(value()) });
  }
}

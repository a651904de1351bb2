// What an engine's process reads and writes: lines of JSON. engine.ts answers them for surecall and bench/peers/worker.py
// for the others, so that all do the same work on the same tokens. The first line that a process writes is a Hello.

/** One grammar to compile and texts to walk, as tokens. */
export interface Job {
  readonly id: string;
  /** The text of a JSON Schema. */
  readonly schema?: string;
  /** Or tools: the same as a structural tag, and as parts for an engine with a form of its own. */
  readonly structuralTag?: unknown;
  readonly tools?: readonly ToolTag[];
  /** Per instance its spellings, best first. Walked until one is accepted; only the first is timed. */
  readonly tests: readonly (readonly (readonly number[])[])[];
}

/** One tool of a structural tag: `begin` starts with `trigger`. */
export interface ToolTag {
  readonly trigger: string;
  readonly begin: string;
  readonly schema: unknown;
  readonly end: string;
}

/** The first line of a process, when it has loaded the vocabulary and compiled one schema to warm up. */
export interface Hello {
  readonly ready: true;
  readonly engine: string;
  readonly version: string;
  /** Resident bytes at this moment. */
  readonly memory: number;
  /** What reading the clock adds to every time below, in nanoseconds. */
  readonly clockNs: number;
}

/** What became of a job. Times are in nanoseconds. */
export interface Answer {
  readonly id: string;
  /** Why the schema does not compile. */
  readonly refused?: string;
  /** The keyword at fault, where the engine says it. */
  readonly keyword?: string;
  /** The engine failed in a way that is no answer. */
  readonly failed?: string;
  readonly compileNs?: number;
  /** The first mask, matcher included; it is also the first of the first test's masks. */
  readonly firstMaskNs?: number;
  readonly tests?: readonly Walk[];
  /** Resident bytes at the peak so far. */
  readonly memory: number;
}

/** One instance. */
export interface Walk {
  readonly accepted: boolean;
  /** One per token up to the refused one, of the first spelling. */
  readonly masks: readonly number[];
  /** One per accepted token. */
  readonly accepts: readonly number[];
  readonly spelling?: number;
  readonly failed?: string;
}

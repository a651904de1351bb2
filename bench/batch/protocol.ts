// What the engines' processes of bench:batch are told, and what they report. Each engine runs in a process of its own, so
// that its memory and its processor time are its own; it reads one Task from the file it is given and prints one Report.

/** One prompt with the answer to replay. The same text, as the same tokens, for every engine. */
export interface Job {
  readonly id: string;
  /** The rendered prompt: system text, tools, message, start of the answer. */
  readonly prompt: string;
  readonly promptTokens: readonly number[];
  /** The user's message. */
  readonly message: string;
  /** Index of the job's tools in the workload's tool sets. */
  readonly tools: number;
  /** The answer, and its canonical tokens. */
  readonly answer: string;
  readonly answerTokens: readonly number[];
  /** Tokens of the answer that must be evaluated: those before the last choice. */
  readonly neededTokens: number;
}

/** Jobs that are measured together. */
export interface Workload {
  readonly name: string;
  readonly toolSets: readonly unknown[];
  readonly jobs: readonly Job[];
}

/** What a process is to do. */
export interface Task {
  readonly model: string;
  readonly workload: Workload;
  readonly threads: number;
  readonly slots: number;
  /** Tokens of the longest prompt and the longest answer that may be given to it. */
  readonly contextSize: number;
  /** Tokens in the KV cache. Peers divide it among their slots, and take more where a slot could not hold a prompt. */
  readonly cacheSize: number;
  /** surecall's load option; not given, its default. */
  readonly flashAttention?: boolean;
  /** `batch`: all at once. `serial`: one after another, the first once more before the clock starts. */
  readonly mode: 'batch' | 'serial';
  /** `replay`: answers are forced. `free`: as many tokens as the answer has, unconstrained: the least that a peer can do. */
  readonly answers: 'replay' | 'free';
  /** How the report calls this run. */
  readonly label: string;
  /** surecall only. */
  readonly drafts: boolean;
  /** surecall only: a folder for evaluated prefixes. */
  readonly prefixCacheDir?: string;
  /** llama-server only: the program, and arguments to add. */
  readonly server?: string;
  readonly serverArguments?: readonly string[];
}

/** What a process did. Times in milliseconds, memory in bytes. */
export interface Report {
  readonly engine: string;
  readonly version: string;
  readonly loadMs: number;
  /** From the first prompt submitted to the last answer. */
  readonly wallMs: number;
  readonly firstResultMs: number;
  /** Processor time of all threads in that time. */
  readonly cpuMs: number;
  readonly peakBytes: number;
  /** Time of each job; with `serial` its latency. */
  readonly jobMs: readonly number[];
  /** Answers that are not the text to replay. */
  readonly wrong: number;
  /** Prompt tokens that were evaluated, and those found in a cache. */
  readonly prefillTokens?: number;
  readonly cachedTokens?: number;
  /** Summed over the jobs: they overlap in a batch. */
  readonly prefillMs?: number;
  readonly decodeMs?: number;
  /** Calls of llama_decode, tokens in them, and the time inside. */
  readonly decodes?: number;
  readonly evaluatedTokens?: number;
  readonly evaluateMs?: number;
  /** Evaluations in which a job took part, summed over the jobs, and what drafts did. */
  readonly modelSteps?: number;
  readonly draftTokens?: number;
  readonly acceptedDraftTokens?: number;
  /** Tokens a second of the prompts alone, one at a time, nothing cached. */
  readonly prefillRate?: number;
}

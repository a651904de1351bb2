// The native addon's half that runs models: loading, requests, results. See native-types.ts, which tells it all to the rest of lib/.

import type { CaptureSpan, NativeAbortHandle, NativeClass, NativeTemplate, NativeVocabulary } from './native-types.js';

export interface NativeModelClass extends NativeClass<NativeModel> {
  /**
   * Loads a GGUF file on a thread of its own. `onProgress` gets the share done, 0 to 1; what it throws stops the load
   * and rejects the promise. Rejects with SURECALL_MODEL_LOAD, SURECALL_ABORTED.
   */
  load(
    path: string,
    options?: LoadOptions,
    onProgress?: (share: number) => void,
    abort?: NativeAbortHandle,
  ): Promise<NativeModel>;
}

/** A GPU to run on: `auto` for any. */
export type GpuOption = 'auto' | 'cuda' | 'metal' | false;

/** What ggml's backends came to on this machine. */
export interface BackendReport {
  /** The GPU backend that models run on; false for the CPU. */
  readonly gpu: string | false;
  /** Why it is the CPU although a GPU was asked for. */
  readonly gpuReason?: string;
  /** The files that were considered; none if the backends are built into the addon. */
  readonly tried: readonly BackendTrial[];
  readonly devices: readonly BackendDevice[];
}

/** A backend file that was considered. */
export interface BackendTrial {
  readonly file: string;
  /** Such as `cpu-haswell` or `cuda`. */
  readonly name: string;
  /** How much of this processor it uses; 0 if it does not run here. */
  readonly score: number;
  readonly loaded: boolean;
  /** Why it was not loaded. */
  readonly reason?: string;
}

/** A processor that a backend offers. */
export interface BackendDevice {
  readonly name: string;
  readonly description: string;
  readonly backend: string;
  readonly isGpu: boolean;
  /** 0 if unknown. */
  readonly memoryBytes: number;
}

/** How a model is loaded. */
export interface LoadOptions {
  /** Default: all physical cores, fewer for models below some 100 MB. More than there are is lowered to that. */
  readonly threads?: number;
  /**
   * Which GPU to use. Default `auto`: one if there is one. Where there is none of the kind, the CPU does the work, and
   * {@link ModelInfo.gpuReason} and `surecall doctor` say why. `false`: the CPU.
   */
  readonly gpu?: GpuOption;
  /** Layers on the GPU, where one is used; -1, the default, for all. */
  readonly gpuLayers?: number;
  /** Tokens of one prompt and its answer, 256 or more; at most what the model was made for. Default: that, or 8192 if less. */
  readonly contextSize?: number;
  /**
   * Tokens in the KV cache: of all answers that are decoded together, common prefixes once, and of prefixes kept for later.
   * At least `contextSize`, which is the default. When it is full, prefixes are forgotten and the newest answers wait.
   */
  readonly cacheSize?: number;
  /** Answers that are decoded together, 1 to 64. Default 16. Takes memory for one row of logits each, no cache of its own. */
  readonly slots?: number;
  /** Most tokens evaluated in one call of llama.cpp, 64 or more. Default 512. */
  readonly batchSize?: number;
  /** Flash attention. Default `auto`: where the backend has it. */
  readonly flashAttention?: 'auto' | boolean;
  /** How keys and values are stored: `q8_0` halves the KV cache. All quantised types need flash attention. Default `f16`. */
  readonly kvType?: 'f32' | 'f16' | 'bf16' | 'q8_0' | 'q5_1' | 'q5_0' | 'q4_1' | 'q4_0';
  /**
   * A folder in which evaluated prefixes - system text and tools - are kept between processes. Files are as large as the part
   * of the KV cache that they hold: 110 KB a token for Qwen3-0.6B. Default: none.
   */
  readonly prefixCacheDir?: string | false;
  /** Most bytes of that folder; what was not used for the longest time is deleted. Default 2 GiB. */
  readonly prefixCacheBytes?: number;
  /** Map the file into memory instead of reading it. Default true. */
  readonly mmap?: boolean;
}

/** A loaded model with one thread of its own, which starts its calls in order and works on several at a time. */
export interface NativeModel {
  /** Always the same object. Masks work with it after dispose(), tokenize() does not. */
  readonly vocabulary: NativeVocabulary;
  info(): ModelInfo;
  /**
   * Queues a request. Rejects with SURECALL_CONTEXT_TOO_SMALL or SURECALL_BUDGET_TOO_SMALL before anything is evaluated;
   * with SURECALL_ABORTED when `abort` says so: at once while queued, within one model step while running; with
   * SURECALL_DISPOSED, SURECALL_NATIVE. `onProgress` hears of the answer while it is written: what was written since it was
   * last called, at most once at a time; the engine does not wait for it. What it throws stops the work and rejects the promise.
   */
  generate(request: GenerateRequest, abort?: NativeAbortHandle, onProgress?: (part: AnswerPart) => void): Promise<GenerateResult>;
  /** What the engine did so far. */
  stats(): EngineStats;
  /** Rejects what is queued, stops what is running, frees the weights. Always the same promise. */
  dispose(): Promise<void>;
}

/** What a model's file says, and how it was loaded. Counts are tokens where nothing else is said. */
export interface ModelInfo {
  readonly path: string;
  readonly architecture: string;
  readonly name: string;
  readonly description: string;
  /** The Jinja source; absent if the file has none. */
  readonly chatTemplate?: string;
  /** Spelling of the tokens that the file names; empty if it names none. */
  readonly bosToken: string;
  readonly eosToken: string;
  /** Ids of the same; absent if the file names none. */
  readonly bosId?: number;
  readonly eosId?: number;
  /** The model wants `bosToken` before every prompt; a prompt passed as a string gets it if it lacks it. */
  readonly addsBos: boolean;
  /** Number of weights. */
  readonly parameters: number;
  readonly fileBytes: number;
  readonly weightBytes: number;
  /** Tokens that the model was made for. */
  readonly contextLength: number;
  /** Tokens that are used of it. */
  readonly contextSize: number;
  /** Tokens in the KV cache, and the memory that they take, about. */
  readonly cacheSize: number;
  readonly cacheBytes: number;
  readonly kvType: string;
  readonly layers: number;
  readonly embeddingSize: number;
  readonly vocabularySize: number;
  readonly threads: number;
  readonly batchSize: number;
  readonly slots: number;
  readonly gpuLayers: number;
  /** What it runs on: the GPU backend's name, or false for the CPU. */
  readonly gpu: string | false;
  /** Why it runs on the CPU although a GPU was asked for. */
  readonly gpuReason?: string;
}

export interface GenerateRequest {
  /** Text (the names of control tokens are recognised) or tokens. */
  readonly prompt: string | Uint32Array | readonly number[];
  /** What the answer must look like: compiled with the model's own `vocabulary`. */
  readonly template: NativeTemplate;
  /** Tokens of the answer, forced ones included, the end-of-generation token not. Default 512. */
  readonly maxTokens?: number;
  /** Evaluate determined tokens together. Off: one step each, same answer. Default true. */
  readonly fastForward?: boolean;
  /** `lenient`: settle bare quotes inside strings that the program captures as `string`. Default `strict`. */
  readonly escapes?: 'strict' | 'lenient';
  /** Reuse what other calls left in the KV cache. Default true. */
  readonly prefixCache?: boolean;
  /** Evaluate tokens ahead that the answer probably copies from the prompt; same answer. Default true. */
  readonly drafts?: boolean;
  /** What answers copy from, such as the user's message. Default: the whole prompt. */
  readonly draftSource?: string;
  /** What is added to the logits of tokens that go on copying `draftSource` inside a string captured as `string`, 0 to 100. Default 0. */
  readonly copyBias?: number;
  /** Values out of lists that `draftSource` mentions, at most 64 of at most 1,024 bytes: `copyBias` holds for them, too. */
  readonly mentioned?: readonly string[];
  /**
   * With `copyBias`: what is added to the logits of tokens with which a copy begins at a byte of `draftSource`, by name of the member
   * whose value it would be, under '' for all members; -100 to 100 each. Default: nothing.
   */
  readonly places?: Readonly<Record<string, readonly (readonly [begin: number, bias: number])[]>>;
  /**
   * Where the answer goes on with one of a list of texts, each up to a capture: what is added to the logits of tokens that begin the way
   * to the capture of this name, 0 to 1e9 each. A token that begins several ways gets the most of them. Default: nothing.
   */
  readonly captureBias?: Readonly<Record<string, number>>;
  /**
   * For benchmarks and replays: the answer to write. All of the model's work is done, then each choice is replaced by the
   * one that follows this text. Rejects with SURECALL_TEACHER where the template does not allow it.
   */
  readonly teacher?: string;
  /** Default false. */
  readonly trace?: boolean;
  readonly sampling?: SamplingOptions;
  /**
   * Where the answer goes on with one of a list of texts up to a capture whose name begins with one of `until` - or, in a capture
   * named `within`, up to a token that must follow as such - the text with the largest total log probability is written, instead of
   * one token after another. It is one choice. Sampling does not apply to it.
   */
  readonly compare?: { readonly until: readonly string[]; readonly within?: string };
  /**
   * Strings that end the answer where they stand in text that could end there; they are not part of it. At most 64, of at most
   * 1,024 bytes. What was evaluated for them counts, and is in the trace.
   */
  readonly stop?: readonly string[];
  /** For tests: pseudo-random logits with this seed instead of the model's; nothing is evaluated. */
  readonly randomLogitsSeed?: number;
}

/** What an answer has written since the part before. Offsets count bytes of the whole text. */
export interface AnswerPart {
  readonly text: Buffer;
  /** Where captures open and close, whatever follows. */
  readonly marks: readonly CaptureMark[];
  /** Before this there will be no further mark, and no stop string. Never falls; may lie before the beginning of `text`. */
  readonly settled: number;
  readonly choices: readonly Choice[];
  /** Empty if not asked for. */
  readonly trace: readonly DecodeStep[];
}

/** A captured part of the text opens or closes. */
export interface CaptureMark {
  readonly name: string;
  readonly opens: boolean;
  readonly offset: number;
}

/** How a token is drawn from those that are allowed. */
export interface SamplingOptions {
  /** 0, the default: always the likeliest token. */
  readonly temperature?: number;
  /** Draw from so many likeliest tokens; 0, the default: from all. */
  readonly topK?: number;
  /** Draw from the likeliest tokens that together have this probability. Default 1. */
  readonly topP?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface Alternative {
  readonly token: number;
  /** Log probability among the allowed tokens. */
  readonly logprob: number;
}

/** One choice of the model. */
export interface Choice extends Alternative {
  /** Probability that the model gave to tokens that were not allowed. */
  readonly removedMass: number;
  /** How many tokens were allowed. */
  readonly allowed: number;
  /** The bytes of the text that came of it. */
  readonly begin: number;
  readonly end: number;
  /** A closing quote that was taken for content: `\"` stands in its place. */
  readonly escaped: boolean;
  /** An end-of-generation token: part of neither text nor tokens. */
  readonly ends: boolean;
}

/** A step of decoding: a choice with its five best alternatives (the chosen token included), or a determined stretch. */
export type DecodeStep =
  | (Choice & { readonly kind: 'choice'; readonly tokens: Uint32Array; readonly alternatives: readonly Alternative[] })
  | { readonly kind: 'forced'; readonly tokens: Uint32Array };

export interface GenerateResult {
  /** The answer, UTF-8. All offsets count these bytes. */
  readonly text: Buffer;
  readonly tokens: Uint32Array;
  readonly captures: readonly CaptureSpan[];
  /** `stop`: nothing may follow, or the model or a stop string ended a complete text. `length`: the budget ended a complete text. */
  readonly finishReason: 'stop' | 'length';
  readonly choices: readonly Choice[];
  /** Only if asked for. */
  readonly trace?: readonly DecodeStep[];

  readonly promptTokens: number;
  /** Prompt tokens that were in the KV cache already. */
  readonly cachedTokens: number;
  /** Answer tokens that were determined. Together with `sampledTokens`: all of `tokens`, and an end-of-generation token. */
  readonly fastForwardedTokens: number;
  /** Answer tokens that the model chose, an end-of-generation token included. */
  readonly sampledTokens: number;
  /** Evaluations: 1 for the prompt and what is forced after it, in however many chunks, and 1 for each later one. */
  readonly modelSteps: number;
  /** Tokens that were evaluated on the guess that they would follow. */
  readonly draftTokens: number;
  /** Of these, the ones that did follow. */
  readonly acceptedDraftTokens: number;
  /** Tokens that were evaluated to compare texts. */
  readonly comparedTokens: number;
  readonly escapedQuotes: number;
  /** Mean over the choices. */
  readonly removedMass: number;

  /** Waiting for a slot. */
  readonly queuedMs: number;
  /** From then until the first logits, what other answers need in the same batches included. */
  readonly prefillMs: number;
  /** Waiting for later logits. */
  readonly decodeMs: number;
  /** Everything else: masks, choices, drafts, tokenisation. */
  readonly maskMs: number;
  /** The sum. */
  readonly totalMs: number;
}

/** Counts of an engine since it was loaded. */
export interface EngineStats {
  readonly answers: number;
  readonly failures: number;
  /** Batches evaluated. */
  readonly steps: number;
  /** Tokens evaluated, those of prompts, answers and drafts. */
  readonly tokens: number;
  /** Logits computed, in rows. */
  readonly rows: number;
  /** Prompt tokens that were found in the KV cache. */
  readonly cachedTokens: number;
  /** Times that an answer gave up its place in a full KV cache, to go on later. */
  readonly paused: number;
  /** Time inside llama.cpp. */
  readonly evaluateMs: number;
  /** Time of the engine's thread while it had work: llama.cpp, masks, choices, scheduling. */
  readonly busyMs: number;
}

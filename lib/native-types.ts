// What the native addon looks like from JavaScript: the exact counterpart of native/addon. Nothing else in lib/ may
// assume more. Every failure is an Error with a stable `code` (lib/errors.ts); a wrong argument is a TypeError or a
// RangeError with code SURECALL_INVALID_OPTION, thrown at once, also by the methods that return promises.

/** The addon's exports. */
export interface NativeAddon {
  readonly Vocabulary: NativeVocabularyClass;
  readonly Template: NativeClass<NativeTemplate>;
  readonly Matcher: NativeClass<NativeMatcher>;
  readonly Model: NativeModelClass;
  readonly AbortHandle: new () => NativeAbortHandle;
  /** Says where backends lie (prebuilds have them as files); before the first model is loaded. */
  setBackendFolders(folders: readonly string[]): void;
  /** Loads the backends that `gpu` may need and reports on them. Throws a `SURECALL_NATIVE` error if there is not even one for the CPU. */
  backends(gpu?: GpuOption): BackendReport;
  /** Name of the kernels that read logits on this processor, such as `avx2`. */
  readonly kernels: string;
  /** Cores that this process may use: the default and the most of {@link LoadOptions.threads}. */
  readonly physicalCores: number;
}

/** A class that only native code instantiates; for `instanceof`. */
export interface NativeClass<T> {
  readonly prototype: T;
}

export interface NativeVocabularyClass extends NativeClass<NativeVocabulary> {
  /** Reads the vocabulary of a GGUF file, without weights. Throws SURECALL_MODEL_LOAD. */
  fromGguf(path: string): NativeVocabulary;
}

/** What every token means in bytes. Immutable. */
export interface NativeVocabulary {
  /** Number of token ids, unused ones included. */
  readonly size: number;
  /** Ids of the end-of-generation tokens, ascending. */
  readonly endTokens: Uint32Array;
  /**
   * Ids of the tokens that give a conversation its structure, ascending: control tokens, and text tokens that are spelled
   * like one, `<|...|>`. Made anew by each call.
   */
  markers(): Uint32Array;
  /** Bytes held by the native structures. */
  readonly memoryBytes: number;
  /**
   * Canonical tokens. The names of control tokens are text unless `parseSpecial` (default false); added tokens that are
   * text, such as `<tool_call>`, are recognised always. With `parseSpecial` the text counts as a prompt: SentencePiece
   * models then get their leading space. Without it, the tokens spell exactly the text.
   * After the model was disposed: throws SURECALL_DISPOSED.
   */
  tokenize(text: string, parseSpecial?: boolean): Uint32Array;
  /** The bytes of text tokens; control tokens add nothing. */
  detokenize(ids: Uint32Array | readonly number[]): Buffer;
  /** Bytes that a token adds to the text; empty for control and unused tokens. */
  bytes(id: number): Buffer;
  /** How a token is written: its bytes, or the name of a control token. */
  spelling(id: number): Buffer;
  kind(id: number): 'text' | 'control' | 'unused';
  /** The token that is written like this, control tokens first; undefined if there is none. */
  tokenId(text: string): number | undefined;
  /**
   * Compiles a program (lib/program/builder.ts). Throws SURECALL_INVALID_PROGRAM, SURECALL_UNSUPPORTED_SCHEMA, or
   * SURECALL_MODEL_LOAD if the vocabulary lacks bytes that the program needs.
   */
  compile(program: Uint8Array, options?: TemplateOptions): NativeTemplate;
}

/** Bytes that caches may hold before they are dropped and built anew: each at least 64 KiB, default 32 MiB. */
export interface TemplateOptions {
  readonly stateBytes?: number | undefined;
  readonly maskBytes?: number | undefined;
}

/** A program compiled against a vocabulary; shared by all its matchers, on any thread. */
export interface NativeTemplate {
  matcher(): NativeMatcher;
  stats(): TemplateStats;
}

export interface TemplateStats {
  readonly automatonBytes: number;
  readonly stateBytes: number;
  readonly maskBytes: number;
  readonly instructions: number;
  readonly states: number;
  readonly masks: number;
}

/** A part of the text that the program captured; offsets in bytes. Open captures end at the end of the text. */
export interface CaptureSpan {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/** What follows whatever the model says. */
export interface ForcedTokens {
  /** Every continuation starts with these bytes. */
  readonly bytes: Buffer;
  /** Canonical tokens of the bytes that no continuation can change. */
  readonly tokens: Uint32Array;
  /** Canonical tokens of the rest, which could merge with what follows. */
  readonly heldBack: Uint32Array;
}

/** One text in the making. */
export interface NativeMatcher {
  /** The text so far is complete. */
  readonly accepting: boolean;
  /** The text is complete, and nothing may follow but the end. */
  readonly atEnd: boolean;
  /** An end-of-generation token was accepted. */
  readonly finished: boolean;
  /** Bytes held by this matcher alone. */
  readonly memoryBytes: number;
  /**
   * Bit `id & 31` of word `id >>> 5` is set if the token may come next. Fills and returns `into`, which must have
   * `Math.ceil(vocabulary.size / 32)` elements, or makes a new array.
   */
  mask(into?: Uint32Array): Uint32Array;
  /** How many tokens may come next. */
  maskCount(): number;
  /** The mask of the tokens after which the text can be completed within `tokensLeft`, themselves included. */
  maskWithin(tokensLeft: number): Uint32Array;
  /** Appends a token; false, and nothing changes, if it is not allowed or not in the vocabulary. */
  acceptToken(id: number): boolean;
  /** Appends bytes as one step, all or none. Where a text's tokens are limited they count as one token. */
  acceptBytes(bytes: string | Uint8Array): boolean;
  forcedBytes(): Buffer;
  /** `forced().tokens` */
  forcedTokens(): Uint32Array;
  forced(): ForcedTokens;
  /** Takes back the last `steps` tokens or byte strings. */
  rollback(steps: number): void;
  reset(): void;
  /** The text so far. */
  text(): Buffer;
  captures(): CaptureSpan[];
  /** Fewest tokens to completion, or `limit + 1` if more are needed. */
  tokensToAccept(limit: number): number;
  /** The allowed token with the largest logit, the lowest id among equals; -1 if nothing is allowed. */
  argmax(logits: Float32Array): number;
}

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

/** The native half of an AbortSignal. */
export interface NativeAbortHandle {
  readonly aborted: boolean;
  abort(): void;
}

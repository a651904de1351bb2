// What the native addon looks like from JavaScript: the exact counterpart of native/addon. Nothing else in lib/ may
// assume more. Every failure is an Error with a stable `code` (lib/errors.ts); a wrong argument is a TypeError or a
// RangeError with code SURECALL_INVALID_OPTION, thrown at once, also by the methods that return promises.

import type { BackendReport, GpuOption, NativeModelClass } from './native-model-types.js';

export type * from './native-model-types.js';

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

/** How large a template is: the automaton, and what its matchers have learned so far. */
export interface TemplateStats {
  readonly automatonBytes: number;
  readonly stateBytes: number;
  readonly maskBytes: number;
  /** Of the automaton. */
  readonly instructions: number;
  /** States that were reached and are remembered. */
  readonly states: number;
  /** Masks that were computed and are remembered. */
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
  /** `forced().bytes` */
  forcedBytes(): Buffer;
  /** `forced().tokens` */
  forcedTokens(): Uint32Array;
  /** What follows whatever is chosen; empty where there is a choice. */
  forced(): ForcedTokens;
  /** Takes back the last `steps` tokens or byte strings. */
  rollback(steps: number): void;
  /** Back to the beginning of a text. */
  reset(): void;
  /** The text so far. */
  text(): Buffer;
  /** The captured parts of the text so far. */
  captures(): CaptureSpan[];
  /** Fewest tokens to completion, or `limit + 1` if more are needed. */
  tokensToAccept(limit: number): number;
  /** The text can be completed in `tokensLeft` further tokens. Cheaper than their exact number. */
  canFinishWithin(tokensLeft: number): boolean;
  /** The allowed token with the largest logit, the lowest id among equals; -1 if nothing is allowed. */
  argmax(logits: Float32Array): number;
}

/** The native half of an AbortSignal. */
export interface NativeAbortHandle {
  readonly aborted: boolean;
  abort(): void;
}

// The public entry 'surecall/mask': token masks without any model weights. Thin: the work is in native/.

import { fromNative } from './errors.js';
import { compileTag } from './formats/compile.js';
import type { StructuralTag } from './formats/structural-tag.js';
import { addon } from './native.js';
import type { NativeMatcher, NativeTemplate, NativeVocabulary, TemplateStats } from './native-types.js';
import { ProgramBuilder } from './program/builder.js';
import { SchemaCompiler, type SchemaOptions } from './schema/compile.js';
import type { JsonSchema } from './schema/json-schema.js';

export type { ValueLimits } from './defaults.js';
export type { NativeMatcher as Matcher, TemplateStats, ForcedTokens, CaptureSpan } from './native-types.js';
export type { SchemaOptions } from './schema/compile.js';
export type { Escapes, Whitespace } from './schema/spelling.js';

/** Options of {@link Vocabulary.compileJsonSchema} and {@link Vocabulary.compileStructuralTag}. */
export interface CompileOptions extends SchemaOptions {
  /** Bytes that interned states may take before they are dropped and built anew. Default 32 MiB. */
  readonly stateBytes?: number;
  /** Bytes that cached masks may take before they are dropped. Default 32 MiB. */
  readonly maskBytes?: number;
}

/**
 * The tokens of a model: what each id means in bytes. Immutable; make one per model and share it.
 */
export class Vocabulary {
  readonly #native: NativeVocabulary;

  /** For this package: wraps the addon's object. Users call {@link Vocabulary.fromGguf}. @internal */
  constructor(native: NativeVocabulary) {
    this.#native = native;
  }

  /**
   * Reads the vocabulary of a GGUF file; weights, if the file has any, are not loaded.
   *
   * @throws SurecallError `SURECALL_MODEL_LOAD` naming the file and what is wrong with it.
   */
  static fromGguf(path: string): Vocabulary {
    return new Vocabulary(native(() => addon.Vocabulary.fromGguf(path)));
  }

  /** Number of token ids. A mask has `Math.ceil(size / 32)` words. */
  get size(): number {
    return this.#native.size;
  }

  /** Ids that end generation, ascending. */
  get endTokens(): Uint32Array {
    return this.#native.endTokens;
  }

  /** Ids of the tokens that give a conversation its structure: control tokens, and text tokens spelled `<|...|>`. */
  markers(): Uint32Array {
    return native(() => this.#native.markers());
  }

  /** Bytes of memory that the vocabulary's own structures take. */
  get memoryBytes(): number {
    return this.#native.memoryBytes;
  }

  /** The canonical tokens of a text. Control tokens such as `<|im_end|>` are recognised only with `parseSpecial`. */
  tokenize(text: string, parseSpecial = false): Uint32Array {
    return native(() => this.#native.tokenize(text, parseSpecial));
  }

  /**
   * The text of tokens; bytes that are not UTF-8 become U+FFFD.
   *
   * @throws SurecallError `SURECALL_INVALID_OPTION` for an id that is not in the vocabulary.
   */
  detokenize(ids: Uint32Array | readonly number[]): string {
    return native(() => this.#native.detokenize(ids)).toString('utf8');
  }

  /**
   * The bytes that a token adds to the text: none for control and unused tokens.
   *
   * @throws SurecallError `SURECALL_INVALID_OPTION` for an id that is not in the vocabulary.
   */
  bytes(id: number): Uint8Array {
    return native(() => this.#native.bytes(id));
  }

  /** How a token is written: its bytes, or the name of a control token. */
  spelling(id: number): string {
    return native(() => this.#native.spelling(id)).toString('utf8');
  }

  /** What a token is: `text`, `control` (a meaning but no bytes) or `unused`. */
  kind(id: number): 'text' | 'control' | 'unused' {
    return this.#native.kind(id);
  }

  /** The id of the token that is written like this, a control token if there is one; undefined if there is none. */
  tokenId(text: string): number | undefined {
    return native(() => this.#native.tokenId(text));
  }

  /**
   * A template of the JSON texts that the schema accepts.
   *
   * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA` naming keyword and JSON pointer.
   */
  compileJsonSchema(schema: JsonSchema, options: CompileOptions = {}): Template {
    const builder = new ProgramBuilder();
    const compiler = new SchemaCompiler(builder, options);
    const program = builder.finish(compiler.compile(schema));
    return this.compileProgram(program, compiler.unenforced, options);
  }

  /**
   * A template of the texts that a structural tag accepts.
   *
   * @throws SurecallError `SURECALL_INVALID_TAG` naming the path of the fault; `SURECALL_UNSUPPORTED_SCHEMA`.
   */
  compileStructuralTag(tag: StructuralTag, options: CompileOptions = {}): Template {
    const { program, unenforced } = compileTag(new ProgramBuilder(), tag, { ...options, vocabulary: this });
    return this.compileProgram(program, unenforced, options);
  }

  /** A template of a program made with `ProgramBuilder`. */
  compileProgram(program: Uint8Array, unenforced: readonly string[] = [], options: CompileOptions = {}): Template {
    const { stateBytes, maskBytes } = options;
    return new Template(native(() => this.#native.compile(program, { stateBytes, maskBytes })), unenforced);
  }
}

/** What a text must look like, compiled against one vocabulary. Share it: its matchers share what they learn. */
export class Template {
  /** For this package: the addon's object. @internal */
  readonly native: NativeTemplate;
  /** JSON pointers of schema keywords that are not enforced; empty without `relax`. */
  readonly unenforced: readonly string[];

  /** For this package: users call {@link Vocabulary.compileJsonSchema}. @internal */
  constructor(native: NativeTemplate, unenforced: readonly string[]) {
    this.native = native;
    this.unenforced = unenforced;
  }

  /** Sizes of the automaton, its states and its masks, in bytes and counts. */
  get stats(): TemplateStats {
    return this.native.stats();
  }

  /** A matcher at the beginning of a text. */
  matcher(): NativeMatcher {
    return this.native.matcher();
  }
}

/** Calls the addon; its failures become errors of our class. */
function native<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw fromNative(error);
  }
}

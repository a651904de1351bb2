// A loaded model: weights, vocabulary and chat template, and the callers made from it.

import { Caller, type CallerOptions } from '../caller/caller.js';
import type { CallsOf } from '../caller/typed-calls.js';
import { fromNative, SurecallError } from '../errors.js';
import { detectFormat, wireFormat, type FormatInput, type WireFormat } from '../formats/index.js';
import { Vocabulary } from '../mask.js';
import { addon } from '../native.js';
import type { AnswerPart, EngineStats, GenerateRequest, GenerateResult, LoadOptions, ModelInfo, NativeModel } from '../native-types.js';
import type { ToolInputs } from '../tools/index.js';
import { ChatTemplate } from './chat-template.js';
import type { DownloadProgress } from './hub/pull.js';
import { Guard } from './guard.js';
import { resolveModel } from './source.js';

/** Options of {@link loadModel}. */
export interface LoadModelOptions extends LoadOptions {
  /** Called with the share loaded, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Called while the model is downloaded, if it has to be. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Stops loading and downloading. */
  readonly signal?: AbortSignal;
}

/**
 * Loads a model: the bundled demonstration model, a GGUF file, one by its short name (`qwen3-0.6b`), or one on the hub
 * (`hf:owner/repo/file.gguf`, with a revision `hf:owner/repo@revision/file.gguf`). What is on the hub is downloaded once and kept in
 * the hub's cache; HF_TOKEN, HF_ENDPOINT, HF_HOME and HF_HUB_OFFLINE mean what they mean to its other clients.
 *
 * @throws SurecallError `SURECALL_MODEL_LOAD` naming the file and what is wrong with it; `SURECALL_DOWNLOAD`; `SURECALL_ABORTED`.
 */
export async function loadModel(source?: string, options: LoadModelOptions = {}): Promise<Model> {
  const { onProgress, onDownload, signal, ...load } = options;
  const path = await resolveModel(source, { ...(onDownload && { onDownload }), ...(signal && { signal }) });
  const native = await withAbort(signal, (handle) => addon.Model.load(path, load, onProgress, handle));
  return new Model(path, native);
}

/** A model in memory. Calls queue up and run off the JavaScript thread, up to `slots` of them together. */
export class Model {
  /** The GGUF file. */
  readonly path: string;
  /** Its tokens: what masks are made of. */
  readonly vocabulary: Vocabulary;
  /** What is known of the file, and how it was loaded. */
  readonly info: ModelInfo;
  readonly #native: NativeModel;
  #chatTemplate: ChatTemplate | undefined;
  #guard: Guard | undefined;

  /** For this package: users call {@link loadModel}. @internal */
  constructor(path: string, native: NativeModel) {
    this.path = path;
    this.#native = native;
    this.vocabulary = new Vocabulary(native.vocabulary);
    this.info = native.info();
  }

  /**
   * A caller for a set of tools, in any of the shapes that `parseTools` reads. The types of the arguments are inferred from
   * definitions that are written in code. Make it once and use it for every prompt: what the tools cost is paid here and at the
   * first call.
   *
   * @throws SurecallError for tools that are malformed (`SURECALL_INVALID_TOOLS`, ...) or schemas that cannot be
   * enforced (`SURECALL_UNSUPPORTED_SCHEMA`).
   */
  caller<const Tools extends ToolInputs>(tools: Tools, options: CallerOptions = {}): Caller<CallsOf<Tools>> {
    return new Caller(this, tools, options);
  }

  /**
   * A wire format by its name or definition, or the one this model was trained on.
   *
   * @throws SurecallError `SURECALL_INVALID_OPTION`, `SURECALL_INVALID_FORMAT`.
   */
  wireFormat(format: FormatInput | 'auto'): WireFormat {
    if (format !== 'auto') return wireFormat(format);
    const hasToken = (text: string) => this.vocabulary.tokenize(text).length === 1;
    return wireFormat(detectFormat({ chatTemplate: this.info.chatTemplate, hasToken }));
  }

  /**
   * The chat template in the model's file.
   *
   * @throws SurecallError `SURECALL_CHAT_TEMPLATE` if there is none or it cannot be parsed.
   * @internal
   */
  get chatTemplate(): ChatTemplate {
    if (this.info.chatTemplate === undefined) {
      throw new SurecallError('SURECALL_CHAT_TEMPLATE', `model ${this.path}: the file has no chat template`);
    }
    return (this.#chatTemplate ??= new ChatTemplate(this.info.chatTemplate));
  }

  /** For callers: keeps the names of control tokens in users' texts from becoming such tokens. @internal */
  get guard(): Guard {
    return (this.#guard ??= new Guard(this.vocabulary));
  }

  /** For callers: one answer under a template. `onPart` hears of it while it is written. @internal */
  async generate(request: GenerateRequest, signal?: AbortSignal, onPart?: (part: AnswerPart) => void): Promise<GenerateResult> {
    return withAbort(signal, (handle) => this.#native.generate(request, handle, onPart));
  }

  /** What the engine did since it was loaded: for measuring. */
  stats(): EngineStats {
    return this.#native.stats();
  }

  /** Stops what runs, rejects what waits (`SURECALL_DISPOSED`) and frees everything. May be called again. */
  async dispose(): Promise<void> {
    await this.#native.dispose();
  }

  /** {@link dispose}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/** Runs `work` with a handle that the signal aborts. */
async function withAbort<T>(
  signal: AbortSignal | undefined,
  work: (handle: InstanceType<typeof addon.AbortHandle>) => Promise<T>,
): Promise<T> {
  const handle = new addon.AbortHandle();
  if (signal?.aborted === true) throw new SurecallError('SURECALL_ABORTED', 'the call was aborted before it began', { cause: signal.reason });
  const abort = () => handle.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await work(handle);
  } catch (error) {
    throw fromNative(error);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

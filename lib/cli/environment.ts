// cli/ is the command line: flags, files and what is printed. It calls models through the interface in this file, so
// that everything about files, errors and interrupts can be tested without one.

import type { Prompt } from '../caller/messages.js';
import type { CallResult } from '../caller/result.js';
import type { DownloadProgress } from '../models/hub/pull.js';
import type { GpuOption, ModelInfo } from '../native-types.js';
import type { FormatInput } from '../formats/index.js';
import type { Tool } from '../tools/index.js';

/** Where the command line prints. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Where it reads prompts interactively. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Something that answers prompts with calls. */
export interface PromptCaller {
  call(prompt: Prompt, options: { readonly signal: AbortSignal }): Promise<CallResult>;
}

/** What the command line asks of a caller. */
export interface CallerSettings {
  readonly format: FormatInput | 'auto';
  readonly maxTokens?: number;
  /** Results carry a trace of every step. */
  readonly trace: boolean;
}

/** A loaded model. */
export interface CommandModel {
  readonly info: Pick<ModelInfo, 'slots'> & Partial<Pick<ModelInfo, 'path' | 'description' | 'threads' | 'gpu'>>;
  caller(tools: readonly Tool[], settings: CallerSettings): PromptCaller;
  dispose(): Promise<void>;
}

/** What the command line asks of a model. */
export interface ModelSettings {
  readonly threads?: number;
  readonly gpu?: GpuOption;
  /** Called while the model is downloaded. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Prompts that are answered side by side. */
  readonly slots?: number;
  /** A folder for evaluated prefixes. */
  readonly prefixCacheDir?: string;
  readonly signal: AbortSignal;
}

/** Everything that the command line touches besides files. */
export interface CommandEnvironment {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Loads a model from wherever it is, or the bundled one. */
  loadModel(path: string | undefined, settings: ModelSettings): Promise<CommandModel>;
  /** Runs an action should the process exit before the returned function is called. */
  onExit(action: () => void): () => void;
}

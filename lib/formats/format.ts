// formats/ knows how model families spell function calls. A wire format is one small file: the structural tag it builds
// from tools, how its prompt is laid out for the chat template, and how calls are found in a text. It is data for the
// floors below; nothing here decodes.

import type { Tool } from '../tools/tool.js';
import type { ChatMessage } from './message.js';
import type { StructuralTag } from './structural-tag.js';

/** The names of the wire formats. */
export const FORMAT_NAMES = ['json', 'qwen'] as const;

/** The name of a wire format. */
export type FormatName = (typeof FORMAT_NAMES)[number];

/**
 * Which tool the model must or may call: `required` one of them, `auto` any or none, `none` none, or exactly the named
 * one.
 */
export type ToolChoice = 'required' | 'auto' | 'none' | { readonly name: string };

/** Whether the model thinks before it answers: not at all, as long as it likes, or in at most so many tokens. */
export type Thinking = 'off' | 'on' | { readonly maxTokens: number };

/** What decides the shape of the answer besides the tools. */
export interface TagOptions {
  /** Default `required`. */
  readonly toolChoice?: ToolChoice;
  /** Several calls in one answer. Default false. */
  readonly parallelCalls?: boolean;
  /** Default `off`. Formats of models that do not think ignore it. */
  readonly thinking?: Thinking;
}

/** What the chat template gets. */
export interface ChatInput {
  readonly messages: readonly ChatMessage[];
  /** Tools in OpenAI's shape; absent where the format lists them in a message of its own. */
  readonly tools?: readonly OpenAiTool[];
  /** False asks templates that know it for no thinking. */
  readonly enableThinking?: boolean;
}

/** A tool in the shape that chat templates read. */
export interface OpenAiTool {
  readonly type: 'function';
  readonly function: { readonly name: string; readonly description: string; readonly parameters: unknown };
}

/** A call found in a text. */
export interface ParsedCall {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
  /** Where in the text the call, with its tags, begins. */
  readonly start: number;
  /** The index after its last character. */
  readonly end: number;
}

/** How one model family spells function calls. */
export interface WireFormat {
  readonly name: FormatName;
  /** Spacing of the JSON that the family was trained on: `spaced` is ', ' and ': ' as Python's json.dumps writes it. */
  readonly whitespace: 'compact' | 'spaced';
  /**
   * The tag that accepts exactly the answers of this format.
   *
   * @throws SurecallError `SURECALL_EMPTY_TOOLS` or `SURECALL_INVALID_OPTION`.
   */
  structuralTag(tools: readonly Tool[], options?: TagOptions): StructuralTag;
  /** Messages and tools for the model's chat template. */
  chat(tools: readonly Tool[], messages: readonly ChatMessage[]): ChatInput;
  /**
   * The calls in a text that was not produced under our mask, escapes repaired, values as written.
   *
   * @throws SurecallError `SURECALL_PARSE` where something begins as a call and cannot be read as one.
   */
  parse(text: string): ParsedCall[];
}

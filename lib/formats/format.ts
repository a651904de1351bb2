// formats/ knows how model families spell function calls. A wire format is data (definition.ts): the structural tag that it
// builds from tools, how its prompt is laid out for the chat template, and what announces it. This file is what the rest of
// the package sees of one.

import type { Tool } from '../tools/tool.js';
import type { FormatDefinition } from './definition.js';
import type { ChatMessage } from './message.js';
import type { StructuralTag } from './structural-tag.js';

/**
 * Which tools the model must or may call: `required` at least one, `auto` any or none, `none` none, `name` exactly the named
 * one, once; `allowed` as `mode` says (default `auto`), but only these. The prompt lists all tools whatever the choice.
 */
export type ToolChoice =
  | 'required'
  | 'auto'
  | 'none'
  | { readonly name: string }
  | { readonly allowed: readonly string[]; readonly mode?: 'auto' | 'required' };

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
  /** The conversation, with a message that lists the tools where the format has one. */
  readonly messages: readonly ChatMessage[];
  /** Tools in OpenAI's shape; absent where the format lists them in a message of its own. */
  readonly tools?: readonly OpenAiTool[];
  /** Whether the model is to think, for templates that know it. */
  readonly enableThinking?: boolean;
  /** The same under the names that other templates have for it, and what else the format asks of them. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A tool in the shape that chat templates read. */
export interface OpenAiTool {
  readonly type: 'function';
  readonly function: { readonly name: string; readonly description: string; readonly parameters: unknown };
}

/** A call found in a text. */
export interface ParsedCall {
  /** The tool's name, as it is written. */
  readonly name: string;
  /** The arguments, parsed. */
  readonly arguments: Record<string, unknown>;
  /** Where in the text the call, with its tags, begins. */
  readonly start: number;
  /** The index after its last character. */
  readonly end: number;
}

/** How one model family spells function calls. Made from a definition by `defineFormat`. */
export interface WireFormat {
  /** The family's name, or that of the definition. */
  readonly name: string;
  /** What it was made from: plain JSON. */
  readonly definition: FormatDefinition;
  /** Spacing of the JSON that the family was trained on: `spaced` is ', ' and ': ' as Python's json.dumps writes it. */
  readonly whitespace: 'compact' | 'spaced';
  /** Whether models of this family think; if not, `thinking` means nothing to it. */
  readonly thinks: boolean;
  /**
   * The tag that accepts exactly the answers of this format.
   *
   * @throws SurecallError `SURECALL_EMPTY_TOOLS` where a call is required and there is no tool; `SURECALL_INVALID_OPTION`.
   */
  structuralTag(tools: readonly Tool[], options?: TagOptions): StructuralTag;
  /** Messages and tools for the model's chat template. */
  chat(tools: readonly Tool[], messages: readonly ChatMessage[], options?: Pick<TagOptions, 'thinking'>): ChatInput;
  /**
   * What the chat template wrote, brought to where an answer begins: some templates open the thinking block themselves,
   * some close it, some leave both to the model.
   */
  finishPrompt(prompt: string, options?: Pick<TagOptions, 'thinking'>): string;
  /**
   * The calls in a text that was not produced under our mask, escapes repaired. Values are as written; where a style does not
   * tell text from JSON, the schemas of `tools` do.
   *
   * @throws SurecallError `SURECALL_PARSE` where something begins as a call and cannot be read as one.
   */
  parse(text: string, tools?: readonly Tool[]): ParsedCall[];
}

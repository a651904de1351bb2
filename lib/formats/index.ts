// The public entry 'surecall/formats': structural tags for other servers, and calls out of text from anywhere.

import { SurecallError, shown } from '../errors.js';
import { coerce } from '../text/coerce.js';
import { parseAnyTools } from '../tools/parse.js';
import type { Tool, ToolInput } from '../tools/tool.js';
import type { ParsedCall, TagOptions } from './format.js';
import { type FormatInput, wireFormat } from './registry.js';
import type { StructuralTag } from './structural-tag.js';

export { readArguments } from './arguments.js';
export { textBoundaries } from './boundaries.js';
export { defineFormat } from './define.js';
export type { ChoiceTemplates, FormatDefinition, FormatMarks, TagTemplate, ThinkingPrompt, ToolMessage } from './definition.js';
export { detectFormat, type ModelTraits } from './detect.js';
export type { ChatInput, OpenAiTool, ParsedCall, TagOptions, Thinking, ToolChoice, WireFormat } from './format.js';
export type { ChatMessage, ChatToolCall } from './message.js';
export { FORMAT_NAMES, type FormatAlias, type FormatInput, type FormatName, wireFormat } from './registry.js';
export type * from './structural-tag.js';

/** Options of {@link toStructuralTag}. */
export interface ToStructuralTagOptions extends TagOptions {
  /** How calls are spelled: a name, or a definition. */
  readonly format: FormatInput;
}

/**
 * The structural tag for tools in a wire format, in the vocabulary that other servers accept.
 *
 * @throws SurecallError `SURECALL_EMPTY_TOOLS`, `SURECALL_INVALID_OPTION`, `SURECALL_INVALID_FORMAT`, or what `parseTools`
 * throws.
 */
export function toStructuralTag(tools: readonly ToolInput[], options: ToStructuralTagOptions): StructuralTag {
  return wireFormat(options.format).structuralTag(parseAnyTools(tools), options);
}

/**
 * The calls in a text that was not produced under our mask: escapes are repaired and, where `tools` are given, values
 * are brought to their declared types by the table in docs/coercion.md. A text without any call gives an empty list.
 *
 * @throws SurecallError `SURECALL_PARSE` for a call that cannot be read or names no tool; `SURECALL_COERCION` for a
 * value that cannot be converted; `SURECALL_INVALID_OPTION` for an unknown format; `SURECALL_INVALID_FORMAT`; or what
 * `parseTools` throws.
 */
export function parseCalls(text: string, format: FormatInput, tools?: readonly ToolInput[]): ParsedCall[] {
  if (tools === undefined) return wireFormat(format).parse(text);
  const known = parseAnyTools(tools);
  return wireFormat(format).parse(text, known).map((call) => coerceCall(call, known));
}

function coerceCall(call: ParsedCall, tools: readonly Tool[]): ParsedCall {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) {
    const names = tools.map(({ name }) => shown(name)).join(', ');
    throw new SurecallError('SURECALL_PARSE', `there is no tool ${shown(call.name)}; tools: ${names}`, { details: { ...call } });
  }
  if (!tool.strict) return call;
  const args = coerce(call.arguments, tool.parameters, { tool: tool.name }) as Record<string, unknown>;
  return args === call.arguments ? call : { ...call, arguments: args };
}

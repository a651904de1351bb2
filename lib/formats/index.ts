// The public entry 'surecall/formats': structural tags for other servers, and calls out of text from anywhere.

import { SurecallError, shown } from '../errors.js';
import { coerce } from '../text/coerce.js';
import { parseTools } from '../tools/parse.js';
import type { Tool, ToolInput } from '../tools/tool.js';
import { FORMAT_NAMES, type FormatName, type ParsedCall, type TagOptions, type WireFormat } from './format.js';
import { jsonFormat } from './json.js';
import { qwenFormat } from './qwen.js';
import type { StructuralTag } from './structural-tag.js';

export { FORMAT_NAMES } from './format.js';
export type { ChatInput, FormatName, OpenAiTool, ParsedCall, TagOptions, Thinking, ToolChoice, WireFormat } from './format.js';
export type { ChatMessage, ChatToolCall } from './message.js';
export type * from './structural-tag.js';

const FORMATS: Readonly<Record<FormatName, WireFormat>> = { json: jsonFormat, qwen: qwenFormat };

/** What `format: 'auto'` can see of a model. */
export interface ModelTraits {
  readonly chatTemplate?: string | undefined;
  /** True where the vocabulary holds this text as one token. */
  readonly hasToken?: (text: string) => boolean;
}

/**
 * A wire format by its name.
 *
 * @throws SurecallError `SURECALL_INVALID_OPTION` for an unknown name.
 */
export function wireFormat(name: FormatName): WireFormat {
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name];
  const message = `format: must be one of ${FORMAT_NAMES.join(', ')}, got ${shown(name)}`;
  throw new SurecallError('SURECALL_INVALID_OPTION', message, { details: { format: name } });
}

/**
 * The format that a model was trained on, as far as its chat template and vocabulary tell: `qwen` where calls stand in
 * `<tool_call>` tags as JSON, else `json`.
 */
export function detectFormat({ chatTemplate = '', hasToken = () => false }: ModelTraits): FormatName {
  // Qwen 3 Coder and 3.5 use the same tag around XML.
  if (chatTemplate.includes('<function=')) return 'json';
  if (chatTemplate.includes('<tool_call>')) return 'qwen';
  // A template that lists tools and leaves the tag to the model, such as our bundled model's.
  return chatTemplate.includes('tools') && hasToken('<tool_call>') ? 'qwen' : 'json';
}

/** Options of {@link toStructuralTag}. */
export interface ToStructuralTagOptions extends TagOptions {
  readonly format: FormatName;
}

/**
 * The structural tag for tools in a wire format, in the vocabulary that other servers accept.
 *
 * @throws SurecallError `SURECALL_EMPTY_TOOLS`, `SURECALL_INVALID_OPTION`, or what `parseTools` throws.
 */
export function toStructuralTag(tools: readonly ToolInput[], options: ToStructuralTagOptions): StructuralTag {
  return wireFormat(options.format).structuralTag(parseAnyTools(tools), options);
}

/**
 * The calls in a text that was not produced under our mask: escapes are repaired and, where `tools` are given, values
 * are brought to their declared types by the table in docs/coercion.md. A text without any call gives an empty list.
 *
 * @throws SurecallError `SURECALL_PARSE` for a call that cannot be read or names no tool; `SURECALL_COERCION` for a
 * value that cannot be converted; `SURECALL_INVALID_OPTION` for an unknown format; or what `parseTools` throws.
 */
export function parseCalls(text: string, format: FormatName, tools?: readonly ToolInput[]): ParsedCall[] {
  const calls = wireFormat(format).parse(text);
  if (tools === undefined) return calls;
  const known = parseAnyTools(tools);
  return calls.map((call) => coerceCall(call, known));
}

/** An empty list is an error only where a call is required, which is not known here. */
function parseAnyTools(tools: readonly ToolInput[]): Tool[] {
  return tools.length === 0 ? [] : parseTools(tools);
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

// What tool choice means for a structural tag, the same for every format that wraps each call in a tag of its own.

import { SurecallError, shown } from '../errors.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type { Tool } from '../tools/tool.js';
import type { TagOptions, ToolChoice } from './format.js';
import type { Format, JsonSchemaFormat, StructuralTag, TagFormat } from './structural-tag.js';

/** How a format writes one call: what stands before and after the arguments, and what announces a call in free text. */
export interface CallSpelling {
  readonly begin: (name: string) => string;
  readonly end: string;
  /** The common start of all `begin`s. */
  readonly trigger: string;
  /** Strings that free text must not hold. */
  readonly excludes: readonly string[];
}

// Which tool's arguments a part of a tag holds. Beside the tag, not in it: the tag is JSON that other servers read.
const toolNames = new WeakMap<JsonSchemaFormat, string>();

// Tags that hold a whole call.
const calls = new WeakSet<object>();

/** Whether this part of a tag from {@link callTag} is a whole call. */
export function isCall(format: object): boolean {
  return calls.has(format);
}

/** The tool whose arguments this part of a tag from {@link callTag} holds. */
export function toolOfContent(content: JsonSchemaFormat): string | undefined {
  return toolNames.get(content);
}

/**
 * The structural tag for tools and tool choice. One call is a choice between one tag per tool, with no text around it;
 * `auto` and several calls use triggers, so that the model may write text before and between.
 *
 * @throws SurecallError `SURECALL_EMPTY_TOOLS` where a call is required and there is no tool;
 * `SURECALL_INVALID_OPTION` where the tool choice names no tool.
 */
export function callTag(tools: readonly Tool[], options: TagOptions, spelling: CallSpelling): StructuralTag {
  const { toolChoice = 'required', parallelCalls = false } = options;
  return { type: 'structural_tag', format: callFormat(tools, toolChoice, parallelCalls, spelling) };
}

function callFormat(
  tools: readonly Tool[],
  choice: ToolChoice,
  parallelCalls: boolean,
  spelling: CallSpelling,
): Format {
  const { excludes, trigger } = spelling;
  if (choice === 'none' || (choice === 'auto' && tools.length === 0)) return { type: 'any_text', excludes };
  if (typeof choice === 'object') return tagOf(toolNamed(tools, choice.name), spelling);
  if (choice !== 'required' && choice !== 'auto') {
    const message = `toolChoice: must be "required", "auto", "none" or {name}, got ${shown(choice)}`;
    throw new SurecallError('SURECALL_INVALID_OPTION', message, { details: { toolChoice: choice } });
  }
  if (tools.length === 0) throw new SurecallError('SURECALL_EMPTY_TOOLS', 'a tool call is required, but there are no tools');

  const tags = tools.map((tool) => tagOf(tool, spelling));
  if (choice === 'required' && !parallelCalls) {
    return tags.length === 1 ? (tags[0] as TagFormat) : { type: 'or', elements: tags };
  }
  return {
    type: 'triggered_tags',
    triggers: [trigger],
    tags,
    ...(choice === 'required' ? { at_least_one: true } : {}),
    ...(parallelCalls ? {} : { stop_after_first: true }),
    excludes,
  };
}

function toolNamed(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool !== undefined) return tool;
  const names = tools.map((candidate) => shown(candidate.name)).join(', ');
  const message = `toolChoice: there is no tool ${shown(name)}; tools: ${names === '' ? 'none' : names}`;
  throw new SurecallError('SURECALL_INVALID_OPTION', message, { details: { toolChoice: { name } } });
}

function tagOf(tool: Tool, spelling: CallSpelling): TagFormat {
  // A tool that is not strict promises no more than an object.
  const schema: JsonSchema = tool.strict ? tool.parameters : { type: 'object' };
  const content: JsonSchemaFormat = { type: 'json_schema', json_schema: schema };
  toolNames.set(content, tool.name);
  const tag: TagFormat = { type: 'tag', begin: spelling.begin(tool.name), content, end: spelling.end };
  calls.add(tag);
  return tag;
}

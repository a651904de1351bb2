// OpenAI's `tool_choice`: a word, one function, or the functions that are allowed.

import { shown } from '../errors.js';
import type { ToolChoice } from '../formats/index.js';
import { isRecord } from '../json.js';
import type { ToolInput } from '../tools/index.js';
import { badRequest } from './api-error.js';


const WORDS = ['auto', 'none', 'required'] as const;

/**
 * The tool choice of a request. Without one: `auto` if there are tools.
 *
 * @throws ApiError 400 where it has another shape or names no tool.
 */
export function toolChoiceOf(choice: string | Readonly<Record<string, unknown>> | null | undefined, tools: readonly ToolInput[]): ToolChoice {
  if (choice === undefined || choice === null) return tools.length === 0 ? 'none' : 'auto';
  if (typeof choice === 'string') return word(choice, tools);
  const { type } = choice;
  if (type === 'function') return { name: functionName(choice, 'tool_choice', tools) };
  if (type === 'allowed_tools') return allowedTools(choice, tools);
  throw badRequest('tool_choice.type', `must be "function" or "allowed_tools", got ${shown(type)}`);
}

function word(choice: string, tools: readonly ToolInput[]): ToolChoice {
  const known = WORDS.find((one) => one === choice);
  if (known === undefined) throw badRequest('tool_choice', `must be ${WORDS.map((one) => `"${one}"`).join(', ')} or an object, got ${shown(choice)}`);
  if (tools.length > 0 || known === 'none') return known;
  if (known === 'auto') return 'none';
  throw badRequest('tool_choice', 'a call is required, but there are no tools');
}

/** `{type, allowed_tools: {mode, tools}}`, and the same without the inner object. */
function allowedTools(choice: Readonly<Record<string, unknown>>, tools: readonly ToolInput[]): ToolChoice {
  const isNested = choice['allowed_tools'] !== undefined;
  const body = isNested ? choice['allowed_tools'] : choice;
  const at = isNested ? 'tool_choice.allowed_tools' : 'tool_choice';
  if (!isRecord(body)) throw badRequest(at, `must be an object, got ${shown(body)}`);
  const { mode = 'auto', tools: allowed } = body;
  if (mode !== 'auto' && mode !== 'required') throw badRequest(`${at}.mode`, `must be "auto" or "required", got ${shown(mode)}`);
  if (!Array.isArray(allowed) || allowed.length === 0) throw badRequest(`${at}.tools`, `must be a list of tools with at least one, got ${shown(allowed)}`);
  return { mode, allowed: allowed.map((tool: unknown, i) => functionName(tool, `${at}.tools[${i}]`, tools)) };
}

/** The name in `{type: 'function', function: {name}}` or `{type: 'function', name}`. */
function functionName(choice: unknown, at: string, tools: readonly ToolInput[]): string {
  if (!isRecord(choice) || choice['type'] !== 'function') throw badRequest(at, `must be {"type": "function", "function": {"name"}}, got ${shown(choice)}`);
  const inner = choice['function'];
  const name = isRecord(inner) ? inner['name'] : choice['name'];
  if (typeof name !== 'string') throw badRequest(`${at}.function.name`, `must be a string, got ${shown(name)}`);
  if (tools.some((tool) => nameOf(tool) === name)) return name;
  throw badRequest(`${at}.function.name`, `there is no tool ${shown(name)}`);
}

function nameOf(tool: ToolInput): unknown {
  if ('function' in tool) return tool.function.name;
  return 'name' in tool ? tool.name : tool.title;
}

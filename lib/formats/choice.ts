// What a tool choice means: which of the tag templates, and for which tools.

import { SurecallError, shown } from '../errors.js';
import type { Tool } from '../tools/tool.js';
import type { ChoiceTemplates } from './definition.js';
import type { Thinking, ToolChoice } from './format.js';

/** Which template a tool choice needs, and for which tools. */
export interface ResolvedChoice {
  readonly template: keyof ChoiceTemplates;
  readonly tools: readonly Tool[];
}

/**
 * Finds template and tools of a tool choice.
 *
 * @throws SurecallError `SURECALL_EMPTY_TOOLS` where a call is required and there is no tool; `SURECALL_INVALID_OPTION` where
 * the choice is none or names no tool.
 */
export function resolveChoice(tools: readonly Tool[], choice: ToolChoice = 'required'): ResolvedChoice {
  if (typeof choice === 'object' && choice !== null && 'name' in choice) return { template: 'named', tools: [toolNamed(tools, choice.name, choice)] };
  if (typeof choice === 'object' && choice !== null && Array.isArray(choice.allowed)) {
    const { allowed, mode = 'auto' } = choice;
    if (mode !== 'auto' && mode !== 'required') invalid(`mode must be "auto" or "required", got ${shown(mode)}`, choice);
    const named = allowed.map((name) => toolNamed(tools, name, choice));
    return some(mode, tools.filter((tool) => named.includes(tool)));
  }
  if (choice === 'none') return { template: 'none', tools };
  if (choice === 'auto' || choice === 'required') return some(choice, tools);
  return invalid(`must be "required", "auto", "none", {name} or {allowed}, got ${shown(choice)}`, choice);
}

function some(mode: 'auto' | 'required', tools: readonly Tool[]): ResolvedChoice {
  if (tools.length > 0) return { template: mode, tools };
  if (mode === 'auto') return { template: 'none', tools };
  throw new SurecallError('SURECALL_EMPTY_TOOLS', 'a tool call is required, but there are no tools');
}

function toolNamed(tools: readonly Tool[], name: unknown, choice: ToolChoice): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool !== undefined) return tool;
  const names = tools.map((candidate) => shown(candidate.name)).join(', ');
  return invalid(`there is no tool ${shown(name)}; tools: ${names === '' ? 'none' : names}`, choice);
}

function invalid(why: string, toolChoice: unknown): never {
  throw new SurecallError('SURECALL_INVALID_OPTION', `toolChoice: ${why}`, { details: { toolChoice } });
}

/**
 * The most tokens of thinking: undefined for no thinking.
 *
 * @throws SurecallError `SURECALL_INVALID_OPTION`.
 */
export function thinkingTokens(thinking: Thinking = 'off'): number | undefined {
  if (thinking === 'off') return undefined;
  if (thinking === 'on') return Infinity;
  const tokens = (thinking as { readonly maxTokens?: unknown } | null)?.maxTokens;
  if (Number.isInteger(tokens) && (tokens as number) >= 0 && (tokens as number) <= 2_147_483_647) return tokens as number;
  const message = `thinking: must be "off", "on" or {maxTokens} with a whole number of at least 0, got ${shown(thinking)}`;
  throw new SurecallError('SURECALL_INVALID_OPTION', message, { details: { thinking } });
}

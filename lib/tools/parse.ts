// The way in: a list of tool definitions, each in one of four shapes.
//
//   seed dialect       {name, description, parameters: {a: {type}}, returns: {type}}
//   plain              {name, description, parameters: JSON Schema, strict}
//   OpenAI chat        {type: 'function', function: {name, description, parameters: JSON Schema, strict}}
//   OpenAI responses   {type: 'function', name, description, parameters: JSON Schema, strict}

import { shown } from '../errors.js';
import { isRecord } from '../json.js';
import type { JsonSchema } from '../schema/json-schema.js';
import { NO_PARAMETERS, parseParameters } from './parameters.js';
import { failAt, inside, type Place } from './place.js';
import type { DefinedTool, Tool } from './tool.js';
import { checkTypes } from './types.js';

/**
 * Reads tool definitions in any of the shapes above, also mixed.
 *
 * @param input what a file or a user gave
 * @param where named in errors: a file name, or what the value is called
 * @throws SurecallError `SURECALL_INVALID_TOOLS`, `SURECALL_EMPTY_TOOLS`, `SURECALL_DUPLICATE_TOOL` or
 * `SURECALL_UNKNOWN_TYPE`; the message names source, index, tool, property and value.
 */
export function parseTools(input: unknown, where = 'tools'): Tool[] {
  if (!Array.isArray(input)) failAt({ where }, 'SURECALL_INVALID_TOOLS', `must be a list of tools, got ${kindOf(input)}`, input);
  if (input.length === 0) failAt({ where }, 'SURECALL_EMPTY_TOOLS', 'the list of tools is empty');
  const tools = input.map((definition: unknown, index) => parseTool(definition, { where, index }));
  refuseDuplicates(tools, where);
  return tools;
}

/**
 * Reads one definition; `place` is where errors say it is.
 *
 * @throws SurecallError as {@link parseTools}.
 */
export function parseTool(definition: unknown, place: Place): Tool {
  if (!isRecord(definition)) failAt(place, 'SURECALL_INVALID_TOOLS', `must be an object, got ${kindOf(definition)}`, definition);
  const { body, at, isOpenAi } = unwrap(definition, place);
  const name = parseName(body['name'], at);
  const named: Place = { ...at, tool: name };
  const { execute } = body;
  const returns = parseReturns(body['returns'], named);
  const tool: DefinedTool = {
    name,
    description: parseDescription(body['description'], named),
    // OpenAI: "omitting parameters defines a function with an empty parameter list". Elsewhere it is a slip.
    parameters:
      body['parameters'] === undefined && isOpenAi
        ? NO_PARAMETERS
        : parseParameters(body['parameters'], inside(named, 'parameters')),
    ...(returns === undefined ? {} : { returns }),
    strict: parseStrict(body['strict'], named),
    ...(typeof execute === 'function' ? { execute: execute as (args: Record<string, unknown>) => unknown } : {}),
  };
  return tool;
}

interface Unwrapped {
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: Place;
  readonly isOpenAi: boolean;
}

function unwrap(definition: Readonly<Record<string, unknown>>, place: Place): Unwrapped {
  const { type } = definition;
  if (type === undefined) return { body: definition, at: place, isOpenAi: false };
  if (type !== 'function') {
    failAt(inside(place, 'type'), 'SURECALL_INVALID_TOOLS', `must be "function", got ${shown(type)}`, type);
  }
  const inner = definition['function'];
  if (inner === undefined) return { body: definition, at: place, isOpenAi: true };
  const at = inside(place, 'function');
  if (!isRecord(inner)) failAt(at, 'SURECALL_INVALID_TOOLS', `must be an object, got ${kindOf(inner)}`, inner);
  return { body: inner, at, isOpenAi: true };
}

function parseName(name: unknown, place: Place): string {
  const at = inside(place, 'name');
  if (name === undefined) failAt(at, 'SURECALL_INVALID_TOOLS', 'is missing');
  if (typeof name !== 'string') failAt(at, 'SURECALL_INVALID_TOOLS', `must be a string, got ${shown(name)}`, name);
  if (name.trim() === '') failAt(at, 'SURECALL_INVALID_TOOLS', 'is empty', name);
  return name;
}

function parseDescription(description: unknown, place: Place): string {
  if (description === undefined || description === null) return '';
  if (typeof description === 'string') return description;
  return failAt(inside(place, 'description'), 'SURECALL_INVALID_TOOLS', `must be a string, got ${shown(description)}`, description);
}

function parseReturns(returns: unknown, place: Place): JsonSchema | undefined {
  if (returns === undefined || returns === null) return undefined;
  return checkTypes(returns, inside(place, 'returns'), true);
}

function parseStrict(strict: unknown, place: Place): boolean {
  // OpenAI's clients write null for "not said".
  if (strict === undefined || strict === null) return true;
  if (typeof strict === 'boolean') return strict;
  return failAt(inside(place, 'strict'), 'SURECALL_INVALID_TOOLS', `must be true or false, got ${shown(strict)}`, strict);
}

function refuseDuplicates(tools: readonly Tool[], where: string): void {
  const first = new Map<string, number>();
  tools.forEach(({ name }, index) => {
    const earlier = first.get(name);
    if (earlier !== undefined) {
      failAt({ where, index, tool: name, path: 'name' }, 'SURECALL_DUPLICATE_TOOL', `already used by [${earlier}]`, name);
    }
    first.set(name, index);
  });
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isRecord(value) ? 'an object' : shown(value);
}

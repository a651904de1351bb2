// The way in: a list of tool definitions, or an object that holds one under `tools`, each in one of these shapes.
//
//   seed dialect       {name, description, parameters: {a: {type}}, returns: {type}}
//   plain              {name, description, parameters: JSON Schema or Standard Schema, strict}
//   OpenAI chat        {type: 'function', function: {name, description, parameters: JSON Schema, strict}}
//   OpenAI responses   {type: 'function', name, description, parameters: JSON Schema, strict}
//   MCP                {name, title, description, inputSchema: JSON Schema, outputSchema}
//   Anthropic          {name, description, input_schema: JSON Schema}
//   a schema           {title, description, type: 'object', properties: ...}

import { shown } from '../errors.js';
import { isRecord } from '../json.js';
import type { JsonSchema } from '../schema/json-schema.js';
import { NO_PARAMETERS, parseParameters } from './parameters.js';
import { failAt, inside, type Place } from './place.js';
import { isStandardSchema } from './standard-schema.js';
import type { DefinedTool, Tool } from './tool.js';
import { checkTypes } from './types.js';

/**
 * Reads tool definitions in any of the shapes above, also mixed. Members that say nothing about calls, such as MCP's annotations, are ignored.
 *
 * @param input what a file or a user gave
 * @param where named in errors: a file name, or what the value is called
 * @throws SurecallError `SURECALL_INVALID_TOOLS`, `SURECALL_EMPTY_TOOLS`, `SURECALL_DUPLICATE_TOOL` or
 * `SURECALL_UNKNOWN_TYPE`; the message names source, index, tool, property and value.
 */
export function parseTools(input: unknown, where = 'tools'): Tool[] {
  const tools = parseAnyTools(input, where);
  if (tools.length === 0) failAt({ where }, 'SURECALL_EMPTY_TOOLS', 'the list of tools is empty');
  return tools;
}

/**
 * The same where there need not be any tools.
 *
 * @throws SurecallError as {@link parseTools}, but for `SURECALL_EMPTY_TOOLS`.
 */
export function parseAnyTools(input: unknown, where = 'tools'): Tool[] {
  const list = isRecord(input) && Array.isArray(input['tools']) ? (input['tools'] as unknown[]) : input;
  if (!Array.isArray(list)) failAt({ where }, 'SURECALL_INVALID_TOOLS', `must be a list of tools, got ${kindOf(input)}`, input);
  const tools = list.map((definition: unknown, index) => parseTool(definition, { where, index }));
  refuseDuplicates(tools, where);
  return tools;
}

/**
 * Reads one definition; `place` is where errors say it is.
 *
 * @throws SurecallError as {@link parseTools}.
 */
export function parseTool(definition: unknown, place: Place): DefinedTool {
  if (!isRecord(definition)) failAt(place, 'SURECALL_INVALID_TOOLS', `must be an object, got ${kindOf(definition)}`, definition);
  const { body, at, mayLackParameters } = unwrap(definition, place);
  const name = parseName(body['name'], at);
  const named: Place = { ...at, tool: name };
  const { execute } = body;
  const source = parametersOf(body);
  const parameters = body[source];
  const returns = parseReturns(body['returns'] ?? body['outputSchema'], named);
  const schema = isStandardSchema(parameters) ? parameters : body['schema'];
  return {
    name,
    description: parseDescription(body['description'] ?? body['title'], named),
    parameters: parameters === undefined && mayLackParameters ? NO_PARAMETERS : parseParameters(parameters, inside(named, source)),
    ...(returns === undefined ? {} : { returns }),
    strict: parseStrict(body['strict'], named),
    ...(typeof execute === 'function' ? { execute: execute as NonNullable<DefinedTool['execute']> } : {}),
    ...(isStandardSchema(schema) ? { schema: schema as NonNullable<DefinedTool['schema']> } : {}),
  };
}

/** Where a definition keeps its parameters. */
function parametersOf(body: Readonly<Record<string, unknown>>): 'parameters' | 'inputSchema' | 'input_schema' {
  if (body['parameters'] !== undefined) return 'parameters';
  if (body['inputSchema'] !== undefined) return 'inputSchema';
  return body['input_schema'] === undefined ? 'parameters' : 'input_schema';
}

interface Unwrapped {
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: Place;
  /** OpenAI: "omitting parameters defines a function with an empty parameter list". Elsewhere it is a slip. */
  readonly mayLackParameters: boolean;
}

function unwrap(definition: Readonly<Record<string, unknown>>, place: Place): Unwrapped {
  const { type } = definition;
  if (type === undefined) return { body: definition, at: place, mayLackParameters: false };
  if (type === 'object' && definition['parameters'] === undefined) return titledSchema(definition, place);
  if (type !== 'function') {
    failAt(inside(place, 'type'), 'SURECALL_INVALID_TOOLS', `must be "function", got ${shown(type)}`, type);
  }
  const inner = definition['function'];
  if (inner === undefined) return { body: definition, at: place, mayLackParameters: true };
  const at = inside(place, 'function');
  if (!isRecord(inner)) failAt(at, 'SURECALL_INVALID_TOOLS', `must be an object, got ${kindOf(inner)}`, inner);
  return { body: inner, at, mayLackParameters: true };
}

/** A JSON Schema by itself. Its title and description are the tool's, so they are no part of the parameters. */
function titledSchema({ title, description, ...parameters }: Readonly<Record<string, unknown>>, place: Place): Unwrapped {
  if (title === undefined) failAt(inside(place, 'title'), 'SURECALL_INVALID_TOOLS', 'is missing: a JSON Schema needs one to be a tool', parameters);
  return { body: { name: title, description, parameters }, at: place, mayLackParameters: false };
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

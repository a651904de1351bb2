// What the definitions of BFCL mean where they do not say it in JSON Schema. It stands here and not in the parser of tools: taken by
// the letter such a schema means something else, and calls that follow these readings are not valid for the definition as it is
// written, so a user who validates them would rightly complain.
//
//   enum on a parameter of type array       lists its items: no array is equal to a text
//   default null                            the parameter may be null, whatever its type
//
// `properties: {}` inside of parameters is an open object by the letter, too, and needs no reading.

import { isRecord } from '../../json.js';
import type { OpenAiChatTool } from '../../tools/tool.js';

/** The tool with its parameters as they are meant. */
export function meantTool(tool: OpenAiChatTool): OpenAiChatTool {
  const { parameters } = tool.function;
  return parameters === undefined ? tool : { ...tool, function: { ...tool.function, parameters: meant(parameters) as typeof parameters } };
}

function meant(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  let result: Record<string, unknown> = schema;
  if (isRecord(schema['properties'])) {
    result = { ...result, properties: Object.fromEntries(Object.entries(schema['properties']).map(([name, inner]) => [name, meant(inner)])) };
  }
  if (isRecord(schema['items'])) result = { ...result, items: meant(schema['items']) };
  return mayBeNull(listsItems(result));
}

function listsItems(schema: Record<string, unknown>): Record<string, unknown> {
  const { enum: listed, ...rest } = schema;
  if (schema['type'] !== 'array' || !Array.isArray(listed) || listed.some(Array.isArray)) return schema;
  const items = isRecord(schema['items']) ? schema['items'] : {};
  return { ...rest, items: { ...items, enum: listed } };
}

function mayBeNull(schema: Record<string, unknown>): Record<string, unknown> {
  const { type, enum: listed } = schema;
  if (schema['default'] !== null || typeof type !== 'string') return schema;
  return { ...schema, type: [type, 'null'], ...(Array.isArray(listed) && !listed.includes(null) ? { enum: [...listed, null] } : {}) };
}

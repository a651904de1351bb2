// OpenAI's `response_format`: what the text of an answer must look like.

import { shown } from '../errors.js';
import type { Format, StructuralTag } from '../formats/index.js';
import { isRecord } from '../json.js';
import type { JsonSchema } from '../schema/json-schema.js';
import { badRequest } from './api-error.js';
import type { ResponseFormat } from '../caller/response.js';



/**
 * The shape of the answer that a request asks for; undefined for any text.
 *
 * @throws ApiError 400 where it has another shape.
 */
export function responseOf(format: Readonly<Record<string, unknown>> | null | undefined): ResponseFormat | undefined {
  if (format === undefined || format === null) return undefined;
  switch (format['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema':
      return fromSchema(format['json_schema']);
    case 'structural_tag':
      return { type: 'structural_tag', tag: { type: 'structural_tag', format: tagFormat(format) } satisfies StructuralTag };
    default:
      throw badRequest('response_format.type', `must be "text", "json_object", "json_schema" or "structural_tag", got ${shown(format['type'])}`);
  }
}

function fromSchema(wrapped: unknown): ResponseFormat {
  if (!isRecord(wrapped)) throw badRequest('response_format.json_schema', `must be an object with a name and a schema, got ${shown(wrapped)}`);
  const { schema, name } = wrapped;
  if (typeof name !== 'string') throw badRequest('response_format.json_schema.name', `must be a string, got ${shown(name)}`);
  if (typeof schema !== 'boolean' && !isRecord(schema)) throw badRequest('response_format.json_schema.schema', `must be a JSON Schema, got ${shown(schema)}`);
  return { type: 'json_schema', schema: schema as JsonSchema };
}

/** `{type, format}` as xgrammar documents it, or the older `{type, structures, triggers}`. Both are judged where tags are compiled. */
function tagFormat({ format, structures, triggers }: Readonly<Record<string, unknown>>): Format {
  if (isRecord(format)) return format as unknown as Format;
  if (!Array.isArray(structures)) throw badRequest('response_format.format', `must be a format of a structural tag, got ${shown(format)}`);
  const tags = structures.map((one: unknown, i) => {
    if (!isRecord(one)) throw badRequest(`response_format.structures[${i}]`, `must be an object, got ${shown(one)}`);
    const { begin, schema, end } = one;
    return { type: 'tag', begin, content: { type: 'json_schema', json_schema: schema }, end };
  });
  return { type: 'triggered_tags', triggers, tags } as unknown as Format;
}

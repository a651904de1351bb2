// Answers that are no calls: what the model may write where no tool is called.

import { SurecallError, shown } from '../errors.js';
import type { TagOptions, WireFormat } from '../formats/index.js';
import { withResponse } from '../formats/response.js';
import type { Format, StructuralTag } from '../formats/structural-tag.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type { Tool } from '../tools/index.js';

/** The text of an answer without calls: any, a JSON object, a value of a schema, or what a structural tag says. */
export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | { readonly type: 'json_schema'; readonly schema: JsonSchema }
  | { readonly type: 'structural_tag'; readonly tag: StructuralTag };

/**
 * The tag for tools and response: calls as the tool choice says, and where it allows an answer without calls, the response.
 *
 * @throws SurecallError `SURECALL_INVALID_OPTION` for a response where a call is required; what `structuralTag` throws.
 */
export function answerTag(format: WireFormat, tools: readonly Tool[], options: TagOptions, response: ResponseFormat | undefined): StructuralTag {
  const part = response === undefined ? undefined : responseFormat(response);
  const { toolChoice } = options;
  const mayAnswer = toolChoice === 'auto' || toolChoice === 'none' || (typeof toolChoice === 'object' && 'allowed' in toolChoice && toolChoice.mode !== 'required');
  if (response !== undefined && !mayAnswer) {
    throw new SurecallError('SURECALL_INVALID_OPTION', `response: with toolChoice ${shown(toolChoice)} every answer is a call; use "auto" or "none"`);
  }
  const tag = format.structuralTag(tools, options);
  return part === undefined ? tag : { ...tag, format: withResponse(tag.format, part) };
}

/** The format of a response; undefined for free text. */
function responseFormat(response: ResponseFormat): Format | undefined {
  switch (response.type) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json_schema', json_schema: { type: 'object' } };
    case 'json_schema':
      return { type: 'json_schema', json_schema: response.schema };
    case 'structural_tag':
      return response.tag.format;
    default: {
      const { type } = response as { readonly type?: unknown };
      const message = `response.type: must be "text", "json_object", "json_schema" or "structural_tag", got ${shown(type)}`;
      throw new SurecallError('SURECALL_INVALID_OPTION', message);
    }
  }
}

/** The response may be JSON that users read as it is, so that it must not need repair. */
export function isStrict(response: ResponseFormat | undefined): boolean {
  return response !== undefined && response.type !== 'text';
}

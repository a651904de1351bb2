// Answers that are no calls: what the model may write where no tool is called.

import { SurecallError, shown } from '../errors.js';
import type { TagOptions, WireFormat } from '../formats/index.js';
import type { Format, StructuralTag } from '../formats/structural-tag.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type { Tool } from '../tools/index.js';

/** The text of an answer without calls: any, a JSON object, a value of a schema, or what a structural tag says. */
export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | { readonly type: 'json_schema'; readonly schema: JsonSchema }
  | { readonly type: 'structural_tag'; readonly tag: StructuralTag };

/** What an answer must look like. */
export interface AnswerTag {
  readonly tag: StructuralTag;
  /** The part of it that is the response; absent where the response is free text. */
  readonly response?: Format;
}

/**
 * The tag for tools and response: calls as the tool choice says, and where it allows an answer without calls, the response. Without
 * a tool choice calls are required if there are tools and no response, and allowed if there are both.
 *
 * @throws SurecallError `SURECALL_INVALID_OPTION` for a response where a call is required; what `structuralTag` throws.
 */
export function answerTag(format: WireFormat, tools: readonly Tool[], options: TagOptions, response: ResponseFormat | undefined): AnswerTag {
  const toolChoice = options.toolChoice ?? (response === undefined ? 'required' : tools.length > 0 ? 'auto' : 'none');
  if (response !== undefined && toolChoice !== 'auto' && toolChoice !== 'none') {
    throw new SurecallError('SURECALL_INVALID_OPTION', `response: with toolChoice ${shown(toolChoice)} every answer is a call; use "auto" or "none"`);
  }
  const part = response === undefined ? undefined : responseFormat(response);
  if (part === undefined) return { tag: format.structuralTag(tools, { ...options, toolChoice }) };
  if (toolChoice === 'none' || tools.length === 0) return { tag: { type: 'structural_tag', format: part }, response: part };
  const calls = format.structuralTag(tools, { ...options, toolChoice: 'required' });
  // Calls first: where a text is both, it is a call.
  return { tag: { type: 'structural_tag', format: { type: 'or', elements: [calls.format, part] } }, response: part };
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
      // One element: the same part of a tag may also stand elsewhere in it.
      return { type: 'sequence', elements: [response.tag.format] };
    default:
      throw new SurecallError('SURECALL_INVALID_OPTION', `response.type: must be "text", "json_object", "json_schema" or "structural_tag", got ${shown((response as { type?: unknown }).type)}`);
  }
}

/** The response is JSON that users read as it is, so that it must not need repair. */
export function isJson(response: ResponseFormat | undefined): boolean {
  return response !== undefined && response.type !== 'text';
}

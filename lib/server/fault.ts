// Which member of a request an error of the package is about: tools are named by their index, schemas by their pointer.

import { shown, type SurecallError } from '../errors.js';
import { ApiError } from './api-error.js';
import { paramOf } from './http-errors.js';
import type { ChatRequest } from './request-schema.js';

/** The member at fault; undefined where the error does not say. */
export function faultOf({ code, details = {} }: SurecallError, { tools, response_format: format }: ChatRequest): string | undefined {
  const { index, path, tool, pointer } = details;
  if (typeof index === 'number') {
    const member = `${code === 'SURECALL_INVALID_MESSAGES' ? 'messages' : 'tools'}[${index}]`;
    return typeof path === 'string' && path !== '' ? `${member}.${path}` : member;
  }
  if (typeof tool === 'string') {
    const at = (tools ?? []).findIndex(({ function: { name } }) => name === tool);
    return `tools[${at}].function.parameters${schemaPath(pointer)}`;
  }
  if (format?.['type'] === 'json_schema' && typeof pointer === 'string') return `response_format.json_schema.schema${schemaPath(pointer)}`;
  return undefined;
}

/** A request for a model that is not served here. */
export function unknownModel(model: string): ApiError {
  return new ApiError(404, `model: the model ${shown(model)} does not exist; GET /v1/models lists what does`, { param: 'model', code: 'model_not_found' });
}

/** The part of a pointer that is inside the schema: those of compiled tags lead through the tag. */
function schemaPath(pointer: unknown): string {
  if (typeof pointer !== 'string') return '';
  const inside = pointer.slice(pointer.indexOf('/json_schema') + '/json_schema'.length);
  const path = paramOf(pointer.includes('/json_schema') ? inside : pointer);
  return path === '' || path.startsWith('[') ? path : `.${path}`;
}

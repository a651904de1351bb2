// What Fastify and its validator find wrong with a request, in the server's own words.

import type { FastifyError, FastifySchemaValidationError } from 'fastify';
import { shown } from '../errors.js';
import { ApiError } from './api-error.js';

/** A fault of the body, the headers or the route as an answer; undefined for what is no fault of the request. */
export function fromFastify(error: FastifyError, bodyLimit: number): ApiError | undefined {
  const [fault] = error.validation ?? [];
  if (fault !== undefined) return fromValidator(fault);
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError(413, `the body is larger than ${bodyLimit} bytes`, { code: 'body_too_large' });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError(415, 'the body must be JSON: content-type: application/json', { code: 'unsupported_media_type' });
    default:
  }
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new ApiError(status, error.message) : undefined;
}

/** A fault that the validator found: the first one. */
function fromValidator({ instancePath, keyword, params, message = 'is not valid', ...rest }: FastifySchemaValidationError): ApiError {
  const { data } = rest as { data?: unknown };
  if (instancePath === '' && keyword === 'type') return new ApiError(400, `the body must be a JSON object, got ${shown(data)}`, { code: 'invalid_type' });
  if (keyword === 'additionalProperties') {
    const name = String(params['additionalProperty']);
    const param = paramOf(`${instancePath}/${name}`);
    return new ApiError(400, `${param}: unknown or unsupported parameter`, { param, code: 'unknown_parameter' });
  }
  if (keyword === 'required') {
    const param = paramOf(`${instancePath}/${String(params['missingProperty'])}`);
    return new ApiError(400, `${param}: is missing`, { param, code: 'missing_required_parameter' });
  }
  const param = paramOf(instancePath);
  const code = keyword === 'type' ? 'invalid_type' : 'invalid_value';
  return new ApiError(400, `${param}: ${describe(keyword, params, message)}, got ${shown(data)}`, { param, code });
}

function describe(keyword: string, params: Record<string, unknown>, message: string): string {
  if (keyword === 'enum') return `must be one of ${(params['allowedValues'] as unknown[]).map((value) => shown(value)).join(', ')}`;
  if (keyword === 'type') return `must be ${[params['type']].flat().join(' or ')}`;
  return message;
}

/** A JSON pointer as OpenAI writes places in a request: `/messages/0/content` is `messages[0].content`. */
export function paramOf(pointer: string): string {
  const steps = pointer.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.map((step, i) => (/^\d+$/.test(step) ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
}

// Errors as OpenAI's clients know them: {error: {message, type, param, code}} with a status. Whatever goes wrong becomes one.

import { describeError, SurecallError, type ErrorCode } from '../errors.js';

/** What is sent. */
export interface ErrorBody {
  readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string | null };
}

/** A request that fails, and what its sender is told. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The member of the request at fault, as in `tools[2].function.parameters`. */
  readonly param: string | null;
  readonly code: string | null;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, options: { param?: string | undefined; code?: string; cause?: unknown; retryAfter?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.param = options.param ?? null;
    this.code = options.code ?? null;
    this.retryAfter = options.retryAfter;
  }

  /** The body of the response. */
  get body(): ErrorBody {
    return { error: { message: this.message, type: typeOf(this.status), param: this.param, code: this.code } };
  }
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** A fault of the request at one of its members. */
export function badRequest(param: string | undefined, message: string, code?: string): ApiError {
  return new ApiError(400, param === undefined ? message : `${param}: ${message}`, { param, ...(code === undefined ? {} : { code }) });
}

/** How the package's own errors answer a request. What is not listed is not the sender's fault: 500. */
const STATUS: Partial<Record<ErrorCode, { readonly status: number; readonly code: string; readonly param?: string }>> = {
  SURECALL_INVALID_TOOLS: { status: 400, code: 'invalid_tools', param: 'tools' },
  SURECALL_EMPTY_TOOLS: { status: 400, code: 'invalid_tools', param: 'tools' },
  SURECALL_DUPLICATE_TOOL: { status: 400, code: 'duplicate_tool', param: 'tools' },
  SURECALL_UNKNOWN_TYPE: { status: 400, code: 'invalid_tools', param: 'tools' },
  SURECALL_UNSUPPORTED_SCHEMA: { status: 400, code: 'unsupported_schema' },
  SURECALL_INVALID_TAG: { status: 400, code: 'invalid_structural_tag', param: 'response_format' },
  SURECALL_INVALID_PROGRAM: { status: 400, code: 'unsupported_schema' },
  SURECALL_INVALID_OPTION: { status: 400, code: 'invalid_value' },
  SURECALL_INVALID_MESSAGES: { status: 400, code: 'invalid_messages', param: 'messages' },
  SURECALL_CHAT_TEMPLATE: { status: 400, code: 'chat_template', param: 'messages' },
  SURECALL_BUDGET_TOO_SMALL: { status: 400, code: 'max_tokens_too_small', param: 'max_completion_tokens' },
  SURECALL_CONTEXT_TOO_SMALL: { status: 400, code: 'context_length_exceeded', param: 'messages' },
  SURECALL_DISPOSED: { status: 503, code: 'shutting_down' },
};

/** Anything that was thrown, as an answer. `param` is the member that was being read, where the error does not know better. */
export function toApiError(error: unknown, paramOf: (error: SurecallError) => string | undefined = () => undefined): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SurecallError) {
    const known = STATUS[error.code];
    if (known !== undefined) {
      return new ApiError(known.status, error.message, { param: paramOf(error) ?? known.param, code: known.code, cause: error });
    }
  }
  // Schemas are read recursively; what fills the stack has thousands of items in a row.
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return new ApiError(400, 'the schemas of the request are too long or too deep to be compiled', { code: 'unsupported_schema', cause: error });
  }
  // What happened inside is for the log of the server, not for whoever asked.
  return new ApiError(500, `the server failed (${describeError(error).code}); its log says more`, { code: 'internal_error', cause: error });
}

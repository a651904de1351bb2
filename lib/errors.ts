// Every error that surecall throws on purpose: one class, one table of codes. Messages may be reworded between
// releases; the codes may not.

/**
 * The codes of {@link SurecallError} and what each means. `SURECALL_INTERNAL` is the only one that says "this is our
 * fault"; all others name something in the input, the files, the machine or the order of calls.
 */
export const ERROR_CODES = {
  // Tool definitions
  SURECALL_INVALID_TOOLS: 'The tool definitions have the wrong shape',
  SURECALL_EMPTY_TOOLS: 'There is no tool to call',
  SURECALL_DUPLICATE_TOOL: 'Two tools have the same name',
  SURECALL_UNKNOWN_TYPE: 'A parameter has a type that is not a JSON type',

  // Conversations
  SURECALL_INVALID_MESSAGES: 'The messages of a conversation have the wrong shape',

  // Schemas, tags and programs
  SURECALL_UNSUPPORTED_SCHEMA: 'A JSON Schema uses a keyword that cannot be enforced, or is not a schema',
  SURECALL_INVALID_TAG: 'A structural tag has the wrong shape',
  SURECALL_INVALID_FORMAT: 'A wire format of one\'s own has the wrong shape',
  SURECALL_INVALID_PROGRAM: 'The mask engine refused a program',

  // Options and usage
  SURECALL_INVALID_OPTION: 'An option has a value that it cannot take',
  SURECALL_USAGE: 'The command line was used wrongly',

  // Files
  SURECALL_FILE_NOT_FOUND: 'A file does not exist',
  SURECALL_INVALID_INPUT_FILE: 'A file cannot be read, or its contents have the wrong shape',
  SURECALL_BAD_JSON: 'A file is not valid JSON',
  SURECALL_OUTPUT_FILE: 'The results cannot be written',

  // Models
  SURECALL_MODEL_LOAD: 'The model cannot be loaded: missing, truncated, not GGUF or not supported',
  SURECALL_DOWNLOAD: 'A model cannot be downloaded: no such file, no access, no connection, no room, or not what it should be',
  SURECALL_CHAT_TEMPLATE: 'The chat template of the model cannot be parsed or refused the messages',

  // One call
  SURECALL_BUDGET_TOO_SMALL: 'No complete answer fits in the token budget',
  SURECALL_CONTEXT_TOO_SMALL: 'Prompt and answer do not fit in the context of the model',
  SURECALL_TOOL_FAILED: 'The function behind a tool failed or took too long',
  SURECALL_TEACHER: 'The given answer of a replay is not one that the tools allow',
  SURECALL_ABORTED: 'The call was stopped by its AbortSignal',
  SURECALL_DISPOSED: 'The model was disposed before or during the call',
  SURECALL_PARSE: 'A text that was not produced under our mask holds no readable call',
  SURECALL_COERCION: 'A value cannot be converted to its declared type',

  // The floor below
  SURECALL_NATIVE: 'The native addon is missing, does not fit this machine or reported a failure',
  SURECALL_INTERNAL: 'An error that surecall did not expect: please report it',
} as const;

/** A stable error code: a key of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What may accompany an error. */
export interface SurecallErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Facts for programs: file, index, tool, path, value, ... */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The class of all errors that surecall throws on purpose. Compare `code`, not the message. */
export class SurecallError extends Error {
  override readonly name = 'SurecallError';
  /** Stable across releases, see {@link ERROR_CODES}. */
  readonly code: ErrorCode;
  /** Facts for programs, where there are any. */
  readonly details?: Readonly<Record<string, unknown>>;

  /** An error of a code; the message names what to fix. */
  constructor(code: ErrorCode, message: string, options: SurecallErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.details !== undefined) this.details = options.details;
  }
}

/** Code and message of anything that was thrown; what is not a {@link SurecallError} gets `SURECALL_INTERNAL`. */
export function describeError(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  if (error instanceof SurecallError) return { code: error.code, message: error.message };
  return { code: 'SURECALL_INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

/** The same failure as a {@link SurecallError}, if the native addon threw it; anything else unchanged. */
export function fromNative(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SurecallError) return error;
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string' || !Object.hasOwn(ERROR_CODES, code)) return error;
  return new SurecallError(code as ErrorCode, error.message, { cause: error });
}

/** A value in an error message: JSON text, cut when it is long. */
export function shown(value: unknown, limit = 80): string {
  if (value === undefined) return 'nothing';
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // Cyclic objects and bigints have no JSON text.
  }
  text ??= String(value);
  return text.length <= limit ? text : `${text.slice(0, limit)}...`;
}

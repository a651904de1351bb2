// Reading JSON files with errors that name the place. They are read whole, so their size is bounded.

import { readFileSync, statSync } from 'node:fs';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { SurecallError } from '../errors.js';

/** Most bytes of a JSON file: as much as fits in memory several times over, as bytes, text and value. */
export const JSON_FILE_LIMIT = 256 * 1024 * 1024;

/**
 * The value in a JSON file.
 *
 * @throws SurecallError `SURECALL_FILE_NOT_FOUND`, `SURECALL_INVALID_INPUT_FILE` (not readable, not UTF-8, too large) or
 * `SURECALL_BAD_JSON` with line and column.
 */
export function readJsonFile(path: string): unknown {
  const text = readTextFile(path);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // JSON.parse decides what is JSON; the other parser only says where it is not.
    const { place, reason } = findFault(text, cause);
    throw new SurecallError('SURECALL_BAD_JSON', `${path}${place}: ${reason}`, { cause, details: { path } });
  }
}

function readTextFile(path: string): string {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > JSON_FILE_LIMIT) {
      throw new SurecallError('SURECALL_INVALID_INPUT_FILE', `${path}: is larger than ${JSON_FILE_LIMIT} bytes; use JSON lines (.jsonl)`, { details: { path } });
    }
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  try {
    // Also drops the byte order mark that some editors write.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SurecallError('SURECALL_INVALID_INPUT_FILE', `${path}: is not UTF-8 text`, { cause, details: { path } });
  }
}

/** What a failure to open or read a file means. */
export function unreadableFile(path: string, cause: unknown): SurecallError {
  if (cause instanceof SurecallError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const options = { cause, details: { path } };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new SurecallError('SURECALL_FILE_NOT_FOUND', `${path}: no such file`, options);
  }
  const reason = code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? String(cause)})`;
  return new SurecallError('SURECALL_INVALID_INPUT_FILE', `${path}: ${reason}`, options);
}

function findFault(text: string, cause: unknown): { place: string; reason: string } {
  if (text.trim() === '') return { place: '', reason: 'is empty' };
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch {
    // Nesting that is deep enough to fill that parser's stack: the reason without the place has to do.
  }
  const [first] = errors;
  if (first === undefined) return { place: '', reason: `is not JSON: ${(cause as Error).message}` };
  const before = text.slice(0, first.offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { place: `:${before.length}:${column}`, reason: `is not JSON: ${inWords(printParseErrorCode(first.error))}` };
}

/** "CommaExpected" as "comma expected". */
function inWords(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

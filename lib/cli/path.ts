// What paths mean, and where output may go: into a file in a folder that exists or can be made, or to a pipe or a device.

import { accessSync, constants, mkdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { SurecallError } from '../errors.js';

/** Standard input or standard output in the place of a file. */
export const STANDARD_STREAM = '-';

/** Whether a path is for JSON lines; everything else is for one JSON list. */
export function isLines(path: string): boolean {
  return path === STANDARD_STREAM || /\.(jsonl|ndjson)$/i.test(path);
}

/** An output path that was found usable. */
export interface OutputPath {
  /** The file itself where the path is a link: a link stays a link. */
  readonly target: string;
  /** A pipe or a device, which can neither be replaced nor read again. */
  readonly isStream: boolean;
}

/**
 * Prepares to write: creates the folder, but no file.
 *
 * @throws SurecallError `SURECALL_OUTPUT_FILE` where the path is a folder or its folder cannot be written.
 */
export function prepareOutput(path: string): OutputPath {
  const existing = statOf(path);
  if (existing?.isDirectory()) throw new SurecallError('SURECALL_OUTPUT_FILE', `${path}: is a folder`, { details: { path } });
  if (existing !== undefined && !existing.isFile()) return { target: path, isStream: true };
  try {
    const target = existing === undefined ? path : realpathSync(path);
    mkdirSync(dirname(target), { recursive: true });
    accessSync(dirname(target), constants.W_OK);
    return { target, isStream: false };
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/** The error for output that cannot be written. */
export function notWritable(path: string, cause: unknown): SurecallError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new SurecallError('SURECALL_OUTPUT_FILE', `${path}: cannot be written (${reason})`, { cause, details: { path } });
}

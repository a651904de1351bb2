// The prompts of a run: a JSON list, read whole, or JSON lines, read as they are needed.

import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { SurecallError, shown } from '../errors.js';
import type { InputStream } from './environment.js';
import { faultyItem, itemFromText, type Item, toItem } from './item.js';
import { readJsonFile, unreadableFile } from './json-file.js';
import { countLines, type Line, readLines } from './lines.js';
import { isLines, STANDARD_STREAM } from './path.js';

/** Bytes of a line, if the command line does not say: far above any prompt, and harmless some dozens of times. */
export const DEFAULT_LINE_LIMIT = 16 * 1024 * 1024;

/** What a run is to answer. */
export interface Input {
  readonly items: Iterable<Item> | AsyncIterable<Item>;
  /** How many items there are, as far as that can be known before all are read; otherwise undefined. */
  count(): Promise<number | undefined>;
}

/** How input is read. */
export interface InputOptions {
  readonly stdin: InputStream;
  /** Ends the input early. */
  readonly signal: AbortSignal;
  readonly lineLimit: number;
}

/**
 * Opens an input file. What is wrong with a JSON list is an error here; what is wrong with a line is that item's error.
 *
 * @throws SurecallError for a file that cannot be read or is no list of prompts.
 */
export function openInput(path: string, options: InputOptions): Input {
  if (!isLines(path)) return listInput(readItems(path), options.signal);
  if (path === STANDARD_STREAM) {
    return { items: lineItems(() => options.stdin as Readable, 'standard input', options), count: async () => undefined };
  }
  const isRegular = checkReadable(path);
  return {
    items: lineItems(() => createReadStream(path, { highWaterMark: 1 << 18 }), path, options),
    count: async () => (isRegular ? countLines(createReadStream(path, { highWaterMark: 1 << 20 })) : undefined),
  };
}

/**
 * The items of a JSON list in a file.
 *
 * @throws SurecallError for the first entry that is none, too.
 */
export function readItems(path: string): Exclude<Item, { error: SurecallError }>[] {
  const list = readJsonFile(path);
  if (!Array.isArray(list)) {
    throw new SurecallError('SURECALL_INVALID_INPUT_FILE', `${path}: must be a list of objects with a prompt, got ${shown(list)}`, { details: { path } });
  }
  return list.map((entry: unknown, index) => {
    const item = toItem(entry, { where: `${path}: [${index}]`, number: index + 1 });
    if (item.error !== undefined) throw item.error;
    return item;
  });
}

function listInput(items: readonly Item[], signal: AbortSignal): Input {
  const untilAborted = function* (): Generator<Item> {
    for (const item of items) {
      if (signal.aborted) return;
      yield item;
    }
  };
  return { items: untilAborted(), count: async () => items.length };
}

async function* lineItems(open: () => Readable, name: string, { signal, lineLimit }: InputOptions): AsyncGenerator<Item, void, undefined> {
  for await (const line of readLines(chunksOf(open(), name, signal), lineLimit)) {
    // Also when the input was cut in the middle of a line.
    if (signal.aborted) return;
    if (line.text?.trim() !== '') yield lineItem(line, name, lineLimit);
  }
}

function lineItem({ text, fault, number }: Line, name: string, lineLimit: number): Item {
  const place = { where: `${name}:${number}`, number };
  if (text !== undefined) return itemFromText(text, place);
  const problem = fault === 'too long' ? `the line is longer than ${lineLimit} bytes (--line_limit)` : 'is not UTF-8 text';
  return faultyItem(place, 'SURECALL_INVALID_INPUT_FILE', problem);
}

/** The stream's chunks until the signal; a stream that waits for more is closed, so that nothing waits for it. */
async function* chunksOf(stream: Readable, name: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const close = (): void => void stream.destroy();
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer | string>) {
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
  } catch (cause) {
    if (!signal.aborted) throw unreadableFile(name, cause);
  } finally {
    signal.removeEventListener('abort', close);
  }
}

/** Throws before anything else is done if a file cannot be read; says whether it is a regular file. */
function checkReadable(path: string): boolean {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    accessSync(path, constants.R_OK);
    return stat.isFile();
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
}

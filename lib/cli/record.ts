// What is written for an item, and what it is written to.

import type { ErrorCode } from '../errors.js';
import type { ItemKey } from './item.js';

/** One entry of the output: the item's key with a call, or with the error in its place. */
export type ResultRecord = ItemKey & (
  | { readonly name: string; readonly parameters: Readonly<Record<string, unknown>>; readonly error?: undefined }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }
);

/** Where results go. Every method throws SurecallError `SURECALL_OUTPUT_FILE` where writing fails. */
export interface ResultSink {
  /** How many results were added. */
  readonly count: number;
  /** Adds a result. Whoever has the next one waits for the promise, if there is one. */
  add(record: ResultRecord): void | Promise<void>;
  /** Puts what is in memory on disk, as far as that can be done at once: the process is about to exit. */
  flush(): void;
  /** Writes the rest. */
  close(): void | Promise<void>;
}

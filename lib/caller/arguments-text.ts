// The arguments of a call as JSON text, while they are written in whatever style.

import { StringDecoder } from 'node:string_decoder';
import { EscapeRepair } from '../text/repair.js';
import type { CallReader } from './call-text.js';

/** Turns what a model writes for the arguments of one call into pieces of JSON. */
export class ArgumentsText {
  readonly #decoder = new StringDecoder('utf8');
  readonly #repair: EscapeRepair | undefined;

  constructor(_tool: string, { lenient }: CallReader) {
    this.#repair = lenient ? new EscapeRepair() : undefined;
  }

  /** JSON that is certain after these bytes, and was not returned before. */
  add(bytes: Buffer): string {
    const text = this.#decoder.write(bytes);
    return this.#repair?.push(text) ?? text;
  }

  /** The same where an argument ends. */
  endMember(): string {
    return '';
  }

  /** The rest. */
  end(): string {
    return this.#repair?.end() ?? '';
  }
}

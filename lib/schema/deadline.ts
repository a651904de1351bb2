// Compiling takes as long as a schema makes it take. Where schemas come from people whom one does not know, there is a limit.

import { refuse } from './refuse.js';

// Asking for the time costs more than most of what is asked between.
const CHECK_EVERY = 8;

/** A time by which the schemas of one program must be compiled. */
export class Deadline {
  readonly #milliseconds: number;
  readonly #until: number;
  #calls = 0;

  /** Begins now; `Infinity` never ends. */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#until = performance.now() + milliseconds;
  }

  /**
   * To be called for each part of the work.
   *
   * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA` when the time is up.
   */
  check(pointer: () => string): void {
    if (this.#calls++ % CHECK_EVERY !== 0 || performance.now() <= this.#until) return;
    refuse(pointer(), `the schemas take longer than ${this.#milliseconds} ms to compile`);
  }
}

// Which steps of decoding wrote which text.

import type { Vocabulary } from '../mask.js';
import type { DecodeStep } from '../native-types.js';
import { toTraceStep } from './answer.js';
import type { TraceStep } from './result.js';

/** The steps of an answer in their order, each until the text that it wrote is passed on. */
export class StepTexts {
  readonly #vocabulary: Vocabulary;
  #waiting: { readonly step: DecodeStep; readonly end: number }[] = [];
  #end = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  add(steps: readonly DecodeStep[]): void {
    for (const step of steps) {
      // What stands in the place of an escaped quote is the next step.
      if (step.kind === 'choice') this.#end = step.escaped ? step.begin : step.end;
      else for (const token of step.tokens) this.#end += this.#vocabulary.bytes(token).length;
      this.#waiting.push({ step, end: this.#end });
    }
  }

  /** Takes the steps that wrote the text up to byte `to`, the last of them entirely. */
  takeUpTo(to: number): TraceStep[] {
    let count = 0;
    while (count < this.#waiting.length && (this.#waiting[count]?.end ?? 0) <= to) count++;
    return this.#waiting.splice(0, count).map(({ step }) => toTraceStep(step, this.#vocabulary));
  }
}

// What MaskBench counts, from the answers of one engine.

import type { Outcome } from './engine-process.js';
import type { Row } from './jobs.js';
import { keywordOfMessage } from './keyword.js';
import type { Answer } from './protocol.js';

/** What became of a schema. */
export type Verdict = 'passing' | 'refused' | 'rejects valid' | 'accepts invalid' | 'failed' | 'crashed' | 'timed out';

/** Nanoseconds of many events, for percentiles. */
export class Times {
  #values = new Float64Array(1024);
  #length = 0;
  #sorted = true;

  push(nanoseconds: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = nanoseconds;
    this.#sorted = false;
  }

  get length(): number {
    return this.#length;
  }

  get mean(): number {
    return this.#view().reduce((sum, value) => sum + value, 0) / this.#length;
  }

  /** The value below which a share of the values lies; `percentile(1)` is the largest. */
  percentile(share: number): number {
    if (!this.#sorted) {
      this.#view().sort();
      this.#sorted = true;
    }
    return this.#length === 0 ? NaN : (this.#values[Math.min(this.#length - 1, Math.floor(share * this.#length))] as number);
  }

  #view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** The counts of one engine. */
export class Tally {
  readonly verdicts = new Map<string, Verdict>();
  /** Refused schemas by keyword, or by what the engine said instead. */
  readonly refusedBy = new Map<string, number>();
  /** Lines about what an engine that is right about everything would not have done. */
  readonly faults: string[] = [];
  readonly masks = new Times();
  readonly steps = new Times();
  readonly toFirstMask = new Times();
  validInstances = 0;
  invalidInstances = 0;
  validRejected = 0;
  invalidAccepted = 0;
  otherSpelling = 0;

  add(row: Row, outcome: Outcome): void {
    this.verdicts.set(row.id, this.#judge(row, outcome));
  }

  count(verdict: Verdict): number {
    return [...this.verdicts.values()].filter((one) => one === verdict).length;
  }

  #judge(row: Row, outcome: Outcome): Verdict {
    if ('ended' in outcome) {
      this.faults.push(`${row.id}: ${outcome.ended}: ${outcome.how}`);
      return outcome.ended;
    }
    if (outcome.failed !== undefined) {
      this.faults.push(`${row.id}: failed: ${outcome.failed}`);
      return 'failed';
    }
    if (outcome.refused !== undefined) {
      const keyword = outcome.keyword ?? keywordOfMessage(outcome.refused);
      this.refusedBy.set(keyword, (this.refusedBy.get(keyword) ?? 0) + 1);
      return 'refused';
    }
    this.toFirstMask.push((outcome.compileNs ?? 0) + (outcome.firstMaskNs ?? 0));
    return this.#judgeTests(row, outcome);
  }

  #judgeTests(row: Row, { tests = [] }: Answer): Verdict {
    let verdict: Verdict = 'passing';
    for (const [index, { valid }] of row.tests.entries()) {
      const walk = tests[index];
      if (walk === undefined) continue;
      for (const [at, mask] of walk.masks.entries()) {
        this.masks.push(mask);
        if (at < walk.accepts.length) this.steps.push(mask + (walk.accepts[at] as number));
      }
      if (valid) this.validInstances++;
      else this.invalidInstances++;
      if (walk.accepted && (walk.spelling ?? 0) > 0) this.otherSpelling++;
      if (walk.failed !== undefined) {
        this.faults.push(`${row.id}: test ${index} failed: ${walk.failed}`);
        verdict = 'failed';
      }
      if (walk.accepted === valid) continue;
      this.faults.push(`${row.id}: test ${index}: ${valid ? 'rejects a valid' : 'accepts an invalid'} instance`);
      if (valid) this.validRejected++;
      else this.invalidAccepted++;
      if (verdict === 'passing' || !valid) verdict = valid ? 'rejects valid' : 'accepts invalid';
    }
    return verdict;
  }
}

/** Mask times at the places that every engine reached: same schema, same instance, same token. */
export function commonMasks(answers: readonly Outcome[], into: readonly Times[]): void {
  const all = answers.map((answer) => ('tests' in answer ? answer.tests : undefined));
  if (all.some((tests) => tests === undefined)) return;
  const count = Math.min(...all.map((tests) => tests?.length ?? 0));
  for (let test = 0; test < count; test++) {
    const reached = Math.min(...all.map((tests) => tests?.[test]?.masks.length ?? 0));
    for (const [engine, tests] of all.entries()) {
      const masks = tests?.[test]?.masks ?? [];
      for (let at = 0; at < reached; at++) into[engine]?.push(masks[at] as number);
    }
  }
}

// Sums over trials, for each category and arm.

import { FAILURES, type Outcome } from './answer.js';
import { ARMS, type Arm } from './task.js';
import type { Trial } from './run.js';

/** One category, or all, in one arm. */
export interface Row {
  readonly category: string;
  readonly arm: Arm;
  readonly trials: number;
  readonly right: number;
  /** Answers by what is wrong with them, as shares of all. */
  readonly failures: Readonly<Record<(typeof FAILURES)[number], number>>;
  /** The share that is not right. */
  readonly failureRate: number;
  /** Answers that were tried again, all retries, and how many of the former became valid, and right. */
  readonly retried: number;
  readonly retries: number;
  readonly recovered: number;
  readonly recoveredRight: number;
  /** Per task, failed attempts included. */
  readonly tokens: number;
  readonly steps: number;
  /** Share of the tokens that were determined and not chosen. */
  readonly fastForwarded: number;
  /** All tokens, those of failed answers included, for each valid call; undefined where there is none. */
  readonly tokensPerValidCall?: number;
  /** Per task. */
  readonly promptMs: number;
  readonly answerMs: number;
}

/** The name of the rows over all categories. */
export const ALL = 'all';

/** The rows of a report: by category in the order of `categories`, then all of them together. */
export function summarise(trials: readonly Trial[], categories: readonly string[]): Row[] {
  const known = categories.filter((category) => trials.some((trial) => trial.category === category));
  const groups = known.length > 1 ? [...known, ALL] : known;
  return groups.flatMap((category) => ARMS.flatMap((arm) => {
    const chosen = trials.filter((trial) => trial.arm === arm && (category === ALL || trial.category === category));
    return chosen.length === 0 ? [] : [rowOf(category, arm, chosen)];
  }));
}

function rowOf(category: string, arm: Arm, trials: readonly Trial[]): Row {
  const sum = (of: (trial: Trial) => number): number => trials.reduce((total, trial) => total + of(trial), 0);
  const count = (outcome: Outcome): number => trials.filter((trial) => trial.outcome === outcome).length;
  const each = (of: (trial: Trial) => number): number => sum(of) / trials.length;
  const retried = trials.filter(({ attempts }) => attempts > 1);
  const tokens = sum((trial) => trial.tokens);
  const validCalls = sum(({ valid, calls }) => (valid ? calls : 0));
  const right = count('right');
  return {
    category,
    arm,
    trials: trials.length,
    right,
    failures: Object.fromEntries(FAILURES.map((failure) => [failure, count(failure) / trials.length])) as Row['failures'],
    failureRate: 1 - right / trials.length,
    retried: retried.length,
    retries: sum(({ attempts }) => attempts - 1),
    recovered: retried.filter(({ valid }) => valid).length,
    recoveredRight: retried.filter(({ outcome, valid }) => valid && outcome === 'right').length,
    tokens: tokens / trials.length,
    steps: each(({ steps }) => steps),
    fastForwarded: tokens === 0 ? 0 : sum(({ fastForwarded }) => fastForwarded) / tokens,
    ...(validCalls === 0 ? {} : { tokensPerValidCall: tokens / validCalls }),
    promptMs: each(({ promptMs }) => promptMs),
    answerMs: each(({ answerMs }) => answerMs),
  };
}

// The ratchet: what each row of an outside suite came to when it was last recorded. A row may get better, never worse.
//
// ratchet/SUITE.json lists the rows that do not pass entirely, a letter per test (verdicts.ts). A test fails where a
// letter got worse (p, then r, then w, then x) or where the data is not the data that was recorded.
// `npm run ratchet:update` records the present state: read the difference before committing it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { repositoryPath, sharedPath } from '../support/shared-data.js';
import type { Verdicts } from './verdicts.js';

interface Record_ {
  readonly suite: string;
  readonly tests: number;
  readonly passed: number;
  readonly refused: number;
  readonly wrong: number;
  readonly failed: number;
  readonly different: number;
  /** Rows that do not pass entirely. */
  readonly rows: Readonly<Record<string, string>>;
}

/** Rows on which we differ from a suite on purpose: row -> reason. A row is named whole or by one test, as in `row#2`. */
type Policy = Readonly<Record<string, readonly { readonly reason: string; readonly rows: readonly string[] }[]>>;

const BADNESS: Readonly<Record<string, number>> = { p: 0, d: 0, r: 1, w: 2, x: 3 };
const UPDATE = process.env['RATCHET_UPDATE'] === '1';

/** The path of a shared file, or undefined after saying why the test is skipped. */
export function sharedOrSkip(context: TestContext, name: string): string | undefined {
  const path = sharedPath(`data/${name}`);
  if (path === undefined) context.skip(`../shared/data/${name} is not there`);
  return path;
}

/** Compares a suite's verdicts with what was recorded, and fails on any regression. */
export function checkRatchet(context: TestContext, suite: string, verdicts: Verdicts, tests: (row: string) => number): void {
  const now = summarise(suite, withPolicy(suite, verdicts), tests);
  const path = repositoryPath(`test/conformance/ratchet/${suite}.json`);
  const { passed, refused, wrong, failed, different } = now;
  context.diagnostic(`${suite}: ${passed} of ${now.tests} pass, ${refused} refused, ${wrong} wrong, ${failed} failed, ${different} different by policy`);
  if (UPDATE || !existsSync(path)) {
    writeFileSync(path, `${JSON.stringify(now, null, 1)}\n`);
    assert.ok(UPDATE, `${suite}: nothing was recorded before; now it is, in test/conformance/ratchet/${suite}.json`);
    return;
  }
  const before = JSON.parse(readFileSync(path, 'utf8')) as Record_;
  assert.equal(now.tests, before.tests, `${suite}: the data has other rows than were recorded; run npm run ratchet:update`);
  const changes = changedRows(verdicts.keys(), before, now);
  const better = changes.filter(({ worse }) => !worse);
  if (better.length > 0) context.diagnostic(`${suite}: ${better.length} rows got better; record it with npm run ratchet:update`);
  const worse = changes.filter((change) => change.worse);
  const lines = worse.slice(0, 40).map(({ row, from, to }) => `  ${row}: ${from} -> ${to}`).join('\n');
  assert.equal(worse.length, 0, `${suite}: ${worse.length} rows got worse (p pass, r refused, w wrong, x failed):\n${lines}\nIf it is meant: npm run ratchet:update`);
}

function changedRows(rows: Iterable<string>, before: Record_, now: Record_) {
  return [...rows].flatMap((row) => {
    const [from, to] = [before.rows[row] ?? 'p', now.rows[row] ?? 'p'];
    if (from === to) return [];
    const length = Math.max(from.length, to.length);
    const letter = (verdict: string, at: number) => (verdict.length === 1 ? verdict : (verdict[at] ?? 'p'));
    const worse = Array.from({ length }, (_, at) => badness(letter(to, at)) > badness(letter(from, at))).includes(true);
    return [{ row, from, to, worse }];
  });
}

function badness(letter: string): number {
  return BADNESS[letter] as number;
}

function withPolicy(suite: string, verdicts: Verdicts): Verdicts {
  const policy = JSON.parse(readFileSync(repositoryPath('test/conformance/policy.json'), 'utf8')) as Policy;
  const meant = new Set((policy[suite] ?? []).flatMap(({ rows }) => rows));
  return new Map([...verdicts].map(([row, letters]) => {
    const differs = (at: number) => meant.has(row) || meant.has(`${row}#${at}`);
    return [row, [...letters].map((letter, at) => (letter === 'w' && differs(at) ? 'd' : letter)).join('')];
  }));
}

function summarise(suite: string, verdicts: Verdicts, tests: (row: string) => number): Record_ {
  const counts: Record<string, number> = { p: 0, r: 0, w: 0, x: 0, d: 0 };
  const rows: Record<string, string> = {};
  let total = 0;
  for (const [row, letters] of verdicts) {
    total += tests(row);
    if (letters === 'r' || letters === 'x') counts[letters] = (counts[letters] ?? 0) + tests(row);
    else for (const letter of letters) counts[letter] = (counts[letter] ?? 0) + 1;
    if (/[^p]/.test(letters)) rows[row] = letters;
  }
  const count = (letter: string) => counts[letter] ?? 0;
  return { suite, tests: total, passed: count('p'), refused: count('r'), wrong: count('w'), failed: count('x'), different: count('d'), rows };
}

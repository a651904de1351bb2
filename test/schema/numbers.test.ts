import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULT_LIMITS } from '../../lib/defaults.js';
import { compare, type Decimal, decimal, decimalOf, text } from '../../lib/schema/decimal.js';
import { type NumberConstraints, type NumberPatterns, numberPattern } from '../../lib/schema/numbers.js';
import { type Random, seededRandom } from '../support/random.js';
import { readRows, sharedPath } from '../support/shared-data.js';

/** The exact value of a JSON number. */
function parse(json: string): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(json) ?? assert.fail(json);
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(`${sign}${whole}${fraction}`);
  return scale >= 0 ? decimal(digits, scale) : decimal(digits * 10n ** BigInt(-scale), 0);
}

function isMultiple(value: Decimal, step: Decimal): boolean {
  const scale = BigInt(Math.max(value.scale, step.scale));
  return (value.digits * 10n ** (scale - BigInt(value.scale))) % (step.digits * 10n ** (scale - BigInt(step.scale))) === 0n;
}

const compiled = new Map<string, RegExp>();
function matches(pattern: string, json: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) compiled.set(pattern, (expression = new RegExp(`^(?:${pattern})$`, 'u')));
  return expression.test(json);
}

/** What a `textValue` node of these patterns accepts. */
function accepts(patterns: NumberPatterns | undefined, json: string): boolean {
  if (patterns === undefined) return false;
  return (
    patterns.match.every((pattern) => matches(pattern, json)) &&
    !patterns.avoid.some((pattern) => matches(pattern, json)) &&
    patterns.multipleOf.every((step) => isMultiple(parse(json), parse(step)))
  );
}

/** What the keywords say of an exact value. */
function satisfies(constraints: NumberConstraints, value: Decimal): boolean {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf = [], not = [] } = constraints;
  return (
    (minimum === undefined || compare(value, decimalOf(minimum)) >= 0) &&
    (exclusiveMinimum === undefined || compare(value, decimalOf(exclusiveMinimum)) > 0) &&
    (maximum === undefined || compare(value, decimalOf(maximum)) <= 0) &&
    (exclusiveMaximum === undefined || compare(value, decimalOf(exclusiveMaximum)) < 0) &&
    multipleOf.every((step) => isMultiple(value, decimalOf(step))) &&
    !not.some((other) => compare(value, decimalOf(other)) === 0)
  );
}

/** What a validator sees after JSON.parse; multipleOf aside, which doubles cannot decide. */
function satisfiesAsDouble(constraints: NumberConstraints, value: number): boolean {
  return Number.isFinite(value) && satisfies({ ...constraints, multipleOf: [] }, decimalOf(value));
}

function randomBound(random: Random): number {
  const digits = random.pick([0, 0, 0, 1, 2, 3]);
  return (random.below(4001) - 2000) / 10 ** digits / random.pick([1, 1, 10, 100]);
}

function randomConstraints(random: Random): NumberConstraints {
  const maybe = (chance: number, value: () => number) => (random.next() < chance ? value() : undefined);
  const integer = random.next() < 0.5;
  const low = randomBound(random);
  return {
    integer,
    minimum: maybe(0.5, () => low),
    exclusiveMinimum: maybe(0.2, () => low - random.pick([0, 0, 0.5, 1])),
    maximum: maybe(0.5, () => low + random.below(300) / random.pick([1, 10])),
    exclusiveMaximum: maybe(0.2, () => low + random.below(300) / random.pick([1, 7, 10])),
    multipleOf: random.next() < 0.3 ? [random.pick([1, 2, 3, 5, 7, 10, 12, 25, 0.5, 0.25, 0.1, 0.01, 2.5, 1.5, 0.125])] : [],
    not: random.next() < 0.3 ? Array.from({ length: 3 }, () => Math.round(low) + random.below(5) / random.pick([1, 1, 2])) : [],
  };
}

/** Spellings around the bounds: values, neighbours, zeros that say nothing, -0. */
function spellings(constraints: NumberConstraints, random: Random): string[] {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, not = [] } = constraints;
  const near = [minimum, exclusiveMinimum, maximum, exclusiveMaximum, ...not, 0].filter((bound) => bound !== undefined);
  const out: string[] = ['0', '-0'];
  for (let i = 0; i < 60; i++) {
    const base = decimalOf(random.pick(near));
    const scale = random.pick([0, 0, 1, 2, 3, 6]);
    const offset = BigInt(random.below(21) - 10);
    const shifted = decimal(base.digits * 10n ** BigInt(scale) + offset * 10n ** BigInt(base.scale), base.scale + scale);
    const spelled = text(shifted);
    out.push(spelled);
    if (!constraints.integer) out.push(spelled.includes('.') ? `${spelled}00` : `${spelled}.0`, spelled.replace(/\.?[0-9]$/, ''));
  }
  return out.filter((json) => /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(json) && (!constraints.integer || !json.includes('.')));
}

test('ranges, multiples and exclusions agree with exact arithmetic', () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const random = seededRandom(seed);
    const constraints = randomConstraints(random);
    const patterns = numberPattern(constraints, DEFAULT_LIMITS);
    for (const json of spellings(constraints, random)) {
      const expected = satisfies(constraints, parse(json));
      const isLong = json.replace(/[-.]/g, '').length > 15;
      if (expected && isLong) continue;
      assert.equal(accepts(patterns, json), expected, `seed ${seed}: ${JSON.stringify(constraints)} ${json} ${JSON.stringify(patterns)}`);
    }
  }
});

test('what is accepted stays valid when it is read as a double', () => {
  const random = seededRandom(77);
  const cases: NumberConstraints[] = [
    { exclusiveMaximum: 1 }, { exclusiveMinimum: 1 }, { exclusiveMinimum: 0 }, { exclusiveMaximum: 0 }, { exclusiveMinimum: -1 }, { exclusiveMaximum: -1 },
    { minimum: 0.1 }, { maximum: 0.3 }, { exclusiveMinimum: 1e-25 }, { exclusiveMaximum: 1e15 }, { not: [1] }, { not: [0] }, { not: [0.1, 0.5] },
    { integer: true, exclusiveMaximum: 2 ** 53 }, { integer: true, exclusiveMaximum: 2 ** 63 }, { integer: true, exclusiveMinimum: -(2 ** 63) },
    { integer: true, minimum: -(2 ** 63), maximum: 2 ** 63 }, { integer: true, not: [7] },
  ];
  for (const constraints of cases) {
    const patterns = numberPattern(constraints, DEFAULT_LIMITS);
    const { exclusiveMaximum, exclusiveMinimum, maximum, minimum, not = [] } = constraints;
    const centre = decimalOf(exclusiveMaximum ?? exclusiveMinimum ?? maximum ?? minimum ?? not[0] ?? 0);
    let accepted = 0;
    for (let i = 0; i < 3000; i++) {
      const scale = constraints.integer ? 0 : random.below(21);
      const offset = BigInt(Math.floor(random.next() ** 4 * 10 ** random.below(12))) * (random.next() < 0.5 ? 1n : -1n);
      const at = decimal(centre.digits * 10n ** BigInt(scale) + offset * 10n ** BigInt(centre.scale), centre.scale + scale);
      const json = text(at);
      if (!accepts(patterns, json)) continue;
      accepted++;
      assert.ok(satisfies(constraints, at), `${JSON.stringify(constraints)} ${json}`);
      assert.ok(satisfiesAsDouble(constraints, Number(json)), `${JSON.stringify(constraints)} ${json} as a double`);
    }
    assert.ok(accepted > 100, `${JSON.stringify(constraints)}: only ${accepted}`);
  }
});

test('without keywords every finite number can be written', () => {
  const free = numberPattern({}, DEFAULT_LIMITS);
  for (const json of ['0', '-0', '1.5', '-12e3', '1E+99', '1e-99', '0.00001']) assert.ok(accepts(free, json), json);
  for (const json of ['01', '.5', '1.', '+1', '1e400', '1e', 'NaN', '']) assert.ok(!accepts(free, json), json);
  assert.ok(!accepts(numberPattern({ integer: true }, DEFAULT_LIMITS), '1.0'));
  const wide = numberPattern({}, { ...DEFAULT_LIMITS, integerDigits: 300, exponentDigits: 3 });
  for (const json of ['1e8', '1e-287']) assert.ok(accepts(wide, json), json);
  // What would become infinite or zero is not written.
  for (const json of ['1e9', '1e400', '1e010', '1e-999']) assert.ok(!accepts(wide, json), json);
});

test('bounded numbers have the exponents that cannot carry them out of their bounds', () => {
  const cases: [NumberConstraints, string[], string[]][] = [
    [{ minimum: 1 }, ['1e1', '1.5E+20'], ['1e-1', '0e1']],
    [{ minimum: 0, maximum: 1 }, ['1e-06', '0.5e-3'], ['1e0', '1e1', '2e-9']],
    [{ minimum: 0 }, ['1e-06', '2e9'], ['-1e-6']],
    [{ maximum: -2 }, ['-2e3'], ['-2e-1']],
    [{ minimum: 1, maximum: 2 }, ['1.5'], ['1e0', '15e-1']],
    [{ minimum: 1, multipleOf: [2] }, ['2'], ['2e1']],
  ];
  for (const [constraints, good, bad] of cases) {
    const pattern = numberPattern(constraints, DEFAULT_LIMITS);
    for (const json of good) assert.ok(accepts(pattern, json), `${JSON.stringify(constraints)} ${json}`);
    for (const json of bad) assert.ok(!accepts(pattern, json), `${JSON.stringify(constraints)} ${json}`);
  }
});

test('contradictions have no pattern', () => {
  const contradictions: NumberConstraints[] = [
    { minimum: 2, maximum: 1 },
    { exclusiveMinimum: 1, maximum: 1 },
    { integer: true, exclusiveMinimum: 1, exclusiveMaximum: 2 },
    { integer: true, minimum: 1, maximum: 2, not: [1, 2] },
    { minimum: 1, maximum: 1, not: [1] },
    { minimum: 1, maximum: 9, multipleOf: [10] },
    { multipleOf: [4, 6], minimum: 1, maximum: 11 },
    { integer: true, multipleOf: [0.4], minimum: 1, maximum: 1 },
    { exclusiveMinimum: Number.MAX_VALUE },
  ];
  for (const constraints of contradictions) assert.equal(numberPattern(constraints, DEFAULT_LIMITS), undefined, JSON.stringify(constraints));
  const satisfiable: NumberConstraints[] = [
    { multipleOf: [4, 6], minimum: 1, maximum: 12 },
    { integer: true, minimum: 1, maximum: 3, not: [1, 3] },
    { exclusiveMinimum: 0, maximum: 1e-12, not: [1e-12] },
    { minimum: 1e25, maximum: 1e26 },
    { minimum: 0.1, maximum: 0.2, not: [0.1] },
  ];
  for (const constraints of satisfiable) assert.ok(numberPattern(constraints, DEFAULT_LIMITS), JSON.stringify(constraints));
});

test('a multipleOf of too many remainders is split or refused', () => {
  assert.deepEqual(numberPattern({ integer: true, multipleOf: [86_400] }, DEFAULT_LIMITS)?.multipleOf, ['3200', '27']);
  assert.throws(() => numberPattern({ integer: true, multipleOf: [1_000_003] }, DEFAULT_LIMITS), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message: /remainders/ });
});

interface SweepRow {
  readonly schema: { readonly type?: string } & Record<string, unknown>;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

const sweep = sharedPath('data/json-schema-sweep-dev.jsonl.gz');
test('the numeric rows of the sweep', { skip: sweep === undefined && 'json-schema-sweep-dev.jsonl.gz is absent' }, () => {
  let rows = 0;
  for (const { schema, accepted, rejected } of readRows(sweep as string) as SweepRow[]) {
    if (schema.type !== 'integer' && schema.type !== 'number') continue;
    rows++;
    const { type, multipleOf, ...bounds } = schema;
    const constraints: NumberConstraints = { integer: type === 'integer', ...bounds, multipleOf: multipleOf === undefined ? [] : [multipleOf as number] };
    const patterns = numberPattern(constraints, DEFAULT_LIMITS);
    const isNumber = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
    for (const json of accepted) assert.ok(accepts(patterns, json), `${JSON.stringify(schema)} refuses ${json}`);
    for (const json of rejected.filter((text) => isNumber.test(text))) assert.ok(!accepts(patterns, json), `${JSON.stringify(schema)} accepts ${json}`);
  }
  assert.ok(rows > 20, `${rows} rows`);
});

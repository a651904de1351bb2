// Numeric keywords as patterns over the spelling of numbers.
//
// A number is read twice: as the decimal that it is, and as the double that JSON.parse makes of it. What is accepted
// here satisfies the keywords both ways. For bounds that takes no more than a careful choice of the bound, since rounding
// keeps the order. multipleOf and excluded values do not survive rounding, so where doubles are not exact the number of
// digits is limited to 15, which every double keeps. Bounded numbers have an exponent only where any exponent of that sign
// keeps them within the bounds, those with other constraints none; -0 counts as 0.

import type { ValueLimits } from '../defaults.js';
import { SurecallError } from '../errors.js';
import {
  add, aligned, compare, type Decimal, decimal, decimalOf, floorDivide, leastCommonMultiple, negate, nextUp, spelled, text,
} from './decimal.js';

/** Keywords on numbers; what is left out does not bind. All numbers are finite, those of `multipleOf` positive. */
export interface NumberConstraints {
  /** Spelled without point and exponent. */
  readonly integer?: boolean;
  /** With a fraction that is not zero. */
  readonly fractional?: boolean;
  readonly minimum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMaximum?: number | undefined;
  readonly multipleOf?: readonly number[];
  readonly notMultipleOf?: readonly number[];
  /** Values that are excluded, in every spelling. */
  readonly not?: readonly number[];
}

/** Options of `ProgramBuilder.textValue` with the spelling `raw`. */
export interface NumberPatterns {
  readonly match: readonly string[];
  readonly avoid: readonly string[];
  readonly multipleOf: readonly string[];
  readonly notMultipleOf: readonly string[];
}

/** Digits that a double keeps, whatever they are. */
const EXACT_DIGITS = 15;
/** More digits than this make no finite double. */
const FINITE_DIGITS = 308;
/** Steps above this would take too many states (native/program/char_dfa.h). */
const MOST_REMAINDERS = 20_000n;
const ONE: Decimal = { digits: 1n, scale: 0 };
const ANY_DIGITS = '[0-9][0-9.]*';

/** What is left to decide when bounds are exact and inclusive. */
interface Range {
  readonly low: Decimal | undefined;
  readonly high: Decimal | undefined;
  readonly step: Decimal | undefined;
  readonly not: readonly Decimal[];
  readonly fractional: boolean;
  readonly integerDigits: number;
  readonly fractionDigits: number;
  /** The number of digits is limited to {@link EXACT_DIGITS}. */
  readonly exact: boolean;
}

/**
 * The patterns of the numbers that satisfy `constraints`, or nothing if no number does within the limits.
 *
 * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA` for a multipleOf whose remainders are too many.
 */
export function numberPattern(constraints: NumberConstraints, limits: ValueLimits): NumberPatterns | undefined {
  const { integer = false, fractional = false, multipleOf = [], notMultipleOf = [], not = [] } = constraints;
  const isPlain = multipleOf.length + notMultipleOf.length + not.length === 0 && !fractional;
  const isFree = isPlain && (['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'] as const).every((bound) => constraints[bound] === undefined);
  if (isFree) return { match: [freeNumber(integer, limits)], avoid: [], multipleOf: [], notMultipleOf: [] };
  const range = rangeOf(constraints, limits);
  // Of numbers that are no multiples it is left to the engine to find one.
  if (notMultipleOf.length === 0 && !hasValue(range)) return undefined;
  const { low, high, step, integerDigits, fractionDigits } = range;
  const match = [spelling(integerDigits, integer ? 0 : fractionDigits)];
  const isLong = (bound: Decimal): boolean => spelled(bound)[0].length > integerDigits;
  if (low !== undefined && !isLong(low)) match.push(atLeast(low));
  if (high !== undefined && !isLong(high)) match.push(atMost(high));
  if (range.exact) match.push(`-?(?:[0-9]{1,${EXACT_DIGITS}}|[0-9]+\\.[0-9]+)`, `-?[0-9.]{1,${EXACT_DIGITS + 1}}`);
  if (fractional) match.push('-?[0-9]+\\.[0-9]*[1-9][0-9]*');
  const exponent = isPlain && !integer ? harmlessExponent(constraints, limits) : '';
  const excluded = range.not.filter(({ scale }) => !integer || scale === 0);
  return {
    match: exponent === '' ? match : match.map((pattern) => `(?:${pattern})${exponent}`),
    avoid: excluded.length === 0 ? [] : [excluded.map(equal).join('|')],
    multipleOf: step === undefined || (integer && compare(step, ONE) === 0) ? [] : coprimeSteps(step),
    notMultipleOf: notMultipleOf.map((one) => text(decimalOf(one))),
  };
}

function freeNumber(integer: boolean, limits: ValueLimits): string {
  const whole = Math.min(limits.integerDigits, FINITE_DIGITS);
  return integer ? spelling(whole, 0) : `${spelling(whole, limits.fractionDigits)}${exponentPattern(limits, true, true)}`;
}

/** Exponents that enlarge or diminish a number, as far as it stays finite and does not become zero. */
function exponentPattern({ integerDigits, fractionDigits, exponentDigits }: ValueLimits, enlarging: boolean, diminishing: boolean): string {
  const largest = Math.min(10 ** exponentDigits - 1, FINITE_DIGITS - Math.min(integerDigits, FINITE_DIGITS));
  const smallest = Math.min(10 ** exponentDigits - 1, FINITE_DIGITS - 1 - fractionDigits);
  const upTo = (most: number): string => (most === 10 ** exponentDigits - 1 ? `[0-9]{1,${exponentDigits}}` : wholeAtMost(String(most)));
  const signs = [
    ...(enlarging && largest > 0 ? [`\\+?(?:${upTo(largest)})`] : []),
    ...(diminishing && smallest > 0 ? [`-(?:${upTo(smallest)})`] : []),
  ];
  return exponentDigits === 0 || signs.length === 0 ? '' : `(?:[eE](?:${signs.join('|')}))?`;
}

/**
 * Exponents that leave a number within its bounds whatever they are: smaller ones where the bounds include everything down
 * to zero, larger ones where there is no bound away from it.
 */
function harmlessExponent({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: NumberConstraints, limits: ValueLimits): string {
  const low = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity);
  const high = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity);
  const mayGrow = (low === -Infinity && high <= 0) || (high === Infinity && low >= 0);
  return exponentPattern(limits, mayGrow, low <= 0 && high >= 0);
}

function spelling(integerDigits: number, fractionDigits: number): string {
  const more = integerDigits > 1 ? `[0-9]{0,${integerDigits - 1}}` : '';
  return `-?(?:0|[1-9]${more})${fractionDigits > 0 ? `(?:\\.[0-9]{1,${fractionDigits}})?` : ''}`;
}

function rangeOf(constraints: NumberConstraints, limits: ValueLimits): Range {
  const { integer = false, fractional = false, minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf = [], notMultipleOf = [], not = [] } = constraints;
  const steps = multipleOf.map(decimalOf);
  const step = (integer ? [ONE, ...steps] : steps).reduce<Decimal | undefined>((all, one) => (all === undefined ? one : leastCommonMultiple(all, one)), undefined);
  const given = [minimum, exclusiveMinimum, maximum, exclusiveMaximum].filter((bound) => bound !== undefined).map(decimalOf);
  const scale = Math.max(limits.fractionDigits, ...[...given, ...steps].map((bound) => bound.scale));
  const low = tightest([lower(minimum, integer), above(exclusiveMinimum, scale, integer)], 1);
  const high = tightest([upper(maximum, integer), below(exclusiveMaximum, scale, integer)], -1);
  const nearest = nearestToZero(low, high);
  const isExactInteger = (bound: Decimal | undefined): boolean =>
    bound !== undefined && bound.digits <= BigInt(Number.MAX_SAFE_INTEGER) && bound.digits >= BigInt(Number.MIN_SAFE_INTEGER);
  const isKeptApart = steps.length === 0 && not.every((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  const survivesRounding = integer && (isKeptApart || (isExactInteger(low) && isExactInteger(high)));
  return {
    low,
    high,
    step,
    not: not.map(decimalOf),
    integerDigits: Math.min(FINITE_DIGITS, Math.max(limits.integerDigits, nearest === undefined ? 0 : spelled(nearest)[0].length)),
    fractionDigits: Math.max(scale, low?.scale ?? 0, high?.scale ?? 0),
    fractional,
    exact: fractional || notMultipleOf.length > 0 || (steps.length + not.length > 0 && !survivesRounding),
  };
}

/** The largest (`sign` 1) or smallest (-1) of the bounds that are given. */
function tightest(bounds: readonly (Decimal | undefined)[], sign: 1 | -1): Decimal | undefined {
  return bounds.reduce((best, bound) => (best === undefined || (bound !== undefined && compare(bound, best) * sign > 0) ? bound : best), undefined);
}

function lower(bound: number | undefined, integer: boolean): Decimal | undefined {
  if (bound === undefined) return undefined;
  const exact = decimalOf(bound);
  return integer ? decimal(-floorDivide(negate(exact), ONE), 0) : exact;
}

/** The least number above `bound`, both as it is written and as a double. */
function above(bound: number | undefined, scale: number, integer: boolean): Decimal | undefined {
  if (bound === undefined) return undefined;
  const exact = decimalOf(bound);
  const next = integer ? decimal(floorDivide(exact, ONE) + 1n, 0) : add(exact, decimal(1n, scale));
  if (Number(text(next)) > bound) return next;
  const up = nextUp(bound);
  return Number.isFinite(up) ? lower(up, integer) : decimal(10n ** BigInt(FINITE_DIGITS + 1), 0);
}

function upper(bound: number | undefined, integer: boolean): Decimal | undefined {
  const mirrored = lower(bound === undefined ? undefined : -bound, integer);
  return mirrored && negate(mirrored);
}

function below(bound: number | undefined, scale: number, integer: boolean): Decimal | undefined {
  const mirrored = above(bound === undefined ? undefined : -bound, scale, integer);
  return mirrored && negate(mirrored);
}

function nearestToZero(low: Decimal | undefined, high: Decimal | undefined): Decimal | undefined {
  if (low !== undefined && low.digits > 0n) return low;
  return high !== undefined && high.digits < 0n ? high : undefined;
}

// --- is there a value? ----------------------------------------------------------------------------------------------

/**
 * Tries the values next to zero, where digits are fewest: one more than could be excluded, on either side.
 */
function hasValue(range: Range): boolean {
  const { low, high } = range;
  if (low !== undefined && high !== undefined && compare(low, high) > 0) return false;
  const start = nearestToZero(low, high) ?? decimal(0n, 0);
  return grids(range, start).some((step) => {
    const down = floorDivide(start, step);
    for (let i = 0n; i <= BigInt(range.not.length + (range.fractional ? 2 : 1)); i++) {
      for (const count of [down + i, down - i]) {
        const [digits, scale] = [count * step.digits, step.scale];
        if (isValue(range, decimal(digits, scale))) return true;
      }
    }
    return false;
  });
}

/** Without multipleOf values may lie on any decimal grid: coarse ones for few digits, the finest for narrow ranges. */
function grids(range: Range, start: Decimal): readonly Decimal[] {
  if (range.step !== undefined) return [range.step];
  const inexact = Math.max(0, EXACT_DIGITS - spelled(start)[0].length);
  return [...new Set([0, start.scale, inexact, range.fractionDigits])].map((scale) => ({ digits: 1n, scale }));
}

function isValue({ low, high, step, not, fractional, integerDigits, fractionDigits, exact }: Range, value: Decimal): boolean {
  if (fractional && value.scale === 0) return false;
  if (low !== undefined && compare(value, low) < 0) return false;
  if (high !== undefined && compare(value, high) > 0) return false;
  if (not.some((other) => compare(value, other) === 0)) return false;
  if (step !== undefined) {
    const [x, y] = aligned(value, step);
    if (x % y !== 0n) return false;
  }
  const [whole, fraction] = spelled(value);
  return whole.length <= integerDigits && fraction.length <= fractionDigits && (!exact || whole.length + fraction.length <= EXACT_DIGITS);
}

// --- patterns -------------------------------------------------------------------------------------------------------
// Beside them stands the pattern of how numbers are spelled, so that these need not repeat it.

function atLeast(bound: Decimal): string {
  return bound.digits > 0n ? magnitudeAtLeast(bound) : `${ANY_DIGITS}|-(?:${magnitudeAtMost(bound)})`;
}

function atMost(bound: Decimal): string {
  return bound.digits < 0n ? `-(?:${magnitudeAtLeast(bound)})` : `-${ANY_DIGITS}|${magnitudeAtMost(bound)}`;
}

/** A digit in the range, if there is one. */
function digit(first: number, last: number): string | undefined {
  return first > last ? undefined : first === last ? String(first) : `[${first}-${last}]`;
}

/** Strings of as many digits as `digits` (and then anything in `rest`) that differ first by a digit above or below. */
function differing(digits: string, direction: 'above' | 'below', rest: (left: number) => string): string[] {
  return Array.from(digits).flatMap((at, i) => {
    const other = direction === 'above' ? digit(Number(at) + 1, 9) : digit(0, Number(at) - 1);
    return other === undefined ? [] : [`${digits.slice(0, i)}${other}${rest(digits.length - i - 1)}`];
  });
}

const several = (count: number): string => (count === 0 ? '' : count === 1 ? '[0-9]' : `[0-9]{${count}}`);
const ANY_FRACTION = '(?:\\.[0-9]+)?';

function magnitudeAtLeast(bound: Decimal): string {
  const [whole, fraction] = spelled(bound);
  const larger = [`[1-9][0-9]{${whole.length},}`, ...differing(whole, 'above', several)];
  const equal = fraction === '' ? ANY_FRACTION : `\\.(?:${[...differing(fraction, 'above', () => '[0-9]*'), `${fraction}[0-9]*`].join('|')})`;
  return `(?:${larger.join('|')})${ANY_FRACTION}|${whole}${equal}`;
}

function magnitudeAtMost(bound: Decimal): string {
  const [whole, fraction] = spelled(bound);
  const smaller = [...(whole.length > 1 ? [`[0-9]{1,${whole.length - 1}}`] : []), ...differing(whole, 'below', several)];
  const prefixes = Array.from(fraction.slice(0, -1), (_, i) => fraction.slice(0, i + 1));
  const equal = fraction === '' ? '0+' : [...differing(fraction, 'below', () => '[0-9]*'), ...prefixes, `${fraction}0*`].join('|');
  return [...(smaller.length > 0 ? [`(?:${smaller.join('|')})${ANY_FRACTION}`] : []), `${whole}(?:\\.(?:${equal}))?`].join('|');
}

/** Whole numbers up to `largest`. */
function wholeAtMost(largest: string): string {
  return [...(largest.length > 1 ? [`[0-9]{1,${largest.length - 1}}`] : []), ...differing(largest, 'below', several), largest].join('|');
}

/** Every spelling of one value. */
function equal(value: Decimal): string {
  const [whole, fraction] = spelled(value);
  const sign = value.digits === 0n ? '-?' : value.digits < 0n ? '-' : '';
  return `${sign}${whole}${fraction === '' ? '(?:\\.0+)?' : `\\.${fraction}0*`}`;
}

/** The step, or the two coprime ones that make it up if it has too many remainders: powers of 2 and 5, and the rest. */
function coprimeSteps(step: Decimal): string[] {
  const most = MOST_REMAINDERS / BigInt(step.scale + 2);
  if (step.digits <= most) return [text(step)];
  let rest = step.digits;
  for (const prime of [2n, 5n]) {
    while (rest % prime === 0n) rest /= prime;
  }
  const parts = [step.digits / rest, rest].map((digits) => ({ digits, scale: step.scale }));
  if (parts.some(({ digits }) => digits > most)) {
    throw new SurecallError('SURECALL_UNSUPPORTED_SCHEMA', `multipleOf ${text(step)}: it has too many remainders`, { details: { multipleOf: text(step) } });
  }
  return parts.filter(({ digits }) => digits !== 1n || step.scale > 0).map(text);
}

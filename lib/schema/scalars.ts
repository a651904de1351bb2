// Numbers and strings: their constraints joined, and checked against single values.

import type { NumberShape, StringShape } from './shape.js';
import { aligned, decimalOf } from './decimal.js';
import { literalPattern, type TextPatterns } from './pattern.js';

/** Numbers of both shapes, or nothing if that is plainly none. */
export function meetNumbers(a: NumberShape, b: NumberShape): NumberShape | undefined {
  const values = fittingValues(a, b, numberFits);
  if (values !== undefined) return values.length === 0 ? undefined : { values };
  const met: NumberShape = {
    ...a, ...b,
    ...tighter(a, b, 'minimum', Math.max),
    ...tighter(a, b, 'exclusiveMinimum', Math.max),
    ...tighter(a, b, 'maximum', Math.min),
    ...tighter(a, b, 'exclusiveMaximum', Math.min),
    ...joined(a, b, 'multipleOf'),
    ...joined(a, b, 'notMultipleOf'),
    ...joined(a, b, 'not'),
  };
  const isEmpty = (met.integer === true && met.fractional === true)
    || (met.minimum ?? -Infinity) > (met.maximum ?? Infinity)
    || (met.exclusiveMinimum ?? -Infinity) >= Math.min(met.maximum ?? Infinity, met.exclusiveMaximum ?? Infinity)
    || (met.minimum ?? -Infinity) >= (met.exclusiveMaximum ?? Infinity);
  return isEmpty ? undefined : met;
}

/** Strings of both shapes, or nothing if that is plainly none. */
export function meetStrings(a: StringShape, b: StringShape): StringShape | undefined {
  const values = fittingValues(a, b, stringFits);
  if (values !== undefined) return values.length === 0 ? undefined : { values };
  const met: StringShape = {
    ...a, ...b,
    ...tighter(a, b, 'min', Math.max),
    ...tighter(a, b, 'max', Math.min),
    ...joined(a, b, 'match'),
    ...joined(a, b, 'avoid'),
    ...joined(a, b, 'not'),
  };
  return (met.min ?? 0) > (met.max ?? Infinity) ? undefined : met;
}

export function numberFits(shape: NumberShape, value: number): boolean {
  const { values, integer, fractional, minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf = [], notMultipleOf = [], not = [] } = shape;
  return (values === undefined || values.includes(value))
    && (integer !== true || Number.isInteger(value))
    && (fractional !== true || !Number.isInteger(value))
    && value >= (minimum ?? -Infinity) && value > (exclusiveMinimum ?? -Infinity)
    && value <= (maximum ?? Infinity) && value < (exclusiveMaximum ?? Infinity)
    && multipleOf.every((step) => isMultiple(value, step))
    && !notMultipleOf.some((step) => isMultiple(value, step))
    && !not.includes(value);
}

export function stringFits(shape: StringShape, value: string): boolean {
  const { values, min = 0, max = Infinity, match = [], avoid = [], not = [] } = shape;
  if (values !== undefined && !values.includes(value)) return false;
  if (not.includes(value)) return false;
  const length = min > 0 || max < Infinity ? Array.from(value).length : 0;
  return length >= min && length <= max
    && match.every((pattern) => matchesWhole(pattern, value)) && !avoid.some((pattern) => matchesWhole(pattern, value));
}

const CACHE_SIZE = 1000;
const expressions = new Map<string, RegExp>();

/** The engine's patterns are ECMA-262 patterns for the whole text. */
function matchesWhole(pattern: string, value: string): boolean {
  let expression = expressions.get(pattern);
  if (expression === undefined) {
    if (expressions.size >= CACHE_SIZE) expressions.clear();
    expression = new RegExp(`^(?:${pattern})$`, 'u');
    expressions.set(pattern, expression);
  }
  return expression.test(value);
}

function isMultiple(value: number, step: number): boolean {
  const [x, y] = aligned(decimalOf(value), decimalOf(step));
  return x % y === 0n;
}

/** The listed values that fit both shapes; nothing if neither lists any. */
function fittingValues<T, S extends { readonly values?: readonly T[] }>(a: S, b: S, fits: (shape: S, value: T) => boolean): readonly T[] | undefined {
  return (a.values ?? b.values)?.filter((value) => fits(a, value) && fits(b, value));
}

function tighter<K extends string>(a: { readonly [key in K]?: number }, b: { readonly [key in K]?: number }, key: K, choose: (x: number, y: number) => number): { [key in K]?: number } {
  const [x, y] = [a[key], b[key]];
  return (x === undefined || y === undefined ? {} : { [key]: choose(x, y) }) as { [key in K]?: number };
}

function joined<K extends string, T>(a: { readonly [key in K]?: readonly T[] }, b: { readonly [key in K]?: readonly T[] }, key: K): { [key in K]?: readonly T[] } {
  const [x, y] = [a[key], b[key]];
  return (x === undefined || y === undefined ? {} : { [key]: [...new Set([...x, ...y])] }) as unknown as { [key in K]?: readonly T[] };
}

/** Strings that are not listed, as one text value. */
export function textPatterns({ match = [], avoid = [], not = [], min = 0, max = Infinity }: StringShape): Required<TextPatterns> {
  return { match, avoid: not.length === 0 ? avoid : [...avoid, literalPattern(not)], min, max };
}

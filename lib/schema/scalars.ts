// Numbers and strings: their constraints joined, and checked against single values.

import type { NumberShape, StringShape } from './shape.js';
import { aligned, decimalOf } from './decimal.js';
import { literalPattern, type TextPatterns } from './pattern.js';

/** What belongs to shapes of one type: how they are joined. */
interface Joining<T, S> {
  readonly fits: (shape: S, value: T) => boolean;
  /** Of these the larger counts, of those the smaller; and these are lists that all count. */
  readonly larger: readonly (keyof S)[];
  readonly smaller: readonly (keyof S)[];
  readonly lists: readonly (keyof S)[];
  /** True if the constraints plainly exclude each other. */
  readonly isEmpty: (shape: S) => boolean;
}

/** The values of both shapes, or nothing if that is plainly none. */
function meeting<T, S extends { readonly values?: readonly T[] }>({ fits, larger, smaller, lists, isEmpty }: Joining<T, S>): (a: S, b: S) => S | undefined {
  return (a, b) => {
    const values = (a.values ?? b.values)?.filter((value) => fits(a, value) && fits(b, value));
    if (values !== undefined) return values.length === 0 ? undefined : { values } as unknown as S;
    const met = { ...a, ...b };
    const join = <V>(keys: readonly (keyof S)[], one: (x: V, y: V) => V): void => {
      for (const key of keys) if (a[key] !== undefined && b[key] !== undefined) met[key] = one(a[key] as V, b[key] as V) as (S & S)[keyof S];
    };
    join<number>(larger, Math.max);
    join<number>(smaller, Math.min);
    join<readonly unknown[]>(lists, (x, y) => [...new Set([...x, ...y])]);
    return isEmpty(met) ? undefined : met;
  };
}

export const meetNumbers = meeting<number, NumberShape>({
  fits: numberFits,
  larger: ['minimum', 'exclusiveMinimum'],
  smaller: ['maximum', 'exclusiveMaximum'],
  lists: ['multipleOf', 'notMultipleOf', 'not'],
  isEmpty: ({ integer, fractional, minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity, exclusiveMaximum = Infinity }) =>
    (integer === true && fractional === true)
    || minimum > maximum || minimum >= exclusiveMaximum
    || exclusiveMinimum >= Math.min(maximum, exclusiveMaximum),
});

export const meetStrings = meeting<string, StringShape>({
  fits: stringFits,
  larger: ['min'],
  smaller: ['max'],
  lists: ['match', 'avoid', 'not'],
  isEmpty: ({ min = 0, max = Infinity, match = [], avoid = [] }) => min > max || match.some((pattern) => avoid.includes(pattern)),
});

/** The same with all lists of values as one. */
export function joinedValues<S extends { readonly values?: readonly unknown[] }>(list: readonly S[]): readonly S[] {
  const lists = list.filter(({ values }) => values !== undefined);
  if (lists.length < 2) return list;
  const values = new Set<unknown>();
  for (const one of lists) for (const value of one.values ?? []) values.add(value);
  const joined = { values: [...values] } as unknown as S;
  return list.flatMap((one) => (one.values === undefined ? [one] : one === lists[0] ? [joined] : []));
}

/** Strings without those kinds that another one holds: A or (A and B) is A. */
export function absorbed(list: readonly StringShape[]): readonly StringShape[] {
  if (list.length < 2 || list.length > MOST_COMPARED) return list;
  const kept = list.filter((one, i) => !list.some((other, j) => i !== j && holds(other, one) && (j < i || !holds(one, other))));
  return kept.length === list.length ? list : kept;
}

/** True if all that `outer` asks is asked by `inner`, too. */
function holds(outer: StringShape, inner: StringShape): boolean {
  if (outer.values !== undefined || inner.values !== undefined) return false;
  const asks = (some: readonly string[] = [], all: readonly string[] = []): boolean => some.length <= all.length && some.every((one) => all.includes(one));
  return (outer.min ?? 0) <= (inner.min ?? 0) && (outer.max ?? Infinity) >= (inner.max ?? Infinity)
    && asks(outer.match, inner.match) && asks(outer.avoid, inner.avoid) && asks(outer.not, inner.not);
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

/** Kinds of strings that are compared with each other. */
const MOST_COMPARED = 200;
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

/** Strings that are not listed, as one text value. */
export function textPatterns({ match = [], avoid = [], not = [], min = 0, max = Infinity }: StringShape): Required<TextPatterns> {
  return { match, avoid: not.length === 0 ? avoid : [...avoid, literalPattern(not)], min, max };
}

// What all keywords have in common: where they stand, and how their values are read.

import { shown } from '../errors.js';
import { isRecord } from '../json.js';
import type { SchemaNode } from './document.js';
import type { Expander } from './expand.js';
import { step } from '../json-pointer.js';
import { refuse } from './refuse.js';
import { ANY, NONE, type Shape } from './shape.js';

/** A keyword where it is applied. */
export interface Keyword {
  readonly expander: Expander;
  readonly node: SchemaNode;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  /** Of the keyword. */
  readonly pointer: string;
  /** What is wanted is the values that do not satisfy the keyword. */
  readonly negated: boolean;
  /** Somebody asks which members and items were evaluated: branches must not be merged. */
  readonly tracking: boolean;
}

/** What a keyword leaves. */
export type Apply = (keyword: Keyword) => Shape;

/** All values, or none: a keyword that is always satisfied. */
export function always({ negated }: Keyword): Shape {
  return negated ? NONE : ANY;
}

/** A keyword that cannot be enforced: refused, or left out if that is allowed. */
export function unenforced({ expander, pointer }: Keyword, why: string): Shape {
  expander.options.cannot(pointer, why);
  return ANY;
}

/** A whole number of at least 0. */
export function count({ value, pointer }: Pick<Keyword, 'value' | 'pointer'>): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) refuse(pointer, `must be a whole number of at least 0, got ${shown(value)}`);
  return value;
}

/** Fewest and most of what is counted. */
interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** The keywords for the fewest and the most of something; `of` are the values of one type whose count is in a range. */
export function bounds(of: (ranges: readonly Range[], others?: 'any' | 'none') => Shape): readonly [least: Apply, most: Apply] {
  const least: Apply = (keyword) => {
    const min = count(keyword);
    if (keyword.negated) return of(min === 0 ? [] : [{ max: min - 1 }], 'none');
    return min === 0 ? ANY : of([{ min }]);
  };
  const most: Apply = (keyword) => {
    const max = count(keyword);
    return keyword.negated ? of([{ min: max + 1 }], 'none') : of([{ max }]);
  };
  return [least, most];
}

/** A list of strings. */
export function names({ value, pointer }: Pick<Keyword, 'value' | 'pointer'>): readonly string[] {
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) refuse(pointer, `must be a list of names, got ${shown(value)}`);
  return value;
}

/** What `make` makes of a pattern; one that cannot be enforced is said to be so at its place. */
export function patternShape(keyword: Keyword, make: () => Shape): Shape {
  try {
    return make();
  } catch (error) {
    return unenforced(keyword, error instanceof Error ? error.message : String(error));
  }
}

/** An entry of a map of schemas, with its place. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: unknown;
  readonly pointer: string;
}

/** A map of schemas. */
export function record({ value, pointer }: Pick<Keyword, 'value' | 'pointer'>): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) refuse(pointer, `must be an object, got ${shown(value)}`);
  return value;
}

/** Its entries, with their places. */
export function schemaMap(keyword: Pick<Keyword, 'value' | 'pointer'>): readonly NamedSchema[] {
  return Object.entries(record(keyword)).map(([name, schema]) => ({ name, schema, pointer: step(keyword.pointer, name) }));
}

/** Entries of a list of schemas, with their places. */
export function schemaList({ value, pointer }: Pick<Keyword, 'value' | 'pointer'>): readonly (readonly [schema: unknown, pointer: string])[] {
  if (!Array.isArray(value) || value.length === 0) refuse(pointer, `must be a list of schemas, got ${shown(value)}`);
  return value.map((schema, index) => [schema, step(pointer, index)] as const);
}

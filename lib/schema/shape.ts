// The normal form of schemas. A shape says for each JSON type which values are meant: as a list of alternatives, each a
// conjunction of constraints on that type alone. What a constraint asks of inner values is a demand (demand.ts), not yet
// expanded: so shapes of recursive schemas are finite.

import { ANYTHING, both, type Demand } from './demand.js';
import type { JsonValue } from './json-schema.js';
import { absorbed, joinedValues, meetNumbers, meetStrings } from './scalars.js';
import type { NameSet } from './names.js';
import { distinct } from './shape-key.js';

/** Numbers; all that is given holds at once. */
export interface NumberShape {
  /** Only these. Other constraints are then settled. */
  readonly values?: readonly number[];
  readonly integer?: boolean;
  /** Only numbers with a fraction. */
  readonly fractional?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: readonly number[];
  readonly notMultipleOf?: readonly number[];
  readonly not?: readonly number[];
}

/** Strings; lengths in code points, patterns for the whole text in the syntax of the mask engine. */
export interface StringShape {
  readonly values?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly match?: readonly string[];
  readonly avoid?: readonly string[];
  readonly not?: readonly string[];
}

/** Among the items from index `from` on, `min` to `max` satisfy the demand. */
export interface ContainsRule {
  readonly demand: Demand;
  readonly from: number;
  readonly min: number;
  readonly max: number;
  readonly at: string;
}

export interface ArrayShape {
  readonly values?: readonly JsonValue[];
  readonly min: number;
  readonly max: number;
  /** Demands on the first items; an array may be shorter. */
  readonly prefix: readonly Demand[];
  /** Demand on all further items. */
  readonly rest: Demand;
  readonly contains: readonly ContainsRule[];
  /** Pointer of `uniqueItems`. */
  readonly unique?: string;
  /** Items are declared one by one, and whether something is said about the others. */
  readonly declares?: boolean;
  readonly opens?: boolean;
  /** What counts as evaluated: the first items, and those that satisfy one of the demands. */
  readonly evaluated: { readonly items: number; readonly matching: readonly Demand[] };
}

/** Members of these names satisfy these demands. */
export interface NamedRule {
  /** Rules from one place in a schema are one object with one number: how alternatives are compared (shape-key.ts). */
  readonly id: number;
  readonly members: ReadonlyMap<string, Demand>;
}

/** All members whose name is in the set satisfy the demand. */
export interface SetRule {
  readonly id: number;
  readonly members?: never;
  readonly names: NameSet;
  readonly demand: Demand;
}

export type MemberRule = NamedRule | SetRule;

let rules = 0;

export function namedRule(members: ReadonlyMap<string, Demand>): NamedRule {
  return { id: ++rules, members };
}

export function setRule(names: NameSet, demand: Demand): SetRule {
  return { id: ++rules, names, demand };
}

/** Some member has a name in the set that satisfies `name`, and a value that satisfies `value`. */
export interface MemberWitness {
  readonly names: NameSet;
  readonly name: Demand;
  readonly value: Demand;
  readonly at: string;
}

export interface ObjectShape {
  readonly values?: readonly JsonValue[] | undefined;
  readonly min: number;
  readonly max: number;
  /** Declared names, in order. */
  readonly order: readonly string[];
  readonly required: readonly string[];
  readonly rules: readonly MemberRule[];
  /** Demand on every name, as a string. */
  readonly name: Demand;
  readonly witnesses: readonly MemberWitness[];
  /** Names are declared, and whether something is said about the others. */
  readonly declares?: boolean;
  readonly opens?: boolean;
  readonly evaluated: readonly NameSet[];
}

export interface Shape {
  readonly null: boolean;
  readonly boolean: readonly boolean[];
  readonly number: readonly NumberShape[];
  readonly string: readonly StringShape[];
  readonly array: readonly ArrayShape[];
  readonly object: readonly ObjectShape[];
}

const NOTHING: readonly never[] = [];
const ANY_NUMBER: readonly NumberShape[] = [{}];
const ANY_STRING: readonly StringShape[] = [{}];
export const FREE_ARRAY: ArrayShape = { min: 0, max: Infinity, prefix: [], rest: ANYTHING, contains: [], evaluated: { items: 0, matching: [] } };
export const FREE_OBJECT: ObjectShape = {
  min: 0, max: Infinity, order: NOTHING, required: NOTHING, rules: NOTHING, name: ANYTHING, witnesses: NOTHING,
  declares: false, opens: false, evaluated: NOTHING,
};
const ANY_ARRAY: readonly ArrayShape[] = [FREE_ARRAY];
const ANY_OBJECT: readonly ObjectShape[] = [FREE_OBJECT];
const BOOLEANS: readonly boolean[] = [true, false];

/** All values. */
export const ANY: Shape = { null: true, boolean: BOOLEANS, number: ANY_NUMBER, string: ANY_STRING, array: ANY_ARRAY, object: ANY_OBJECT };
/** No value. */
export const NONE: Shape = { null: false, boolean: [], number: [], string: [], array: [], object: [] };

/** A kind of objects, from what is not as in {@link FREE_OBJECT}. Spreading would take several times as long. */
export function objectShape({
  min = 0, max = Infinity, order = NOTHING, required = NOTHING, rules: asked = NOTHING, name = ANYTHING, witnesses = NOTHING,
  declares = false, opens = false, evaluated = NOTHING, values,
}: Partial<ObjectShape>): ObjectShape {
  const shape = { min, max, order, required, rules: asked, name, witnesses, declares, opens, evaluated };
  return values === undefined ? shape : { ...shape, values };
}

/** Alternatives of some types, and all values of the other types or none of them. */
export function restricted(others: 'any' | 'none', types: Partial<Shape>): Shape {
  return { ...(others === 'any' ? ANY : NONE), ...types };
}

export function isNone(shape: Shape): boolean {
  return !shape.null && [shape.boolean, shape.number, shape.string, shape.array, shape.object].every((list) => list.length === 0);
}

/** The shape for someone who does not ask what was evaluated. */
export function withoutEvaluated(shape: Shape): Shape {
  if (shape.array === ANY_ARRAY && shape.object === ANY_OBJECT) return shape;
  const array = shape.array.map((one) => (one.evaluated === FREE_ARRAY.evaluated ? one : { ...one, evaluated: FREE_ARRAY.evaluated }));
  const object = shape.object.map((one) => (one.evaluated.length === 0 ? one : objectShape({ ...one, evaluated: NOTHING })));
  return {
    ...shape,
    array: shape.array === ANY_ARRAY ? ANY_ARRAY : distinct(array),
    object: shape.object === ANY_OBJECT ? ANY_OBJECT : distinct(object),
  };
}

/** Values of either shape. */
export function union(a: Shape, b: Shape): Shape {
  if (a === ANY || b === NONE) return a;
  if (b === ANY || a === NONE) return b;
  return {
    null: a.null || b.null,
    boolean: [...new Set([...a.boolean, ...b.boolean])],
    number: joinedValues(eitherOf(a.number, b.number, ANY_NUMBER)),
    string: absorbed(joinedValues(eitherOf(a.string, b.string, ANY_STRING))),
    array: eitherOf(a.array, b.array, ANY_ARRAY),
    object: eitherOf(a.object, b.object, ANY_OBJECT),
  };
}

/** Values of both shapes. */
export function intersection(a: Shape, b: Shape): Shape {
  if (a === b || b === ANY || a === NONE) return a;
  if (a === ANY || b === NONE) return b;
  return {
    null: a.null && b.null,
    boolean: a.boolean === b.boolean ? a.boolean : a.boolean.filter((value) => b.boolean.includes(value)),
    number: meet(a.number, b.number, ANY_NUMBER, meetNumbers),
    string: absorbed(meet(a.string, b.string, ANY_STRING, meetStrings)),
    array: meet(a.array, b.array, ANY_ARRAY, meetArrays),
    object: meet(a.object, b.object, ANY_OBJECT, meetObjects),
  };
}

function eitherOf<T extends object>(a: readonly T[], b: readonly T[], any: readonly T[]): readonly T[] {
  if (a === any || b === any) return any;
  if (a.length === 0 || a === b) return b;
  return b.length === 0 ? a : distinct([...a, ...b]);
}

function meet<T extends object>(a: readonly T[], b: readonly T[], any: readonly T[], one: (x: T, y: T) => T | undefined): readonly T[] {
  if (a === any || b.length === 0) return b;
  if (b === any || a.length === 0 || a === b) return a;
  const out: T[] = [];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) {
      const both = one(a[i] as T, b[j] as T);
      if (both !== undefined) out.push(both);
    }
  }
  return distinct(out);
}

function meetArrays(a: ArrayShape, b: ArrayShape): ArrayShape | undefined {
  const min = Math.max(a.min, b.min);
  const length = Math.max(a.prefix.length, b.prefix.length);
  const max = Math.min(a.max, b.max);
  if (min > max) return undefined;
  const values = meetValues(a, b);
  return {
    ...a, ...b, min, max,
    ...(values === undefined ? undefined : { values }),
    prefix: Array.from({ length }, (_, i) => both(a.prefix[i] ?? a.rest, b.prefix[i] ?? b.rest)),
    rest: both(a.rest, b.rest),
    contains: [...a.contains, ...b.contains],
    evaluated: {
      items: Math.max(a.evaluated.items, b.evaluated.items),
      matching: [...a.evaluated.matching, ...b.evaluated.matching],
    },
  };
}

function meetObjects(a: ObjectShape, b: ObjectShape): ObjectShape | undefined {
  const min = Math.max(a.min, b.min);
  const max = Math.min(a.max, b.max);
  if (min > max) return undefined;
  const declares = a.declares === true || b.declares === true;
  const opens = a.opens === true || b.opens === true;
  return objectShape({
    min,
    max,
    order: joined(a.order, b.order),
    required: joined(a.required, b.required),
    rules: joined(a.rules, b.rules),
    name: both(a.name, b.name),
    witnesses: joined(a.witnesses, b.witnesses),
    declares,
    opens,
    evaluated: joined(a.evaluated, b.evaluated),
    values: meetValues(a, b),
  });
}

function joined<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  if (b.length === 0 || a === b) return a;
  if (a.length === 0) return b;
  if (b.length > 8) return [...new Set([...a, ...b])];
  const added: T[] = [];
  for (let i = 0; i < b.length; i++) if (!a.includes(b[i] as T)) added.push(b[i] as T);
  return added.length === 0 ? a : a.concat(added);
}

/** Lists of values are kept until they can be checked against the rest: see Expander. */
function meetValues(a: { readonly values?: readonly JsonValue[] }, b: { readonly values?: readonly JsonValue[] }): readonly JsonValue[] | undefined {
  if (a.values === undefined || b.values === undefined) return a.values ?? b.values;
  const kept = new Set(b.values.map((value) => canonical(value)));
  return a.values.filter((value) => kept.has(canonical(value)));
}

/** The same text for equal values: members sorted by name. */
export function canonical(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value === 0 ? 0 : value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonical).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member as JsonValue)}`).join(',')}}`;
}

// Which alternatives of a shape are the same. Rules, sets of names and the like are compared by identity: those that come
// from one place in a schema are one object, and writing them out would cost more than all the rest of the compiler.

import { keyOf } from './demand.js';
import type { ArrayShape, MemberRule, ObjectShape } from './shape.js';

const numbers = new WeakMap<object, number>();
let count = 0;

/** A number for the object itself. */
function identity(object: object): number {
  const known = numbers.get(object);
  if (known !== undefined) return known;
  numbers.set(object, ++count);
  return count;
}

function identities(list: readonly object[]): string {
  let key = '';
  for (const one of list) key += `${identity(one)},`;
  return key;
}

/** A number that is quickly found, and equal where the keys are. */
export function outlineOfAlternative(one: object): number {
  if ('rules' in one) {
    const { min, max, required, rules, name, witnesses, evaluated } = one as ObjectShape;
    let outline = min * 31 + (max === Infinity ? 0 : max + 1) * 7 + required.length * 101 + rules.length * 10_007 + name.length * 13 + witnesses.length * 17 + evaluated.length * 19;
    for (let i = 0; i < rules.length; i++) outline += (rules[i] as MemberRule).id * (i + 1) * 1009;
    return outline;
  }
  if ('prefix' in one) {
    const { min, max, prefix, rest } = one as ArrayShape;
    return min * 31 + (max === Infinity ? 0 : max + 1) * 7 + prefix.length * 101 + (rest[0] ?? -1) * 1009;
  }
  const { values } = one as { readonly values?: readonly unknown[] };
  return values === undefined ? -1 : values.length;
}

/** True for alternatives of one type that accept the same values and evaluated the same; order of members aside. */
export function isSameAlternative(a: object, b: object): boolean {
  if (a === b) return true;
  if ('rules' in a) return isSameObject(a as ObjectShape, b as ObjectShape);
  return 'prefix' in a ? keyOfArray(a as ArrayShape) === keyOfArray(b as ArrayShape) : JSON.stringify(a) === JSON.stringify(b);
}

function isSameObject(a: ObjectShape, b: ObjectShape): boolean {
  return a.min === b.min && a.max === b.max && a.declares === b.declares && a.opens === b.opens
    && isSameList(a.rules, b.rules) && isSameList(a.required, b.required) && isSameList(a.name, b.name)
    && isSameList(a.witnesses, b.witnesses) && isSameList(a.evaluated, b.evaluated)
    && (a.values === b.values || JSON.stringify(a.values) === JSON.stringify(b.values));
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function keyOfArray({ min, max, prefix, rest, contains, unique, evaluated, declares, opens, values }: ArrayShape): string {
  return [
    min, max, prefix.map(keyOf).join(';'), keyOf(rest), identities(contains), unique, evaluated.items, evaluated.matching.map(keyOf).join(';'),
    declares, opens, values === undefined ? '' : JSON.stringify(values),
  ].join('|');
}

// Which alternatives of a shape are the same. Rules, sets of names and the like are compared by identity: those that come
// from one place in a schema are one object, and writing them out would cost more than all the rest of the compiler.

import { keyOf as keyOfDemand } from './demand.js';
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

/** Each alternative of one type once: those that accept the same values and evaluated the same are; order of members aside. */
export function distinct<T extends object>(list: readonly T[]): readonly T[] {
  if (list.length < 2) return list;
  // Keys of objects would be long.
  return 'rules' in (list[0] as T) ? distinctBy(list, outline, isSameObject) : distinctBy(list, keyOf, () => true);
}

function distinctBy<T extends object, S>(list: readonly T[], outlineOf: (one: S) => unknown, isSame: (a: S, b: S) => boolean): readonly T[] {
  const byOutline = new Map<unknown, T[]>();
  const kept: T[] = [];
  for (const one of list) {
    const found = outlineOf(one as unknown as S);
    const alike = byOutline.get(found);
    if (alike === undefined) byOutline.set(found, [one]);
    else if (alike.some((other) => isSame(other as unknown as S, one as unknown as S))) continue;
    else alike.push(one);
    kept.push(one);
  }
  return kept.length === list.length ? list : kept;
}

/** A number that is quickly found, and equal for objects that are the same. */
function outline({ min, max, required, rules, name, witnesses, evaluated }: ObjectShape): number {
  let sum = min * 31 + (max === Infinity ? 0 : max + 1) * 7 + required.length * 101 + rules.length * 10_007 + name.length * 13 + witnesses.length * 17 + evaluated.length * 19;
  for (let i = 0; i < rules.length; i++) sum += (rules[i] as MemberRule).id * (i + 1) * 1009;
  return sum;
}

function isSameObject(a: ObjectShape, b: ObjectShape): boolean {
  if (a === b) return true;
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

function keyOf(one: object): string {
  return 'prefix' in one ? keyOfArray(one as ArrayShape) : JSON.stringify(one);
}

function keyOfArray({ min, max, prefix, rest, contains, unique, evaluated, declares, opens, values }: ArrayShape): string {
  return [
    min, max, prefix.map(keyOfDemand).join(';'), keyOfDemand(rest), identities(contains), unique, evaluated.items, evaluated.matching.map(keyOfDemand).join(';'),
    declares, opens, values === undefined ? '' : JSON.stringify(values),
  ].join('|');
}

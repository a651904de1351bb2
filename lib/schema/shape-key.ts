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

/** Equal for alternatives of one type that accept the same values and evaluated the same; order of members aside. */
export function keyOfAlternative(one: object): string {
  if ('rules' in one) return keyOfObject(one as ObjectShape);
  return 'prefix' in one ? keyOfArray(one as ArrayShape) : JSON.stringify(one);
}

function keyOfRules(rules: readonly MemberRule[]): string {
  let key = '';
  for (const { id } of rules) key += `${id},`;
  return key;
}

function keyOfObject({ min, max, required, rules, name, witnesses, evaluated, declares, opens, values }: ObjectShape): string {
  return [
    min, max, required.join('\0'), keyOfRules(rules), keyOf(name), identities(witnesses), identities(evaluated), declares, opens,
    values === undefined ? '' : JSON.stringify(values),
  ].join('|');
}

function keyOfArray({ min, max, prefix, rest, contains, unique, evaluated, declares, opens, values }: ArrayShape): string {
  return [
    min, max, prefix.map(keyOf).join(';'), keyOf(rest), identities(contains), unique, evaluated.items, evaluated.matching.map(keyOf).join(';'),
    declares, opens, values === undefined ? '' : JSON.stringify(values),
  ].join('|');
}

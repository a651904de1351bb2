// What an object may hold, worked out from its rules: the members with a name that the schema knows, in order, and the
// classes of all other names, each with what is asked of its values.

import { ANYTHING, both, type Demand, keyOf } from './demand.js';
import type { Expander } from './expand.js';
import { collectNames, hasName, hasUnlisted, type NameSet } from './names.js';
import { wholePattern } from './pattern.js';
import type { MemberWitness, ObjectShape, StringShape } from './shape.js';

/** A member whose name is known. */
export interface KnownMember {
  readonly name: string;
  readonly required: boolean;
  readonly demand: Demand;
  /** The witnesses that it can be, by index. */
  readonly witnesses: readonly number[];
}

/** All names of one kind. */
export interface NameClass {
  readonly names: StringShape;
  readonly demand: Demand;
  readonly witnesses: readonly number[];
}

export interface Members {
  readonly known: readonly KnownMember[];
  readonly others: readonly NameClass[];
}

/** Patterns that may hold in any combination: each doubles the classes. */
const MOST_PATTERNS = 10;

/** @param undeclared Whether names may stand that the shape, if it declares any, does not speak of. */
export function membersOf(expander: Expander, shape: ObjectShape, undeclared: 'allowed' | 'refused'): Members {
  const [names, patterns] = [new Set([...shape.order, ...shape.required]), new Set<string>()];
  for (const set of [...shape.rules, ...shape.witnesses].map((one) => one.names)) collectNames(set, names, patterns);
  const allowed = expander.shape(shape.name).string;
  const listed = [shape.name, ...shape.witnesses.map((witness) => witness.name)].flatMap((demand) => expander.shape(demand).string);
  for (const name of listed.flatMap(({ values = [] }) => values)) names.add(name);
  const required = new Set(shape.required);
  const known = [...names].map((name) => ({
    name,
    required: required.has(name),
    demand: expander.memberDemand(shape, name),
    witnesses: indices(shape.witnesses, (witness) => hasName(witness.names, name) && expander.accepts(witness.name, name)),
  }));
  const isClosed = undeclared === 'refused' && shape.declares === true && shape.opens !== true;
  const others = classesOf(expander, shape, [...patterns], isClosed);
  return {
    known: known.filter((member) => member.required || !expander.isNever(member.demand)),
    others: others.flatMap((one) => named(one, allowed, [...names])),
  };
}

/** The names of a class that `propertyNames` allows and that are not among the known ones. */
function named(one: PatternClass, allowed: readonly StringShape[], known: readonly string[]): readonly NameClass[] {
  return allowed.filter(({ values }) => values === undefined).map((name) => ({
    demand: one.demand,
    witnesses: one.witnesses,
    names: {
      ...name,
      match: [...(name.match ?? []), ...one.match.map(wholePattern)],
      avoid: [...(name.avoid ?? []), ...one.avoid.map(wholePattern)],
      not: [...(name.not ?? []), ...known],
    },
  }));
}

interface PatternClass {
  readonly match: readonly string[];
  readonly avoid: readonly string[];
  readonly demand: Demand;
  readonly witnesses: readonly number[];
}

/** Names that are not known, by the patterns that they match; patterns that make no difference are left out. */
function classesOf(expander: Expander, shape: ObjectShape, patterns: readonly string[], isClosed: boolean): readonly PatternClass[] {
  if (patterns.length > MOST_PATTERNS) {
    expander.options.cannot(shape.witnesses[0]?.at ?? '', `an object with more than ${MOST_PATTERNS} patterns for names has too many kinds of names`);
  }
  const used = patterns.slice(0, MOST_PATTERNS);
  const groups = new Map<string, { readonly demand: Demand; readonly witnesses: readonly number[]; readonly sets: Implicant[] }>();
  for (let bits = 0; bits < 1 << used.length; bits++) {
    const matching = new Set(used.filter((_, i) => (bits >> i & 1) === 1));
    const demand = demandOn(shape, (set) => hasUnlisted(set, matching));
    if ((isClosed && bits === 0) || expander.isNever(demand)) continue;
    const witnesses = indices(shape.witnesses, (witness) => hasUnlisted(witness.names, matching));
    const key = `${keyOf(demand)};${witnesses.join(',')}`;
    const group = groups.get(key) ?? { demand, witnesses, sets: [] };
    groups.set(key, group);
    group.sets.push({ care: (1 << used.length) - 1, value: bits });
  }
  return [...groups.values()].flatMap(({ demand, witnesses, sets }) => simplified(sets).map(({ care, value }) => ({
    demand,
    witnesses,
    match: used.filter((_, i) => (care & value & 1 << i) !== 0),
    avoid: used.filter((_, i) => (care & ~value & 1 << i) !== 0),
  })));
}

/** The sets of patterns that agree with `value` in the bits of `care`. */
interface Implicant {
  readonly care: number;
  readonly value: number;
}

/** The same sets as fewer implicants: two that differ in one bit are one without it. (Quine-McCluskey, without the cover.) */
function simplified(sets: readonly Implicant[]): readonly Implicant[] {
  for (const [i, a] of sets.entries()) {
    for (const b of sets.slice(i + 1)) {
      const difference = a.value ^ b.value;
      if (a.care !== b.care || (difference & (difference - 1)) !== 0) continue;
      const merged = { care: a.care & ~difference, value: a.value & ~difference };
      return simplified([merged, ...sets.filter((one) => one !== a && one !== b)]);
    }
  }
  return sets;
}

function demandOn(shape: ObjectShape, isMeant: (set: NameSet) => boolean): Demand {
  return shape.rules.reduce<Demand>((all, rule) => (isMeant(rule.names) ? both(all, rule.demand) : all), ANYTHING);
}

function indices(witnesses: readonly MemberWitness[], isMeant: (witness: MemberWitness) => boolean): readonly number[] {
  return witnesses.flatMap((witness, i) => (isMeant(witness) ? [i] : []));
}

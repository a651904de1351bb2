// What an object may hold, worked out from its rules: the members with a name that the schema knows, in order, and the
// classes of all other names, each with what is asked of its values.

import { ANYTHING, both, type Demand, keyOf } from './demand.js';
import type { Expander } from './expand.js';
import { collectNames, hasName, hasUnlisted } from './names.js';
import { beginningOf, wholePattern } from './pattern.js';
import { stringFits } from './scalars.js';
import type { MemberRule, MemberWitness, ObjectShape, StringShape } from './shape.js';

/** A member whose name is known. */
export interface KnownMember {
  readonly name: string;
  readonly required: boolean;
  /** It is one of those that the schema puts in order; they come first, in that order. */
  readonly declared: boolean;
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
/** As many are tried in each combination where only a quick look is wanted. */
const FEW_PATTERNS = 4;
const NO_WITNESSES: readonly number[] = [];
const NO_PATTERNS: ReadonlySet<string> = new Set();

/** @param undeclared Whether names may stand that the shape, if it declares any, does not speak of. */
export function membersOf(expander: Expander, shape: ObjectShape, undeclared: 'allowed' | 'refused'): Members {
  const required = new Set(shape.required);
  const { names, patterns } = mentioned(expander, shape);
  const known: KnownMember[] = [];
  let index = 0;
  names.forEach((name) => {
    const declared = index++ < shape.order.length;
    const demand = expander.memberDemand(shape, name);
    if (!required.has(name) && expander.isNever(demand)) return;
    const witnesses = indices(shape.witnesses, (witness) => hasName(witness.names, name) && expander.accepts(witness.name, name));
    known.push({ name, required: required.has(name), declared, demand, witnesses });
  });
  const isClosed = undeclared === 'refused' && shape.declares === true && shape.opens !== true;
  const others = classesOf(expander, shape, [...patterns], isClosed);
  const allowed = expander.shape(shape.name).string;
  return { known, others: others.flatMap((one) => named(one, allowed, [...names])) };
}

/** The names and patterns that the shape speaks of: first those that it puts in order. */
function mentioned(expander: Expander, shape: ObjectShape): { readonly names: ReadonlySet<string>; readonly patterns: ReadonlySet<string> } {
  const [names, patterns] = [new Set(shape.order), new Set<string>()];
  for (let i = 0; i < shape.required.length; i++) names.add(shape.required[i] as string);
  for (let i = 0; i < shape.rules.length; i++) {
    const rule = shape.rules[i] as MemberRule;
    if (rule.members === undefined) collectNames(rule.names, names, patterns);
    else rule.members.forEach((_, name) => names.add(name));
  }
  const addListed = (demand: Demand): void => {
    for (const { values = [] } of expander.shape(demand).string) for (const name of values) names.add(name);
  };
  if (shape.name.length > 0) addListed(shape.name);
  for (const witness of shape.witnesses) {
    collectNames(witness.names, names, patterns);
    addListed(witness.name);
  }
  return { names, patterns };
}

/** Whether objects of the shape can hold the witness, as far as a quick look can tell. */
export function mayHold(expander: Expander, shape: ObjectShape, witness: MemberWitness): boolean {
  // What is asked of names may be a schema that is still being written out.
  if (shape.name.length > 0 || witness.name.length > 0) return true;
  const { names, patterns } = mentioned(expander, { ...shape, witnesses: [witness] });
  if (patterns.size > FEW_PATTERNS) return true;
  const isPossible = (demand: Demand): boolean => !expander.isNever(both(demand, witness.value));
  return [...names].some((name) => hasName(witness.names, name) && isPossible(expander.memberDemand(shape, name)))
    || subsets([...patterns]).some((matching) => hasUnlisted(witness.names, matching) && isPossible(demandOn(shape, matching)));
}

function subsets(patterns: readonly string[]): ReadonlySet<string>[] {
  return Array.from({ length: 1 << patterns.length }, (_, bits) => new Set(patterns.filter((_, i) => (bits >> i & 1) === 1)));
}

/** The names of a class that `propertyNames` allows and that are not among the known ones. */
function named(one: PatternClass, allowed: readonly StringShape[], known: readonly string[]): readonly NameClass[] {
  return allowed.filter(({ values }) => values === undefined).map((name) => {
    const matching = { ...name, match: [...(name.match ?? []), ...one.match.map(wholePattern)], avoid: [...(name.avoid ?? []), ...one.avoid.map(wholePattern)] };
    // Names that do not match need not be kept out: so objects with other members share the text.
    const not = [...(name.not ?? []), ...known.filter((text) => stringFits(matching, text))];
    return { demand: one.demand, witnesses: one.witnesses, names: { ...matching, not } };
  });
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
  if (patterns.length === 0) {
    const demand = demandOn(shape, NO_PATTERNS);
    return isClosed || expander.isNever(demand) ? [] : [{ match: [], avoid: [], demand, witnesses: unlisted(shape, NO_PATTERNS) }];
  }
  const used = patterns.slice(0, MOST_PATTERNS);
  const excluded = excludedBy(used);
  const groups = new Map<string, { readonly demand: Demand; readonly witnesses: readonly number[]; readonly sets: Implicant[] }>();
  for (let bits = 0; bits < 1 << used.length; bits++) {
    if (excluded.some((others, i) => (bits >> i & 1) === 1 && (bits & others) !== 0)) continue;
    const matching = new Set(used.filter((_, i) => (bits >> i & 1) === 1));
    const demand = demandOn(shape, matching);
    if ((isClosed && bits === 0) || expander.isNever(demand)) continue;
    const witnesses = unlisted(shape, matching);
    const key = `${keyOf(demand)};${witnesses.join(',')}`;
    const group = groups.get(key) ?? { demand, witnesses, sets: [] };
    groups.set(key, group);
    group.sets.push({ care: (1 << used.length) - 1, value: bits });
  }
  return [...groups.values()].flatMap(({ demand, witnesses, sets }) => simplified(sets).map(({ care, value }) => ({
    demand,
    witnesses,
    match: used.filter((_, i) => (care & value & 1 << i) !== 0),
    avoid: used.filter((_, i) => (care & ~value & 1 << i) !== 0 && ((excluded[i] as number) & care & value) === 0),
  })));
}

/** For each pattern, as bits, those that no name matches together with it: names begin in one way only. */
function excludedBy(patterns: readonly string[]): readonly number[] {
  const beginnings = patterns.map(beginningOf);
  return beginnings.map((a) => beginnings.reduce((bits, b, i) => (a.startsWith(b) || b.startsWith(a) ? bits : bits | 1 << i), 0));
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

/** What is asked of members whose name is not listed and matches just these patterns. */
function demandOn({ rules }: ObjectShape, matching: ReadonlySet<string>): Demand {
  let demand = ANYTHING;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as MemberRule;
    if (rule.members === undefined && hasUnlisted(rule.names, matching)) demand = both(demand, rule.demand);
  }
  return demand;
}

/** The witnesses that such members can be. */
function unlisted({ witnesses }: ObjectShape, matching: ReadonlySet<string>): readonly number[] {
  return indices(witnesses, (witness) => hasUnlisted(witness.names, matching));
}

function indices(witnesses: readonly MemberWitness[], isMeant: (witness: MemberWitness) => boolean): readonly number[] {
  return witnesses.length === 0 ? NO_WITNESSES : witnesses.flatMap((witness, i) => (isMeant(witness) ? [i] : []));
}

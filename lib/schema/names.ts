// Sets of property names, as the keywords describe them: listed names, names in which a pattern is found, all others.

import { patternMatches } from './pattern.js';

/** A set of names, as data. */
export type NameSet =
  | { readonly kind: 'listed'; readonly names: ReadonlySet<string> }
  | { readonly kind: 'pattern'; readonly source: string }
  | { readonly kind: 'union'; readonly sets: readonly NameSet[] }
  | { readonly kind: 'not'; readonly set: NameSet };

const NO_NAMES: NameSet = { kind: 'union', sets: [] };
export const ALL_NAMES: NameSet = { kind: 'not', set: NO_NAMES };

export function listed(names: Iterable<string>): NameSet {
  return { kind: 'listed', names: new Set(names) };
}

/** All names but those of the sets. */
export function otherThan(...sets: readonly NameSet[]): NameSet {
  const [first] = sets;
  return { kind: 'not', set: sets.length === 1 && first !== undefined ? first : { kind: 'union', sets } };
}

export function hasName(set: NameSet, name: string): boolean {
  return decide(set, name, undefined);
}

/** Whether the set has the names that are not listed anywhere and match just the patterns of `matching`. */
export function hasUnlisted(set: NameSet, matching: ReadonlySet<string>): boolean {
  return decide(set, undefined, matching);
}

/** Of a name, or where `matching` is given, of names that are not listed. No closures: this is called for every member. */
function decide(set: NameSet, name: string | undefined, matching: ReadonlySet<string> | undefined): boolean {
  switch (set.kind) {
    case 'listed':
      return name !== undefined && set.names.has(name);
    case 'pattern':
      return name === undefined ? matching?.has(set.source) === true : patternMatches(set.source, name);
    case 'union':
      return set.sets.some((inner) => decide(inner, name, matching));
    case 'not':
      return !decide(set.set, name, matching);
  }
}

/** The names and patterns that a set speaks of, into `names` and `patterns`. */
export function collectNames(set: NameSet, names: Set<string>, patterns: Set<string>): void {
  switch (set.kind) {
    case 'listed':
      for (const name of set.names) names.add(name);
      return;
    case 'pattern':
      patterns.add(set.source);
      return;
    case 'union':
      for (const inner of set.sets) collectNames(inner, names, patterns);
      return;
    case 'not':
      collectNames(set.set, names, patterns);
  }
}

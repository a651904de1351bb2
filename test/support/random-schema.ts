// Random schemas over every keyword that the compiler knows. Names, characters and numbers are few, so that keywords meet:
// a member is declared, required, matched by a pattern and forbidden at the same time.

import type { JsonSchema, JsonValue } from '../../lib/schema/json-schema.js';
import type { Random } from './random.js';

type Writable = Record<string, unknown>;
type Type = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export const NAMES = ['a', 'b', 'c', 'ab'] as const;
const TYPES = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'] as const;
const PATTERNS = ['a', '^a', 'b$', '^[ab]*$', '^a?b$', '^(a|bb)+$', '[^a]', '^.{1,2}$', '^\\w+$'];
// Not `email` and `uri`: ajv wants a dot in the domain, and something behind the scheme; the standards do not.
const FORMATS = ['date', 'time', 'date-time', 'ipv4', 'ipv6', 'uuid', 'hostname', 'json-pointer', 'duration'];
const DEFINITIONS = ['d0', 'd1', 'd2'] as const;

/** Where a schema stands: how deep, and which definitions it may refer to without referring to itself. */
interface Place {
  readonly depth: number;
  readonly inPlace: readonly string[];
  readonly defined: readonly string[];
}

/** A schema with up to three definitions. */
export function randomSchema(random: Random): JsonSchema {
  if (random.next() < 0.005) return random.next() < 0.5;
  const defined = DEFINITIONS.slice(0, Math.max(0, random.below(6) - 2));
  const root = schemaObject(random, { depth: 3, inPlace: defined, defined });
  if (defined.length === 0) return root as JsonSchema;
  // A definition refers in place only to later ones; inside of values, to any: so recursion always passes a value.
  const $defs = Object.fromEntries(defined.map((name, i) => [name, schema(random, { depth: 2, inPlace: defined.slice(i + 1), defined })]));
  return { ...root, $defs } as JsonSchema;
}

function schema(random: Random, place: Place): unknown {
  const die = random.next();
  if (die < 0.06) return true;
  if (die < 0.09) return false;
  if (die < 0.2 && place.inPlace.length > 0) return { $ref: `#/$defs/${random.pick(place.inPlace)}` };
  return schemaObject(random, place);
}

/** A schema about some types, with a few keywords of each, and perhaps some that combine schemas. */
function schemaObject(random: Random, place: Place): Writable {
  const made: Writable = {};
  const about = random.pick<Type>(place.depth > 0 ? ['number', 'string', 'array', 'array', 'object', 'object', 'object'] : ['null', 'boolean', 'number', 'string', 'array', 'object']);
  if (random.next() < 0.6) made['type'] = typeOf(random, about);
  if (random.next() < 0.12) Object.assign(made, listed(random));
  if (random.next() < 0.85) addKeywords(random, place, about, made);
  if (place.depth > 0 && random.next() < 0.4) combine(random, { ...place, depth: place.depth - 1 }, made);
  return random.next() < 0.3 ? shuffled(random, made) : made;
}

function typeOf(random: Random, about: Type): unknown {
  const name = about === 'number' && random.next() < 0.5 ? 'integer' : about;
  return random.next() < 0.85 ? name : [...new Set([name, random.pick(TYPES), random.pick(TYPES)])];
}

function listed(random: Random): Writable {
  if (random.next() < 0.4) return { const: smallValue(random, 2) };
  return { enum: Array.from({ length: 1 + random.below(4) }, () => smallValue(random, 2)) };
}

/** A value out of few: those that schemas list, and those that instances are made of. */
export function smallValue(random: Random, depth: number): JsonValue {
  switch (random.below(depth > 0 ? 8 : 5)) {
    case 0: return null;
    case 1: return random.next() < 0.5;
    case 2: return smallNumber(random);
    case 3:
    case 4: return smallText(random);
    case 5: return Array.from({ length: random.below(3) }, () => smallValue(random, depth - 1));
    default: return Object.fromEntries(subset(random, NAMES, 0.35).map((name) => [name, smallValue(random, depth - 1)]));
  }
}

export function smallNumber(random: Random): number {
  return random.next() < 0.75 ? random.below(8) - 3 : random.pick([0.5, -0.5, 1.5, 2.25, 0.1, 10, 100]);
}

export function smallText(random: Random): string {
  return random.next() < 0.9 ? Array.from({ length: random.below(4) }, () => random.pick(['a', 'b'])).join('') : random.pick(['c', 'é', '"', '\\', '\n', '😀', 'A']);
}

function addKeywords(random: Random, place: Place, about: Type, made: Writable): void {
  const inner: Place = { ...place, depth: place.depth - 1, inPlace: place.defined };
  const maybe = (chance: number, keyword: string, value: () => unknown): void => {
    if (random.next() < chance) made[keyword] = value();
  };
  const some = (names: readonly string[]): Writable => Object.fromEntries(names.map((name) => [name, innerSchema(random, inner)]));
  switch (about) {
    case 'number':
      maybe(0.35, 'minimum', () => smallNumber(random));
      maybe(0.35, 'maximum', () => smallNumber(random) + 2);
      maybe(0.15, 'exclusiveMinimum', () => smallNumber(random));
      maybe(0.15, 'exclusiveMaximum', () => smallNumber(random) + 2);
      // Steps that doubles hold exactly: for others ajv divides, and rounds.
      maybe(0.25, 'multipleOf', () => random.pick([1, 2, 3, 0.5, 0.25, 1.5]));
      return;
    case 'string':
      maybe(0.35, 'minLength', () => random.below(3));
      maybe(0.35, 'maxLength', () => random.below(4));
      maybe(0.35, 'pattern', () => random.pick(PATTERNS));
      maybe(0.1, 'format', () => random.pick(FORMATS));
      return;
    case 'array':
      maybe(0.3, 'prefixItems', () => Array.from({ length: 1 + random.below(3) }, () => innerSchema(random, inner)));
      maybe(0.5, 'items', () => innerSchema(random, inner));
      maybe(0.25, 'minItems', () => random.below(3));
      maybe(0.3, 'maxItems', () => random.below(4));
      maybe(0.12, 'uniqueItems', () => random.next() < 0.9);
      // Of an empty array ajv skips what follows `prefixItems` in the same schema.
      maybe('prefixItems' in made ? 0 : 0.3, 'contains', () => innerSchema(random, inner));
      maybe('contains' in made ? 0.3 : 0.02, 'minContains', () => random.below(3));
      maybe('contains' in made ? 0.3 : 0.02, 'maxContains', () => random.below(3));
      maybe(0.1, 'unevaluatedItems', () => innerSchema(random, inner));
      return;
    case 'object':
      maybe(0.65, 'properties', () => some(subset(random, NAMES, 0.5)));
      maybe(0.3, 'required', () => subset(random, NAMES, 0.3));
      maybe(0.35, 'additionalProperties', () => (random.next() < 0.4 ? false : innerSchema(random, inner)));
      maybe(0.2, 'patternProperties', () => some(subset(random, PATTERNS, 0.15)));
      maybe(0.12, 'propertyNames', () => nameSchema(random, inner));
      maybe(0.15, 'minProperties', () => random.below(3));
      maybe(0.2, 'maxProperties', () => random.below(4));
      maybe(0.1, 'dependentRequired', () => Object.fromEntries(subset(random, NAMES, 0.3).map((name) => [name, subset(random, NAMES, 0.3)])));
      maybe(0.1, 'dependentSchemas', () => Object.fromEntries(subset(random, NAMES, 0.3).map((name) => [name, innerSchema(random, { ...inner, inPlace: place.inPlace })])));
      maybe(0.1, 'unevaluatedProperties', () => (random.next() < 0.6 ? false : innerSchema(random, inner)));
      return;
    default:
  }
}

function innerSchema(random: Random, place: Place): unknown {
  return place.depth > 0 ? schema(random, place) : leaf(random, place);
}

function leaf(random: Random, place: Place): unknown {
  if (place.inPlace.length > 0 && random.next() < 0.25) return { $ref: `#/$defs/${random.pick(place.inPlace)}` };
  return random.next() < 0.25 ? listed(random) : random.next() < 0.3 ? random.next() < 0.8 : schemaObject(random, { ...place, depth: 0, inPlace: [], defined: [] });
}

function nameSchema(random: Random, place: Place): unknown {
  switch (random.below(5)) {
    case 0: return { enum: subset(random, NAMES, 0.6).concat('a') };
    case 1: return { maxLength: random.below(3) };
    case 2: return { not: { const: random.pick(NAMES) } };
    case 3: return innerSchema(random, place);
    default: return { pattern: random.pick(PATTERNS) };
  }
}

/** Adds keywords that apply schemas to the same value. */
function combine(random: Random, place: Place, made: Writable): void {
  const one = (): unknown => (place.depth > 0 ? schema(random, place) : leaf(random, place));
  const several = (): unknown[] => Array.from({ length: 1 + random.below(3) }, one);
  switch (random.below(8)) {
    case 0: made['allOf'] = several(); return;
    case 1:
    case 2: made['anyOf'] = several(); return;
    case 3:
    case 4: made['oneOf'] = several(); return;
    case 5: made['not'] = one(); return;
    case 6:
      made['if'] = one();
      if (random.next() < 0.8) made['then'] = one();
      if (random.next() < 0.6) made['else'] = one();
      return;
    default:
      if (place.inPlace.length > 0) made['$ref'] = `#/$defs/${random.pick(place.inPlace)}`;
  }
}

function subset<T>(random: Random, items: readonly T[], share: number): T[] {
  return items.filter(() => random.next() < share);
}

function shuffled(random: Random, made: Writable): Writable {
  const order = new Map(Object.keys(made).map((key) => [key, random.next()]));
  return Object.fromEntries(Object.entries(made).sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0)));
}

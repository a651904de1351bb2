// Which schemas of a document say the same. Schemas whose references were written out hold some parts hundreds of times;
// compiled once, they take hundreds of times less.
//
// Values are numbered bottom up, equal ones alike (hash consing: Ershov, "On programming of arithmetic operations", 1958).
// Annotations do not count. The order of keywords and members does: it is the order in which members are written.

import { isRecord } from '../json.js';

/** Keywords that hold schemas: one, a list of them, or a map from names. */
export const HOLDS_SCHEMA: readonly string[] = [
  'additionalProperties', 'additionalItems', 'propertyNames', 'unevaluatedProperties', 'unevaluatedItems', 'items', 'contains',
  'not', 'if', 'then', 'else', 'contentSchema', 'allOf', 'anyOf', 'oneOf', 'prefixItems',
];
export const HOLDS_MAP: readonly string[] = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'];
/** Keywords that say nothing about validity, nor about other schemas. */
export const ANNOTATIONS: ReadonlySet<string> = new Set(['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$comment']);

/** A schema with one of these stands for itself: it can be referred to, or its references mean something of their own. */
const OWN = new Set(['$id', 'id', '$schema', '$anchor', '$dynamicAnchor', '$recursiveAnchor', '$dynamicRef', '$recursiveRef']);

/** How a value is to be read. */
type Kind = 'schema' | 'schemas' | 'map' | 'data';
const KINDS: ReadonlyMap<string, Kind> = new Map([...HOLDS_SCHEMA.map((name) => [name, 'schemas'] as const), ...HOLDS_MAP.map((name) => [name, 'map'] as const)]);

/** Numbers of values, by what they say. */
export class EqualSchemas {
  readonly #maxDepth: number;
  readonly #numbers = new Map<string, number>();
  /** Of schemas; -1 for those that nothing equals. */
  readonly #known = new Map<object, number>();

  /** @param maxDepth What is nested deeper equals nothing. */
  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** Equal for schemas that say the same under the same base URI; undefined for one that nothing equals. */
  numberOf(schema: object): number | undefined {
    return this.#number(schema, 'schema', 0);
  }

  #number(value: unknown, kind: Kind, depth: number): number | undefined {
    if (typeof value !== 'object' || value === null) return this.#interned(JSON.stringify(value) ?? 'undefined');
    const known = kind === 'schema' ? this.#known.get(value) : undefined;
    if (known !== undefined) return known < 0 ? undefined : known;
    const number = depth > this.#maxDepth ? undefined : this.#composed(value, kind, depth);
    if (kind === 'schema') this.#known.set(value, number ?? -1);
    return number;
  }

  #composed(value: object, kind: Kind, depth: number): number | undefined {
    let key = Array.isArray(value) ? '[' : `${kind}{`;
    for (const [name, inner] of Object.entries(value)) {
      if (kind === 'schema' && ANNOTATIONS.has(name)) continue;
      if (kind === 'schema' && OWN.has(name)) return undefined;
      const number = this.#number(inner, this.#kindOf(kind, name, inner), depth + 1);
      if (number === undefined) return undefined;
      key += Array.isArray(value) ? `${number},` : `${JSON.stringify(name)}:${number},`;
    }
    return this.#interned(key);
  }

  #kindOf(outer: Kind, name: string, value: unknown): Kind {
    if (outer === 'schema') {
      const kind = KINDS.get(name) ?? 'data';
      return kind === 'schemas' && !Array.isArray(value) ? 'schema' : kind;
    }
    if (outer === 'data') return 'data';
    return isRecord(value) ? 'schema' : 'data';
  }

  #interned(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

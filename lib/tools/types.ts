// The type names inside a schema: JSON Schema's own everywhere, a few Python spellings in the seed dialect.

import { shown } from '../errors.js';
import { isRecord } from '../json.js';
import { JSON_TYPES, type JsonSchema } from '../schema/json-schema.js';
import { failAt, inside, type Place } from './place.js';

/**
 * Spellings that the seed dialect also takes. Its files were written for Python programs, so Python's names turn up;
 * JSON Schema is a standard, and there they are typing errors.
 */
export const SEED_ALIASES: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'integer',
  float: 'number',
  double: 'number',
  bool: 'boolean',
  list: 'array',
  tuple: 'array',
  dict: 'object',
  none: 'null',
};

// Deeper than any real schema, shallow enough that a hostile or cyclic one is an error and not a full stack.
const MAX_DEPTH = 128;

const MAPS_OF_SCHEMAS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const LISTS_OF_SCHEMAS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const SINGLE_SCHEMAS = [
  'items', 'additionalItems', 'contains', 'unevaluatedItems', 'contentSchema',
  'additionalProperties', 'unevaluatedProperties', 'propertyNames', 'not', 'if', 'then', 'else',
];

/**
 * Checks that every `type` in a schema and its subschemas is known, and that subschemas are schemas. With `aliases`,
 * the spellings of {@link SEED_ALIASES} are replaced. Other keywords are left for the schema compiler to judge.
 *
 * @throws SurecallError `SURECALL_UNKNOWN_TYPE` or `SURECALL_INVALID_TOOLS`.
 */
export function checkTypes(schema: unknown, place: Place, aliases: boolean, depth = 0): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  if (!isRecord(schema)) failAt(place, 'SURECALL_INVALID_TOOLS', `must be a schema (an object), got ${shown(schema)}`, schema);
  if (depth > MAX_DEPTH) failAt(place, 'SURECALL_INVALID_TOOLS', `schemas nested more than ${MAX_DEPTH} deep`);

  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    const here = inside(place, keyword);
    const check = (part: unknown, at: Place): JsonSchema => checkTypes(part, at, aliases, depth + 1);
    if (keyword === 'type') return [keyword, checkTypeNames(value, here, aliases)];
    if (MAPS_OF_SCHEMAS.includes(keyword) && isRecord(value)) {
      return [keyword, mapValues(value, (part, name) => check(part, inside(here, name)))];
    }
    // Before draft 2020-12 `items` could be a list.
    if ((LISTS_OF_SCHEMAS.includes(keyword) || keyword === 'items') && Array.isArray(value)) {
      return [keyword, value.map((part: unknown, index) => check(part, inside(here, index)))];
    }
    if (SINGLE_SCHEMAS.includes(keyword)) return [keyword, check(value, here)];
    return [keyword, value];
  });
  return Object.fromEntries(entries);
}

/** An object with the same names in the same order and other values. */
export function mapValues<T>(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

function checkTypeNames(type: unknown, place: Place, aliases: boolean): string | string[] {
  if (!Array.isArray(type)) return checkTypeName(type, place, aliases);
  if (type.length === 0) failAt(place, 'SURECALL_UNKNOWN_TYPE', 'is an empty list of types', type);
  return type.map((name: unknown, index) => checkTypeName(name, inside(place, index), aliases));
}

function checkTypeName(name: unknown, place: Place, aliases: boolean): string {
  if (typeof name === 'string') {
    if ((JSON_TYPES as readonly string[]).includes(name)) return name;
    if (aliases && Object.hasOwn(SEED_ALIASES, name)) return SEED_ALIASES[name] as string;
  }
  return failAt(place, 'SURECALL_UNKNOWN_TYPE', `unknown type ${shown(name)}; known types: ${JSON_TYPES.join(', ')}`, name);
}

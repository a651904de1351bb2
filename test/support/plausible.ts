// Whether a value could be meant for a schema: a small validator that knows the keywords by which branches of anyOf and
// oneOf are told apart, and takes every other keyword for satisfied. It chooses the branch whose property order an
// instance is written in; it judges nothing.

import { ExactNumber, type ExactJson, isExactArray, isExactObject, plain } from '../../lib/text/exact-json.js';

/** A schema that is an object; keywords are read with care, for the data holds malformed ones. */
export type SchemaObject = Readonly<Record<string, unknown>>;

/** Told apart from booleans and from what is no schema. */
export function isSchemaObject(schema: unknown): schema is SchemaObject {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema);
}

/** What a `$ref` means, or undefined where that cannot be found out. */
export type Resolve = (reference: string) => unknown;

// Beyond this nesting everything is plausible; it also ends cycles of $ref.
const MAX_DEPTH = 24;

/** Whether `value` could be meant for `schema`. */
export function plausible(schema: unknown, value: ExactJson, resolve: Resolve, depth = 0): boolean {
  if (schema === false) return false;
  if (!isSchemaObject(schema) || depth > MAX_DEPTH) return true;
  const fits = (other: unknown, part: ExactJson = value) => plausible(other, part, resolve, depth + 1);
  const every = (list: unknown) => !Array.isArray(list) || list.every((one) => fits(one));
  const some = (list: unknown) => !Array.isArray(list) || list.some((one) => fits(one));

  if (typeof schema['$ref'] === 'string' && !fits(resolve(schema['$ref']))) return false;
  if (Object.hasOwn(schema, 'const') && !same(schema['const'], value)) return false;
  if (Array.isArray(schema['enum']) && !schema['enum'].some((one) => same(one, value))) return false;
  if (!ofType(schema['type'], value)) return false;
  if (!every(schema['allOf']) || !some(schema['anyOf']) || !some(schema['oneOf'])) return false;
  if (isSchemaObject(schema['not']) && Object.keys(schema['not']).length === 0) return false;
  if (typeof value === 'string') return fitsString(schema, value);
  if (isExactArray(value)) return fitsArray(schema, value, fits);
  if (isExactObject(value)) return fitsObject(schema, value, fits);
  return true;
}

type Fits = (schema: unknown, part: ExactJson) => boolean;

function fitsString(schema: SchemaObject, value: string): boolean {
  if (typeof schema['pattern'] !== 'string') return true;
  try {
    return new RegExp(schema['pattern'], 'u').test(value);
  } catch {
    return true;
  }
}

function fitsArray(schema: SchemaObject, value: readonly ExactJson[], fits: Fits): boolean {
  return value.every((item, index) => itemSchemas(schema, index).every((one) => fits(one, item)));
}

function fitsObject(schema: SchemaObject, value: ReadonlyMap<string, ExactJson>, fits: Fits): boolean {
  const { required } = schema;
  if (Array.isArray(required) && required.some((name) => !value.has(name as string))) return false;
  return [...value].every(([name, member]) => memberSchemas(schema, name).every((one) => fits(one, member)));
}

/** The schemas that the keywords of this one apply to the item at `index`, in both spellings of tuples. */
export function itemSchemas(schema: SchemaObject, index: number): unknown[] {
  const { prefixItems, items, additionalItems } = schema;
  const prefix = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  if (index < prefix.length) return [prefix[index]];
  const rest = Array.isArray(items) ? additionalItems : items;
  return rest === undefined ? [] : [rest];
}

/** The schemas that the keywords of this one apply to the member `name`. */
export function memberSchemas(schema: SchemaObject, name: string): unknown[] {
  const { properties, patternProperties, additionalProperties } = schema;
  const found: unknown[] = [];
  if (isSchemaObject(properties) && Object.hasOwn(properties, name)) found.push(properties[name]);
  if (isSchemaObject(patternProperties)) {
    for (const [pattern, one] of Object.entries(patternProperties)) {
      if (fitsString({ pattern }, name)) found.push(one);
    }
  }
  if (found.length === 0 && additionalProperties !== undefined) found.push(additionalProperties);
  return found;
}

function ofType(type: unknown, value: ExactJson): boolean {
  if (Array.isArray(type)) return type.some((one) => ofType(one, value));
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return isExactArray(value);
    case 'object':
      return isExactObject(value);
    case 'integer':
      return value instanceof ExactNumber && Number.isInteger(Number(value.text));
    case 'number':
      return value instanceof ExactNumber;
    case 'boolean':
    case 'string':
      return typeof value === type;
    default:
      return true;
  }
}

/** Whether a value of a schema (of `const` or `enum`) is the value. */
export function same(expected: unknown, value: ExactJson): boolean {
  return canonical(expected) === canonical(plain(value));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    isSchemaObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}

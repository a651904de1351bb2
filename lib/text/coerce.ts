// Values that a model wrote without our mask, brought to their declared types. The conversions are the table in
// docs/coercion.md and no others: a value is either right, or one of those, or an error. Types, `enum`, `const`,
// required and undeclared members are looked at; lengths, ranges and patterns are not.

import { SurecallError, shown } from '../errors.js';
import { hasType, type JsonSchema, type JsonSchemaObject, type JsonType } from '../schema/json-schema.js';
import { convertToType } from './convert.js';
import { resolvePointer } from './pointer.js';

/** Named in errors: which tool's arguments these are, and where in them the value lies. */
export interface CoercionPlace {
  /** The tool that the arguments are for, as messages name it. */
  readonly tool: string;
  /** Dotted path of the parameter; absent for the arguments as a whole. */
  readonly path?: string;
}

interface Context {
  readonly tool: string;
  readonly path: string;
  /** Where `$ref` starts. */
  readonly root: JsonSchema;
  readonly depth: number;
}

// Arguments nest a few levels; a `$ref` that leads to itself nests without end.
const MAX_DEPTH = 256;

/**
 * Converts a value to what a schema declares, by the table in docs/coercion.md. A value that is already right comes
 * back as the same reference; nothing is changed in place.
 *
 * @throws SurecallError `SURECALL_COERCION`, naming tool, parameter, expected type and value;
 * `SURECALL_UNSUPPORTED_SCHEMA` where a pattern in the schema is not a regular expression.
 */
export function coerce(value: unknown, schema: JsonSchema, where: CoercionPlace): unknown {
  return coerceTo(value, schema, { tool: where.tool, path: where.path ?? '', root: schema, depth: 0 });
}

function coerceTo(value: unknown, schema: JsonSchema, context: Context): unknown {
  if (schema === true) return value;
  if (schema === false || context.depth > MAX_DEPTH) return fail(value, schema, context);
  const deeper = { ...context, depth: context.depth + 1 };
  let result = coerceType(value, schema, context);
  if (Array.isArray(result)) result = coerceItems(result, schema, deeper);
  else if (isObject(result)) result = coerceMembers(result, schema, deeper);
  if (schema.$ref !== undefined) {
    const target = resolvePointer(context.root, schema.$ref);
    if (target !== undefined) result = coerceTo(result, target, deeper);
  }
  for (const part of schema.allOf ?? []) result = coerceTo(result, part, deeper);
  for (const union of [schema.anyOf, schema.oneOf]) {
    if (union !== undefined) result = coerceToAny(result, union, deeper);
  }
  return coerceToEnum(result, schema, context);
}

function coerceType(value: unknown, schema: JsonSchemaObject, context: Context): unknown {
  const types = typesOf(schema);
  if (types.length === 0 || types.some((type) => hasType(value, type))) return value;
  const converted = convertToType(value, types);
  return converted === undefined ? fail(value, schema, context) : converted;
}

function coerceItems(items: readonly unknown[], schema: JsonSchemaObject, context: Context): readonly unknown[] {
  const converted = items.map((item, index) => {
    const itemSchema = schema.prefixItems?.[index] ?? schema.items ?? true;
    return coerceTo(item, itemSchema, { ...context, path: `${context.path}[${index}]` });
  });
  return converted.every((item, index) => item === items[index]) ? items : converted;
}

function coerceMembers(
  members: Readonly<Record<string, unknown>>,
  schema: JsonSchemaObject,
  context: Context,
): Readonly<Record<string, unknown>> {
  const below = (name: string): Context => ({ ...context, path: context.path === '' ? name : `${context.path}.${name}` });
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(members, name)) fail(undefined, own(schema.properties, name) ?? true, below(name));
  }
  let changed = false;
  const entries = Object.entries(members).map(([name, value]): [string, unknown] => {
    const converted = coerceTo(value, memberSchema(schema, name), below(name));
    changed ||= converted !== value;
    return [name, converted];
  });
  return changed ? Object.fromEntries(entries) : members;
}

function memberSchema(schema: JsonSchemaObject, name: string): JsonSchema {
  const declared = own(schema.properties, name);
  if (declared !== undefined) return declared;
  for (const [pattern, patternSchema] of Object.entries(schema.patternProperties ?? {})) {
    if (compilePattern(pattern).test(name)) return patternSchema;
  }
  return schema.additionalProperties ?? true;
}

function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (cause) {
    const message = `patternProperties: ${shown(pattern)} is not a regular expression`;
    throw new SurecallError('SURECALL_UNSUPPORTED_SCHEMA', message, { cause });
  }
}

/** A branch that takes the value as it is wins over one that has to convert it; then the first that can. */
function coerceToAny(value: unknown, branches: readonly JsonSchema[], context: Context): unknown {
  const results: unknown[] = [];
  for (const branch of branches) {
    try {
      const result = coerceTo(value, branch, context);
      if (result === value) return value;
      results.push(result);
    } catch (error) {
      if (!(error instanceof SurecallError && error.code === 'SURECALL_COERCION')) throw error;
    }
  }
  return results.length > 0 ? results[0] : fail(value, { anyOf: branches }, context);
}

/** `enum` and `const`: the member that is equal, else the only one with the same text but for case. */
function coerceToEnum(value: unknown, schema: JsonSchemaObject, context: Context): unknown {
  const members = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (members === undefined) return value;
  const text = JSON.stringify(value);
  if (members.some((member) => member === value || JSON.stringify(member) === text)) return value;
  const wanted = plainText(value)?.toLowerCase();
  const similar = wanted === undefined ? [] : members.filter((member) => plainText(member)?.toLowerCase() === wanted);
  return similar.length === 1 ? similar[0] : fail(value, schema, context);
}

function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isObject(value) || Array.isArray(value) || value === undefined ? undefined : String(value);
}

function typesOf(schema: JsonSchemaObject): readonly JsonType[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

function fail(value: unknown, schema: JsonSchema, context: Context): never {
  const expected = describe(schema);
  const parameter = context.path === '' ? 'arguments' : `parameter ${shown(context.path)}`;
  throw new SurecallError('SURECALL_COERCION', `${context.tool}: ${parameter}: expected ${expected}, got ${shown(value)}`, {
    details: { tool: context.tool, parameter: context.path, expected, value },
  });
}

/** A schema in a few words, for error messages. */
function describe(schema: JsonSchema): string {
  if (schema === true) return 'a value';
  if (schema === false) return 'no such parameter';
  if (schema.enum !== undefined) return `one of ${schema.enum.map((member) => shown(member)).join(', ')}`;
  if (schema.const !== undefined) return shown(schema.const);
  const types = typesOf(schema);
  if (types.length > 0) return types.join(' or ');
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return [...new Set(branches.map(describe))].join(' or ');
  return 'a value of its schema';
}

// The value of arguments as they stand in a text. JSON says of each value what it is; the XML styles mostly do not, so the schema
// has to: `5` is a number where a number is declared and a text where a text is.

import { SurecallError } from '../errors.js';
import { isRecord } from '../json.js';
import { compileValidator } from '../schema/ajv.js';
import type { JsonSchema, JsonSchemaObject, JsonType } from '../schema/json-schema.js';
import { parseRepaired, skipSpace } from './scan.js';
import type { JsonSchemaStyle } from './structural-tag.js';
import { readMembers, type XmlMember } from './xml-reader.js';

/** More ways to read an object than these are not tried. */
const MAX_READINGS = 64;

/**
 * The arguments that a text holds, in a style and for a schema. Escapes of JSON are repaired.
 *
 * @throws SurecallError `SURECALL_PARSE` where the text is no such object.
 */
export function readArguments(style: JsonSchemaStyle, text: string, schema: JsonSchema = true): Record<string, unknown> {
  if (style === 'json') {
    const value = parseRepaired(text);
    if (isRecord(value)) return value;
    throw new SurecallError('SURECALL_PARSE', `arguments are not a JSON object: ${text.slice(0, 60)}`);
  }
  const { members, end } = readMembers(style, text, 0);
  if (skipSpace(text, end) < text.length) throw new SurecallError('SURECALL_PARSE', `arguments cannot be read: ${text.slice(end, end + 60)}`);
  return argumentsOf(members, schema);
}

/** One member of arguments in tags, while the others are not known. */
export interface SingleMember {
  readonly name: string;
  /** What it most likely means. */
  readonly value: unknown;
  /** It can mean nothing else: {@link readArguments} gives the same, whatever the other members are. */
  readonly isCertain: boolean;
}

/**
 * The member that a text holds, in an XML style.
 *
 * @throws SurecallError `SURECALL_PARSE` where the text is not one member.
 */
export function readMember(style: Exclude<JsonSchemaStyle, 'json'>, text: string, schema: JsonSchema): SingleMember {
  const [member, ...others] = readMembers(style, text, 0).members;
  if (member === undefined || others.length > 0) throw new SurecallError('SURECALL_PARSE', `not one argument: ${text.slice(0, 60)}`);
  const { name = '' } = member;
  const readings = readingsOf(member, memberSchema(schema, name));
  return { name, value: readings[0], isCertain: readings.length === 1 || schema === true };
}

/** The object that members in tags mean: the first reading that the schema accepts, or the likeliest where it accepts none. */
export function argumentsOf(members: readonly XmlMember[], schema: JsonSchema): Record<string, unknown> {
  const readings = members.map((member) => readingsOf(member, memberSchema(schema, member.name ?? '')));
  const first = objectOf(members, readings.map(([likeliest]) => likeliest));
  const ways = readings.reduce((product, { length }) => product * length, 1);
  if (ways === 1 || schema === true) return first;
  const isValid = validator(schema);
  if (isValid === undefined) return first;
  for (const values of combinations(readings, MAX_READINGS)) {
    const object = objectOf(members, values);
    if (isValid(object)) return object;
  }
  return first;
}

/** As own members, also under names such as `__proto__`. */
function objectOf(members: readonly XmlMember[], values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(members.map(({ name = '' }, index) => [name, values[index]]));
}

/** The values that a member may mean, the likeliest first: at least one. */
function readingsOf({ inside, types }: XmlMember, schema: JsonSchema): unknown[] {
  if (typeof inside !== 'string') return nested(inside, types ?? []);
  const declared = declaredTypes(schema);
  const fits = (type: JsonType): boolean => types?.includes(type) !== false && declared?.includes(type) !== false;
  const value = parseRepaired(inside.trim());
  // A text is never quoted, so what reads as a JSON string is a text as it stands.
  const json = value === undefined || typeof value === 'string' ? [] : [value];
  const isExact = types !== undefined && !types.includes('string');
  if (isExact && json.length > 0) return json;
  const texts = fits('string') || json.length === 0 ? textsOf(inside) : [];
  const others = declared === undefined || declared.some((type) => type !== 'string') ? json.filter((one) => fits(typeOf(one))) : [];
  const all = saysText(types) ? [...texts, ...others] : [...others, ...texts];
  return all.length > 0 ? all : [...json, ...texts];
}

/** DeepSeek's models say of each value whether it is a text, but are not held to it. */
function saysText(types: readonly JsonType[] | undefined): boolean {
  return types?.[0] === 'string';
}

/** Some models put each value on lines of its own. */
function textsOf(inside: string): string[] {
  const bare = inside.startsWith('\n') && inside.endsWith('\n') && inside.length > 1 ? inside.slice(1, -1) : inside;
  return bare === inside ? [inside] : [bare, inside];
}

/** Objects and lists in tags: their attributes say what all values inside are. */
function nested(members: readonly XmlMember[], types: readonly JsonType[]): unknown[] {
  const values = members.map((member) => readingsOf(member, true)[0]);
  return [types.includes('array') ? values : objectOf(members, values)];
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

/** The types that a schema declares, as far as it says so itself; numbers count as integers, too. Undefined: any. */
function declaredTypes(schema: JsonSchema): readonly JsonType[] | undefined {
  if (typeof schema === 'boolean') return undefined;
  const { type, enum: values } = schema;
  if (type !== undefined) {
    const types = typeof type === 'string' ? [type] : type;
    return types.includes('integer') ? [...types, 'number'] : types;
  }
  return Array.isArray(values) ? [...new Set(values.map(typeOf))] : undefined;
}

function memberSchema(schema: JsonSchema, name: string): JsonSchema {
  if (typeof schema === 'boolean') return true;
  const { properties } = schema;
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] as JsonSchema : true;
}

function* combinations(lists: readonly (readonly unknown[])[], limit: number): Generator<unknown[]> {
  const indices = lists.map(() => 0);
  for (let count = 0; count < limit; count++) {
    yield lists.map((list, at) => list[indices[at] as number]);
    let at = lists.length - 1;
    for (; at >= 0; at--) {
      indices[at] = (indices[at] as number) + 1;
      if ((indices[at] as number) < (lists[at] as readonly unknown[]).length) break;
      indices[at] = 0;
    }
    if (at < 0) return;
  }
}

type Validate = (value: unknown) => boolean;
const validators = new WeakMap<JsonSchemaObject, Validate | null>();

/** Whether a value is valid, by ajv; undefined for schemas that ajv cannot compile. */
function validator(schema: JsonSchema): Validate | undefined {
  if (typeof schema === 'boolean') return undefined;
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = compiled(schema);
    validators.set(schema, validate);
  }
  return validate ?? undefined;
}

function compiled(schema: JsonSchemaObject): Validate | null {
  try {
    const validate = compileValidator(schema);
    return (value) => validate(value);
  } catch {
    return null;
  }
}

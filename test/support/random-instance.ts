// Random instances for a schema: built along its keywords so that many are valid, then spoiled so that many are nearly so.
// Which they are, a validator says.

import { isRecord } from '../../lib/json.js';
import type { JsonSchema, JsonValue } from '../../lib/schema/json-schema.js';
import type { Random } from './random.js';
import { NAMES, smallNumber, smallText, smallValue } from './random-schema.js';

type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 4;
const FORMATTED: Readonly<Record<string, string>> = {
  date: '2024-02-29', time: '12:30:00Z', 'date-time': '2024-02-29T12:30:00Z', ipv4: '127.0.0.1', ipv6: '::1', email: 'a@b.c',
  uuid: '123e4567-e89b-12d3-a456-426614174000', hostname: 'a.b', uri: 'a:b', 'json-pointer': '/a', duration: 'P1D',
};

/** Up to `count` different values that the schema might accept. */
export function randomInstances(random: Random, schema: JsonSchema, count: number): JsonValue[] {
  const maker = new InstanceMaker(random, schema);
  const texts = Array.from({ length: count }, () => {
    const value = maker.make(schema, 0);
    return JSON.stringify(random.next() < 0.4 ? maker.spoiled(value) : value);
  });
  return [...new Set(texts)].map((text) => JSON.parse(text) as JsonValue);
}

class InstanceMaker {
  readonly #random: Random;
  readonly #root: JsonSchema;

  constructor(random: Random, root: JsonSchema) {
    this.#random = random;
    this.#root = root;
  }

  /** A value that satisfies what is easily seen. */
  make(given: unknown, depth: number): JsonValue {
    const random = this.#random;
    const schema = this.#merged(given, 0);
    if (depth > MAX_DEPTH) return random.next() < 0.3 ? [] : smallValue(random, 0);
    if ('const' in schema && random.next() < 0.9) return schema['const'] as JsonValue;
    if (Array.isArray(schema['enum']) && random.next() < 0.9) return random.pick(schema['enum'] as JsonValue[]);
    switch (this.#type(schema)) {
      case 'null': return null;
      case 'boolean': return random.next() < 0.5;
      case 'integer': return Math.round(this.#number(schema));
      case 'number': return this.#number(schema);
      case 'string': return this.#text(schema);
      case 'array': return this.#array(schema, depth);
      case 'object': return this.#object(schema, depth);
      default: return smallValue(random, 2);
    }
  }

  /** The value with one thing about it changed. */
  spoiled(value: JsonValue): JsonValue {
    const random = this.#random;
    if (Array.isArray(value) && random.next() < 0.8) return this.#spoiledArray(value as readonly JsonValue[]);
    if (isRecord(value) && random.next() < 0.8) return this.#spoiledObject(value as Readonly<Record<string, JsonValue>>);
    if (typeof value === 'string' && random.next() < 0.6) return random.next() < 0.5 ? value + smallText(random) : [...value].slice(1).join('');
    if (typeof value === 'number' && random.next() < 0.6) return Number((value + random.pick([1, -1, 0.5])).toFixed(6));
    return smallValue(random, 2);
  }

  #spoiledArray(value: readonly JsonValue[]): JsonValue {
    const random = this.#random;
    const at = random.below(value.length + 1);
    const other = random.next() < 0.5 && value.length > 0 ? random.pick(value) : smallValue(random, 1);
    const replaced = at < value.length && random.next() < 0.5 ? [this.spoiled(value[at] as JsonValue)] : [];
    const added = random.next() < 0.4 ? [other] : [];
    return [...value.slice(0, at), ...replaced, ...added, ...value.slice(at + 1)];
  }

  #spoiledObject(value: Readonly<Record<string, JsonValue>>): JsonValue {
    const random = this.#random;
    const name = random.pick([...Object.keys(value), ...NAMES]);
    const { [name]: old, ...others } = value;
    if (old === undefined) return { ...value, [name]: smallValue(random, 1) };
    return random.next() < 0.5 ? others : { ...value, [name]: this.spoiled(old) };
  }

  /** The schema with some of the schemas that it applies in place. */
  #merged(given: unknown, steps: number): Schema {
    if (!isRecord(given)) return {};
    const random = this.#random;
    let schema: Schema = given;
    const add = (other: unknown): void => {
      if (steps < 6) schema = joined(schema, this.#merged(other, steps + 1));
    };
    const list = (keyword: string): readonly unknown[] => (Array.isArray(given[keyword]) ? (given[keyword] as unknown[]) : []);
    if (typeof given['$ref'] === 'string') add(this.#resolve(given['$ref']));
    list('allOf').forEach(add);
    for (const keyword of ['anyOf', 'oneOf']) if (list(keyword).length > 0) add(random.pick(list(keyword)));
    if (given['if'] !== undefined && random.next() < 0.5) {
      add(given['if']);
      add(given['then']);
    } else if (given['if'] !== undefined) {
      add(given['else']);
    }
    if (isRecord(given['dependentSchemas']) && random.next() < 0.5) Object.values(given['dependentSchemas']).forEach(add);
    return schema;
  }

  #resolve(reference: string): unknown {
    return isRecord(this.#root) ? (this.#root['$defs'] as Schema | undefined)?.[reference.slice('#/$defs/'.length)] : undefined;
  }

  #type(schema: Schema): unknown {
    const { type } = schema;
    if (typeof type === 'string') return type;
    if (Array.isArray(type)) return this.#random.pick(type);
    const hinted = Object.keys(schema).map((keyword) => HINTS[keyword]).filter((hint) => hint !== undefined);
    return hinted.length > 0 && this.#random.next() < 0.8 ? this.#random.pick(hinted) : undefined;
  }

  #number({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema): number {
    const random = this.#random;
    const bounds = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].filter((bound) => typeof bound === 'number');
    const near = bounds.length > 0 && random.next() < 0.7 ? random.pick(bounds) + random.pick([0, 1, -1, 0.5, -0.5]) : smallNumber(random);
    return typeof multipleOf === 'number' && random.next() < 0.7 ? Number((Math.round(near / multipleOf) * multipleOf).toFixed(6)) : near;
  }

  #text({ minLength, maxLength, format }: Schema): string {
    const random = this.#random;
    if (typeof format === 'string' && random.next() < 0.8) return FORMATTED[format] ?? '';
    let text = smallText(random);
    while (typeof minLength === 'number' && text.length < minLength) text += random.pick(['a', 'b']);
    return typeof maxLength === 'number' && random.next() < 0.9 ? [...text].slice(0, maxLength).join('') : text;
  }

  #array(schema: Schema, depth: number): JsonValue[] {
    const random = this.#random;
    const { minItems = 0, maxItems = 3, prefixItems, items, contains } = schema as { minItems?: number; maxItems?: number; prefixItems?: unknown[]; items?: unknown; contains?: unknown };
    const length = Math.min(maxItems, minItems + random.below(4));
    return Array.from({ length }, (_, i) => {
      if (contains !== undefined && random.next() < 0.4) return this.make(contains, depth + 1);
      return this.make(prefixItems?.[i] ?? items ?? schema['unevaluatedItems'], depth + 1);
    });
  }

  #object(schema: Schema, depth: number): JsonValue {
    const random = this.#random;
    const map = (keyword: string): Schema => (isRecord(schema[keyword]) ? schema[keyword] : {});
    const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];
    const names = new Set(required);
    for (const name of [...Object.keys(map('properties')), ...NAMES, 'bb', 'd']) if (random.next() < 0.25) names.add(name);
    const most = typeof schema['maxProperties'] === 'number' && random.next() < 0.8 ? schema['maxProperties'] : Infinity;
    return Object.fromEntries([...names].slice(0, most).sort(() => random.next() - 0.5).map((name) => {
      const matching = Object.entries(map('patternProperties')).find(([pattern]) => new RegExp(pattern, 'u').test(name));
      const inner = map('properties')[name] ?? matching?.[1] ?? schema['additionalProperties'] ?? schema['unevaluatedProperties'];
      return [name, this.make(inner, depth + 1)];
    }));
  }
}

const HINTS: Readonly<Record<string, string>> = {
  minimum: 'number', maximum: 'number', exclusiveMinimum: 'number', exclusiveMaximum: 'number', multipleOf: 'number',
  minLength: 'string', maxLength: 'string', pattern: 'string', format: 'string',
  items: 'array', prefixItems: 'array', contains: 'array', minItems: 'array', maxItems: 'array', uniqueItems: 'array', unevaluatedItems: 'array',
  properties: 'object', required: 'object', additionalProperties: 'object', patternProperties: 'object', propertyNames: 'object',
  minProperties: 'object', maxProperties: 'object', dependentRequired: 'object', dependentSchemas: 'object', unevaluatedProperties: 'object',
};

/** The keywords of both; of `properties` and `required` the sum, of others the second. */
function joined(a: Schema, b: Schema): Schema {
  const both: Record<string, unknown> = { ...a, ...b };
  if (isRecord(a['properties']) && isRecord(b['properties'])) both['properties'] = { ...a['properties'], ...b['properties'] };
  if (Array.isArray(a['required']) && Array.isArray(b['required'])) both['required'] = [...new Set([...(a['required'] as unknown[]), ...(b['required'] as unknown[])])];
  return both;
}

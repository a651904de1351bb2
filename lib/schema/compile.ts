// JSON Schema -> program. Each keyword either shapes the program or is refused by name: a schema is never widened in
// silence. What the engine cannot enforce yet is an error that names the keyword and its JSON pointer; with `relax` it
// is reported instead, for the caller to check on the finished value.

import { DEFAULT_LIMITS, type ValueLimits } from '../defaults.js';
import { SurecallError, shown } from '../errors.js';
import { isRecord } from '../json.js';
import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import { hasType, JSON_TYPES, type JsonSchema, type JsonSchemaObject, type JsonType, type JsonValue } from './json-schema.js';
import { Spelling, type Escapes, type Whitespace } from './spelling.js';

/** How a schema is compiled. */
export interface SchemaOptions {
  /** Default `compact`. */
  readonly whitespace?: Whitespace;
  /** Default `strict`. */
  readonly escapes?: Escapes;
  /** Report keywords that cannot be enforced instead of refusing them. Default false. */
  readonly relax?: boolean;
  readonly limits?: Partial<ValueLimits>;
}

/** Keywords that say nothing about which values are valid. */
const ANNOTATIONS = new Set([
  '$schema', '$id', 'id', '$comment', '$vocabulary', '$anchor', '$defs', 'definitions', 'title', 'description', 'default',
  'examples', 'example', 'deprecated', 'readOnly', 'writeOnly', 'contentEncoding', 'contentMediaType', 'contentSchema',
]);
/** Keywords that are compiled, with the types they speak of (none: all). */
const COMPILED = new Set([
  'type', 'nullable', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items', 'minItems', 'maxItems',
  'minLength', 'maxLength',
]);
/** Nesting that real schemas do not reach; more would exhaust the stack of this recursive compiler. */
const MAX_DEPTH = 256;

/** Compiles schemas into nodes of one builder. */
export class SchemaCompiler {
  readonly #builder: ProgramBuilder;
  readonly #spelling: Spelling;
  readonly #limits: ValueLimits;
  readonly #relax: boolean;
  readonly #unenforced: string[] = [];
  #any: ProgramNode | undefined;
  #depth = 0;

  constructor(builder: ProgramBuilder, options: SchemaOptions = {}) {
    const { whitespace = 'compact', escapes = 'strict', relax = false } = options;
    this.#builder = builder;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#spelling = new Spelling(builder, { whitespace, escapes, limits: this.#limits });
    this.#relax = relax;
  }

  /** JSON pointers of the keywords that `relax` let through. */
  get unenforced(): readonly string[] {
    return this.#unenforced;
  }

  /**
   * The values that `schema` accepts.
   *
   * @param pointer JSON pointer of the schema, for messages.
   * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA` naming the keyword, its place and its value.
   */
  compile(schema: JsonSchema, pointer = ''): ProgramNode {
    if (++this.#depth > MAX_DEPTH) refuse(pointer, `schemas nest more than ${MAX_DEPTH} deep`);
    try {
      if (schema === true) return this.#anyValue();
      if (schema === false) refuse(pointer, 'the schema false accepts no value');
      if (!isRecord(schema)) refuse(pointer, `a schema must be an object or a boolean, got ${shown(schema)}`);
      this.#checkKeywords(schema, pointer);
      return this.#object(schema, pointer);
    } finally {
      this.#depth--;
    }
  }

  #object(schema: JsonSchemaObject, pointer: string): ProgramNode {
    const types = typesOf(schema, pointer);
    if (Object.hasOwn(schema, 'const')) return this.#listed([schema.const as JsonValue], types, `${pointer}/const`);
    if (schema.enum !== undefined) return this.#listed(schema.enum as readonly JsonValue[], types, `${pointer}/enum`);
    const possible = types ?? impliedTypes(schema);
    if (possible === undefined) return this.#anyValue();
    return this.#builder.alternatives(...possible.map((type) => this.#type(type, schema, pointer)));
  }

  #type(type: JsonType, schema: JsonSchemaObject, pointer: string): ProgramNode {
    switch (type) {
      case 'null':
        return this.#spelling.null();
      case 'boolean':
        return this.#spelling.boolean();
      case 'integer':
        return this.#spelling.integer();
      case 'number':
        return this.#spelling.number();
      case 'string':
        return this.#string(schema, pointer);
      case 'array':
        return this.#array(schema, pointer);
      case 'object':
        return this.#members(schema, pointer);
    }
  }

  #string(schema: JsonSchemaObject, pointer: string): ProgramNode {
    const [min, max] = bounds(schema, 'minLength', 'maxLength', pointer);
    return this.#spelling.string(min, max);
  }

  #array(schema: JsonSchemaObject, pointer: string): ProgramNode {
    const [min, max] = bounds(schema, 'minItems', 'maxItems', pointer);
    const item = schema.items === undefined ? this.#anyValue() : this.compile(schema.items, `${pointer}/items`);
    return this.#list(item, min, Math.min(max, Math.max(min, this.#limits.arrayItems)));
  }

  #list(item: ProgramNode, min: number, max: number): ProgramNode {
    const spelling = this.#spelling;
    const comma = spelling.comma();
    const empty = this.#builder.sequence(spelling.open('['), this.#builder.text(']'));
    if (max === 0) return empty;
    const items = this.#builder.repeat(item, { min: Math.max(1, min), max, separator: comma });
    const some = this.#builder.sequence(spelling.open('['), items, spelling.close(']'));
    return min === 0 ? this.#builder.alternatives(empty, some) : some;
  }

  /** Declared members in declared order, the optional ones each present or not. */
  #members(schema: JsonSchemaObject, pointer: string): ProgramNode {
    const { properties: declared = {}, required: names = [] } = schema;
    if (!isRecord(declared)) refuse(`${pointer}/properties`, `must be an object, got ${shown(declared)}`);
    if (!Array.isArray(names)) refuse(`${pointer}/required`, `must be a list of names, got ${shown(names)}`);
    const properties = Object.entries(declared as Readonly<Record<string, JsonSchema>>);
    const required = new Set(names as readonly string[]);
    const extra = schema.additionalProperties;
    if (properties.length === 0 && required.size === 0 && extra !== false) return this.#openObject(extra, pointer);
    if (extra !== undefined && extra !== false) {
      this.#cannot(`${pointer}/additionalProperties`, 'beside declared properties it is not supported yet');
    }
    for (const name of required) {
      if (!Object.hasOwn(declared, name)) {
        refuse(`${pointer}/required`, `requires ${shown(name)}, which is not among the properties`);
      }
    }
    return this.#declared(properties.map(([name, value]) => ({
      required: required.has(name),
      node: this.#spelling.member(name, this.compile(value, `${pointer}/properties/${escapePointer(name)}`)),
    })));
  }

  #declared(members: readonly { readonly required: boolean; readonly node: ProgramNode }[]): ProgramNode {
    const builder = this.#builder;
    const spelling = this.#spelling;
    const comma = spelling.comma();
    // rest(i, first): what may stand from member i on. Built from the end, so that every tail exists once.
    let afterSome = spelling.close('}');
    let afterNone = builder.text('}');
    for (const { required, node } of members.toReversed()) {
      const some = builder.sequence(comma, node, afterSome);
      const first = builder.sequence(node, afterSome);
      afterNone = required ? first : builder.alternatives(first, afterNone);
      afterSome = required ? some : builder.alternatives(some, afterSome);
    }
    return builder.sequence(spelling.open('{'), afterNone);
  }

  /** An object without declared members: any names, values of one schema. */
  #openObject(values: JsonSchema | undefined, pointer: string): ProgramNode {
    const value = values === undefined ? this.#anyValue() : this.compile(values, `${pointer}/additionalProperties`);
    return this.#map(value);
  }

  #map(value: ProgramNode): ProgramNode {
    const builder = this.#builder;
    const spelling = this.#spelling;
    const member = builder.sequence(spelling.string(0, this.#limits.stringLength), spelling.colon(), value);
    const members = builder.repeat(member, { min: 1, max: this.#limits.additionalProperties, separator: spelling.comma() });
    const empty = builder.sequence(spelling.open('{'), builder.text('}'));
    return builder.alternatives(empty, builder.sequence(spelling.open('{'), members, spelling.close('}')));
  }

  /** Any JSON value: the one rule that calls itself. */
  #anyValue(): ProgramNode {
    if (this.#any !== undefined) return this.#any;
    const builder = this.#builder;
    const rule = builder.rule();
    this.#any = builder.call(rule);
    const spelling = this.#spelling;
    builder.define(rule, builder.alternatives(
      spelling.null(),
      spelling.boolean(),
      spelling.number(),
      spelling.string(),
      this.#list(this.#any, 0, this.#limits.arrayItems),
      this.#map(this.#any),
    ));
    return this.#any;
  }

  #listed(values: readonly JsonValue[], types: readonly JsonType[] | undefined, pointer: string): ProgramNode {
    if (!Array.isArray(values)) refuse(pointer, `must be a list, got ${shown(values)}`);
    const fitting = types === undefined ? values : values.filter((value) => types.some((type) => hasType(value, type)));
    if (fitting.length === 0) refuse(pointer, `no value is of the declared type: ${shown(values)}`);
    return this.#builder.alternatives(...fitting.map((value) => this.#spelling.literal(value)));
  }

  #checkKeywords(schema: JsonSchemaObject, pointer: string): void {
    for (const keyword of Object.keys(schema)) {
      if (ANNOTATIONS.has(keyword) || COMPILED.has(keyword)) continue;
      this.#cannot(`${pointer}/${escapePointer(keyword)}`, 'this keyword is not supported yet');
    }
    // enum and const are complete lists: other keywords beside them would have to filter the values.
    if (schema.enum === undefined && !Object.hasOwn(schema, 'const')) return;
    for (const keyword of Object.keys(schema)) {
      if (!COMPILED.has(keyword) || keyword === 'enum' || keyword === 'const' || keyword === 'type' || keyword === 'nullable') continue;
      this.#cannot(`${pointer}/${keyword}`, 'beside enum or const it is not supported yet');
    }
  }

  #cannot(pointer: string, why: string): void {
    if (!this.#relax) refuse(pointer, why);
    this.#unenforced.push(pointer);
  }
}

function refuse(pointer: string, why: string): never {
  throw new SurecallError('SURECALL_UNSUPPORTED_SCHEMA', `schema at ${pointer === '' ? 'its root' : pointer}: ${why}`, {
    details: { pointer },
  });
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function typesOf(schema: JsonSchemaObject, pointer: string): readonly JsonType[] | undefined {
  const { type } = schema;
  const { nullable } = schema as { nullable?: unknown };
  if (type === undefined) return undefined;
  const list: readonly JsonType[] = typeof type === 'string' ? [type] : type;
  if (!Array.isArray(list)) refuse(`${pointer}/type`, `must be a type or a list of types, got ${shown(list)}`);
  for (const name of list) {
    if (!JSON_TYPES.includes(name)) refuse(`${pointer}/type`, `unknown type ${shown(name)}`);
  }
  if (list.length === 0) refuse(`${pointer}/type`, 'lists no type');
  const distinct = [...new Set(nullable === true ? [...list, 'null' as const] : list)];
  // Every integer is a number: two ways to read the same text would only cost time.
  return distinct.includes('number') ? distinct.filter((name) => name !== 'integer') : distinct;
}

/** Without `type`, keywords of one type leave all other types free: only `properties` is taken to mean an object. */
function impliedTypes(schema: JsonSchemaObject): readonly JsonType[] | undefined {
  if (schema.properties !== undefined || schema.required !== undefined || schema.additionalProperties !== undefined) return ['object'];
  if (schema.items !== undefined || schema.minItems !== undefined || schema.maxItems !== undefined) return ['array'];
  if (schema.minLength !== undefined || schema.maxLength !== undefined) return ['string'];
  return undefined;
}

function bounds(schema: JsonSchemaObject, low: 'minLength' | 'minItems', high: 'maxLength' | 'maxItems', pointer: string): [number, number] {
  const read = (keyword: 'minLength' | 'minItems' | 'maxLength' | 'maxItems', otherwise: number) => {
    const value = schema[keyword];
    if (value === undefined) return otherwise;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      refuse(`${pointer}/${keyword}`, `must be a whole number of at least 0, got ${shown(value)}`);
    }
    return value;
  };
  const min = read(low, 0);
  const max = read(high, Infinity);
  if (min > max) refuse(`${pointer}/${low}`, `is ${min}, more than ${high} ${max}: no value can satisfy both`);
  return [min, max];
}

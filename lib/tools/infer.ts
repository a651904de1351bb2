// The types of arguments, inferred from the definitions of tools. Types only: nothing here exists at run time.
//
// Written for tools rather than taken from a library such as json-schema-to-ts: objects of tools are closed, which those
// types cannot express for inner objects, and the seed dialect's maps and spellings are no JSON Schema.

import type { StandardSchema } from './standard-schema.js';

/** The arguments that match the parameters of a tool: a Standard Schema's input type, a JSON Schema's, the seed dialect's. */
export type ArgumentsOf<Parameters> =
  Parameters extends StandardSchema<infer Input> ? Input
  : IsJsonSchema<Parameters> extends true ? AnyObject<ValueOf<Parameters, Parameters>>
  : string extends keyof Parameters ? Record<string, unknown>
  : { -readonly [Name in keyof Parameters]: ValueOf<Parameters[Name], Parameters[Name]> };

/** What `execute` gets: the same, but what a Standard Schema makes of it, with defaults and transforms. */
export type ParsedArgumentsOf<Parameters> =
  Parameters extends StandardSchema<infer _Input, infer Output> ? Output : ArgumentsOf<Parameters>;

/** Not a map of parameters: a keyword of JSON Schema has a value that is no declaration (lib/tools/parameters.ts). */
type IsJsonSchema<Schema> =
  Schema extends { readonly type: string } ? true
  : Schema extends { readonly properties: infer Properties } ? Properties extends { readonly type: string } ? false : true
  : Schema extends { readonly $ref: string } | { readonly allOf: Schemas } | { readonly anyOf: Schemas } | { readonly oneOf: Schemas } ? true
  : false;

type Schemas = readonly unknown[];

/** Arguments are an object whatever the schema leaves open. */
type AnyObject<Value> = unknown extends Value ? Record<string, unknown> : Value;

/** The values that a schema accepts; `unknown` where its keywords are beyond types. `Root` is what references start from. */
export type ValueOf<Schema, Root> =
  Schema extends { readonly const: infer Const } ? Const
  : Schema extends { readonly enum: readonly (infer Value)[] } ? Value
  : Schema extends { readonly $ref: infer Reference } ? ValueOf<Referenced<Reference, Root>, Root>
  : Schema extends { readonly anyOf: infer Branches extends Schemas } ? And<Beside<Schema, Root>, ValueOf<Branches[number], Root>>
  : Schema extends { readonly oneOf: infer Branches extends Schemas } ? And<Beside<Schema, Root>, ValueOf<Branches[number], Root>>
  : Schema extends { readonly allOf: infer Parts extends Schemas } ? And<Beside<Schema, Root>, All<Parts, Root>>
  : Beside<Schema, Root>;

type And<A, B> = unknown extends A ? B : unknown extends B ? A : A & B;

type All<Parts extends Schemas, Root> =
  Parts extends readonly [infer First, ...infer Rest] ? And<ValueOf<First, Root>, All<Rest, Root>> : unknown;

/** `#`, `#/$defs/NAME` and `#/definitions/NAME`; others are unknown. */
type Referenced<Reference, Root> =
  Reference extends '#' ? Root
  : Reference extends `#/${infer Where extends '$defs' | 'definitions'}/${infer Name}`
    ? Root extends { readonly [Place in Where]: { readonly [Definition in Name]: infer Schema } } ? Schema : unknown
  : unknown;

/** What `type` and the keywords of objects and arrays say. */
type Beside<Schema, Root> =
  Schema extends { readonly type: infer Type }
    ? Type extends readonly (infer One)[] ? OfType<One, Schema, Root> : OfType<Type, Schema, Root>
  : Schema extends { readonly properties: unknown } ? ObjectOf<Schema, Root>
  : unknown;

/** JSON Schema's names and the seed dialect's spellings. */
type OfType<Type, Schema, Root> =
  Type extends 'string' | 'str' ? string
  : Type extends 'number' | 'integer' | 'int' | 'float' | 'double' ? number
  : Type extends 'boolean' | 'bool' ? boolean
  : Type extends 'null' | 'none' ? null
  : Type extends 'array' | 'list' | 'tuple' ? ArrayOf<Schema, Root>
  : Type extends 'object' | 'dict' ? ObjectOf<Schema, Root>
  : unknown;

type ArrayOf<Schema, Root> =
  Schema extends { readonly prefixItems: infer First extends Schemas } ? [...Leading<First, Root, Schema>, ...Trailing<Schema, Root>]
  : Schema extends { readonly items: infer Items } ? ValueOf<Items, Root>[]
  : unknown[];

/** Without `minItems` an array may end before its `prefixItems` do. */
type Leading<First extends Schemas, Root, Schema> =
  Schema extends { readonly minItems: First['length'] } ? { -readonly [Index in keyof First]: ValueOf<First[Index], Root> }
  : { -readonly [Index in keyof First]?: ValueOf<First[Index], Root> };

type Trailing<Schema, Root> =
  Schema extends { readonly items: false } ? []
  : Schema extends { readonly items: infer Items } ? ValueOf<Items, Root>[]
  : unknown[];

type ObjectOf<Schema, Root> =
  Schema extends { readonly properties: infer Properties } ? Flat<Members<Properties, RequiredOf<Schema>, Root> & Others<Schema>>
  : Schema extends { readonly additionalProperties: infer Value extends object } ? { [name: string]: ValueOf<Value, Root> }
  : { [name: string]: unknown };

type RequiredOf<Schema> = Schema extends { readonly required: readonly (infer Name)[] } ? Name : never;

type Members<Properties, Required, Root> =
  { -readonly [Name in keyof Properties as Name extends Required ? Name : never]: ValueOf<Properties[Name], Root> } &
  { -readonly [Name in keyof Properties as Name extends Required ? never : Name]?: ValueOf<Properties[Name], Root> };

/** Objects of tools are closed unless they say otherwise. The values of other names cannot be told from the declared ones'. */
type Others<Schema> =
  Schema extends { readonly additionalProperties: true | object } | { readonly patternProperties: object } ? { [name: string]: unknown } : unknown;

type Flat<T> = { [Name in keyof T]: T[Name] };

// Standard Schemas (standardschema.dev): Zod, ArkType, Valibot and others behind one interface. What is used of it is
// declared here, so that none of these libraries is needed to build or run.

import { describeError } from '../errors.js';
import { isRecord } from '../json.js';
import { failAt, inside, type Place } from './place.js';

/** A schema of a library that follows the Standard Schema interface. */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** Version 1 of the interface, as its specification has it. */
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** Checks a value, and completes or changes it. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What validation gives: a value, or what is wrong. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that is wrong with a value. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** True for a Standard Schema; those of some libraries are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const { '~standard': standard } = value as { readonly '~standard'?: unknown };
  return isRecord(standard) && typeof standard['validate'] === 'function';
}

/**
 * The JSON Schema of the values that a Standard Schema takes: its input side, before defaults and transforms.
 *
 * @throws SurecallError `SURECALL_INVALID_TOOLS` naming the tool and the innermost part that has no JSON Schema.
 */
export function toJsonSchema(schema: StandardSchema, place: Place): unknown {
  const convert = converterOf(schema);
  if (convert === undefined) {
    const { vendor } = schema['~standard'];
    failAt(place, 'SURECALL_INVALID_TOOLS', `this schema of ${vendor} cannot give JSON Schema; ${ADVICE[vendor] ?? 'pass a JSON Schema instead'}`);
  }
  try {
    // A copy as JSON: no prototypes, no hidden members, nothing shared with the library.
    return JSON.parse(JSON.stringify(convert())) as unknown;
  } catch (cause) {
    const at = faultyPart(schema, place);
    return failAt(at, 'SURECALL_INVALID_TOOLS', `has no JSON Schema: ${describeError(cause).message}`);
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  zod: 'Zod can from version 4.2',
  valibot: 'wrap it in toStandardJsonSchema of @valibot/to-json-schema',
  arktype: 'ArkType can from version 2.1.28',
};

const TARGET = 'draft-2020-12';

/** The standard's own way, else the method that libraries had before. */
function converterOf(schema: StandardSchema): (() => unknown) | undefined {
  const { jsonSchema } = schema['~standard'] as { readonly jsonSchema?: unknown };
  if (isRecord(jsonSchema) && typeof jsonSchema['input'] === 'function') {
    const input = jsonSchema['input'] as (options: object) => unknown;
    return () => input.call(jsonSchema, { target: TARGET });
  }
  const methods = schema as { readonly toJSONSchema?: unknown; readonly toJsonSchema?: unknown };
  const method = methods.toJSONSchema ?? methods.toJsonSchema;
  return typeof method === 'function' ? () => (method as (this: unknown, options: object) => unknown).call(schema, { target: TARGET, io: 'input' }) : undefined;
}

// Deeper than any real schema; a lazy one may refer to itself.
const MAX_DEPTH = 32;

/** Libraries do not say which part they could not convert: the innermost part that fails by itself. */
function faultyPart(schema: StandardSchema, place: Place, depth = 0): Place {
  if (depth > MAX_DEPTH) return place;
  for (const [name, part] of partsOf(schema)) {
    if (converts(part)) continue;
    return faultyPart(part, name === undefined ? place : inside(place, name), depth + 1);
  }
  return place;
}

function converts(schema: StandardSchema): boolean {
  try {
    converterOf(schema)?.();
    return true;
  } catch {
    return false;
  }
}

type Part = readonly [name: string | number | undefined, schema: StandardSchema];

/** The parts of a schema as Zod keeps them; empty for other libraries, whose errors tell more. */
function partsOf(schema: StandardSchema): Part[] {
  const { def } = (schema as { readonly _zod?: { readonly def?: Readonly<Record<string, unknown>> } })._zod ?? {};
  if (def === undefined) return [];
  const named = isRecord(def['shape']) ? Object.entries(def['shape']) : [];
  const numbered = ['items', 'options'].flatMap((key) => (Array.isArray(def[key]) ? [...(def[key] as unknown[]).entries()] : []));
  const unnamed = ['innerType', 'element', 'valueType', 'rest', 'left', 'right', 'in'].map((key) => [undefined, def[key]] as const);
  return [...named, ...numbered, ...unnamed].flatMap(([name, part]): Part[] => (isStandardSchema(part) ? [[name, part]] : []));
}

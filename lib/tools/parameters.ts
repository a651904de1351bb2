// The parameters of one tool: JSON Schema, a Standard Schema, which gives one, or the seed dialect's map from parameter
// name to declaration.
//
// JSON Schema and the seed dialect cannot be told apart by one property name, because a parameter may be called "type", "properties" or
// "required". What tells them apart is the value: in the seed dialect every value is itself a declaration (an object
// that says its type), so a keyword of JSON Schema whose value is not a declaration gives a JSON Schema away.

import { shown } from '../errors.js';
import { isRecord } from '../json.js';
import type { JsonSchemaObject } from '../schema/json-schema.js';
import { failAt, inside, type Place } from './place.js';
import { isStandardSchema, toJsonSchema } from './standard-schema.js';
import { checkTypes, mapValues } from './types.js';

// `type` or one of these makes an object a schema for tool arguments.
const COMPOSITION = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if'];
const SCHEMA_KEYWORDS = [
  'type', 'properties', 'required', 'additionalProperties', 'patternProperties', '$schema', '$id', '$defs',
  'definitions', 'title', 'description', ...COMPOSITION,
];

// Keywords that say, or leave to a part of the schema to say, which undeclared properties there may be.
const OPEN_OR_CLOSE = [
  'additionalProperties', 'patternProperties', 'unevaluatedProperties', 'propertyNames', 'dependentSchemas', ...COMPOSITION,
];

/** The schema of a tool without parameters. */
export const NO_PARAMETERS: JsonSchemaObject = { type: 'object', properties: {}, required: [], additionalProperties: false };

/**
 * The parameters of a tool as a schema of type object.
 *
 * @throws SurecallError `SURECALL_INVALID_TOOLS` or `SURECALL_UNKNOWN_TYPE`.
 */
export function parseParameters(parameters: unknown, place: Place): JsonSchemaObject {
  if (isStandardSchema(parameters)) return parseParameters(toJsonSchema(parameters, place), place);
  if (!isRecord(parameters)) {
    failAt(place, 'SURECALL_INVALID_TOOLS', `must be an object, got ${shown(parameters)}`, parameters);
  }
  return isJsonSchema(parameters) ? fromJsonSchema(parameters, place) : fromSeedMap(parameters, place);
}

function isJsonSchema(parameters: Readonly<Record<string, unknown>>): boolean {
  return SCHEMA_KEYWORDS.some((keyword) => Object.hasOwn(parameters, keyword) && !isDeclaration(parameters[keyword]));
}

/** What the seed dialect writes for one parameter: an object that says which values are meant. */
function isDeclaration(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { type } = value;
  return typeof type === 'string' || Array.isArray(type) || Array.isArray(value['enum']) || isScalar(value['const']);
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** Seed dialect: all parameters are required, in the order in which they are declared. */
function fromSeedMap(map: Readonly<Record<string, unknown>>, place: Place): JsonSchemaObject {
  const properties = mapValues(map, (value, name) => {
    const here = inside(place, name);
    if (!isRecord(value)) failAt(here, 'SURECALL_INVALID_TOOLS', `must be an object with a type, got ${shown(value)}`, value);
    if (!isDeclaration(value) && value['type'] === undefined) {
      failAt(inside(here, 'type'), 'SURECALL_INVALID_TOOLS', 'is missing', value);
    }
    return checkTypes(value, here, true);
  });
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function fromJsonSchema(schema: Readonly<Record<string, unknown>>, place: Place): JsonSchemaObject {
  const { type } = schema;
  if (type === undefined && schema['properties'] === undefined && !COMPOSITION.some((keyword) => keyword in schema)) {
    failAt(place, 'SURECALL_INVALID_TOOLS',
      'is neither a JSON Schema of type object nor a map from parameter names to objects with a type', schema);
  }
  const checked = checkTypes(schema, place, false) as JsonSchemaObject;
  if (type !== undefined && type !== 'object') {
    failAt(inside(place, 'type'), 'SURECALL_INVALID_TOOLS', `must be "object", got ${shown(type)}`, type);
  }
  return closed({ ...checked, type: 'object' });
}

/**
 * Undeclared arguments are refused unless the schema speaks about them: nobody who lists a function's parameters
 * expects others. With composition the properties may be declared elsewhere, and closing would contradict that.
 */
function closed(schema: JsonSchemaObject): JsonSchemaObject {
  if (OPEN_OR_CLOSE.some((keyword) => keyword in schema)) return schema;
  return { ...schema, properties: schema.properties ?? {}, additionalProperties: false };
}

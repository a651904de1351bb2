// Validation of finished values, by ajv: for what a mask did not enforce, and where a text may mean several values.

import { createRequire } from 'node:module';
import type { ValidateFunction } from 'ajv';
import type { JsonSchemaObject } from './json-schema.js';

/** A validator that reports all errors, in the draft that the schema names. Throws what ajv throws for schemas that it cannot compile. */
export function compileValidator(schema: JsonSchemaObject): ValidateFunction {
  // Loaded here, not with the package: most callers never need it.
  const load = createRequire(import.meta.url);
  const { Ajv } = load('ajv') as typeof import('ajv');
  const { Ajv2020 } = load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const { default: formats } = load('ajv-formats') as typeof import('ajv-formats');
  const { $schema, ...rest } = schema;
  const isOld = /draft-0[467]/.test($schema ?? '');
  const ajv = new (isOld ? Ajv : Ajv2020)({ allErrors: true, strict: false, multipleOfPrecision: 9, logger: false });
  formats(ajv);
  return ajv.compile(rest);
}

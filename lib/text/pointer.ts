// Local `$ref`s: JSON pointers from the root of the same schema.

import { stepsOf } from '../json-pointer.js';
import type { JsonSchema } from '../schema/json-schema.js';

/** The schema that `#` or `#/a/b` leads to, or undefined where it leads nowhere or out of the document. */
export function resolvePointer(root: JsonSchema, ref: string): JsonSchema | undefined {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let target: unknown = root;
  for (const name of stepsOf(ref.slice(1))) {
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, name)) return undefined;
    target = (target as Readonly<Record<string, unknown>>)[name];
  }
  return typeof target === 'boolean' || (typeof target === 'object' && target !== null) ? (target as JsonSchema) : undefined;
}

// The conversions themselves, one value at a time: the rows of docs/coercion.md that need no schema but the type.

import { hasType, type JsonType } from '../schema/json-schema.js';

/** The value in one of the types, or undefined where the table has no row for it. */
export function convertToType(value: unknown, types: readonly JsonType[]): unknown {
  if (typeof value === 'string') {
    const converted = fromText(value, types);
    if (converted !== undefined) return converted;
  }
  if ((typeof value === 'number' || typeof value === 'boolean') && types.includes('string')) return String(value);
  // A list of one, written without its brackets. null is no value, so it is not a list of one.
  if (types.includes('array') && value !== null && value !== undefined) return [value];
  return undefined;
}

/** What a string says, where a type other than string is wanted. */
function fromText(text: string, types: readonly JsonType[]): unknown {
  const word = text.trim().toLowerCase();
  if (types.includes('null') && (word === 'null' || word === 'none')) return null;
  if (types.includes('boolean') && (word === 'true' || word === 'false')) return word === 'true';
  const parsed = parseOrUndefined(text);
  if (typeof parsed === 'number') return fromNumber(parsed, types);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  return types.some((type) => hasType(parsed, type)) ? parsed : undefined;
}

function fromNumber(parsed: number, types: readonly JsonType[]): number | undefined {
  // Beyond 2^53 the text and the number would differ in their last digits: an error is better than another number.
  if (Number.isInteger(parsed) && !Number.isSafeInteger(parsed)) return undefined;
  return types.some((type) => hasType(parsed, type)) ? parsed : undefined;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

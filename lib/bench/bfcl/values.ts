// Values as BFCL's checker sees them. It is written in Python, so integers and floats are different types with equal
// values, and true equals 1. Numbers keep their text here: 5 is an integer, 5.0 and 5e0 are floats.

import { type ExactJson, ExactNumber, isExactArray, isExactObject } from '../../text/exact-json.js';

/** Python's type of a JSON value. */
export type PythonType = 'bool' | 'int' | 'float' | 'str' | 'list' | 'dict' | 'NoneType';

/** The type of a value; booleans are no integers. */
export function typeOf(value: ExactJson): PythonType {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (value instanceof ExactNumber) return /[.eE]/.test(value.text) ? 'float' : 'int';
  return isExactArray(value) ? 'list' : 'dict';
}

/** The float with the value of an integer. */
export function asFloat({ text }: ExactNumber): ExactNumber {
  return new ExactNumber(`${text}.0`);
}

/** Python's `==`: deep, across the types of numbers, whatever the order of members. */
export function equal(a: ExactJson, b: ExactJson): boolean {
  const [x, y] = [numeric(a), numeric(b)];
  // JavaScript compares a bigint and a number by their exact values, as Python does.
  if (x !== undefined && y !== undefined) return x == y;
  if (isExactArray(a) && isExactArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index] as ExactJson));
  }
  if (isExactObject(a) && isExactObject(b)) {
    return a.size === b.size && [...a].every(([name, member]) => b.has(name) && equal(member, b.get(name) as ExactJson));
  }
  return a === b;
}

/** The number that takes part in comparisons. */
function numeric(value: ExactJson): bigint | number | undefined {
  if (typeof value === 'boolean') return BigInt(value);
  if (!(value instanceof ExactNumber)) return undefined;
  return typeOf(value) === 'int' ? BigInt(value.text) : Number(value.text);
}

/** What is left of a text when BFCL compares it: no blanks, no `,./-_*^`, lower case, one kind of quotes. */
export function normalised(text: string): string {
  return text.replaceAll(/[ ,./\-_*^]/g, '').toLowerCase().replaceAll("'", '"');
}

/** The same for values that may be texts. */
export function normalisedIfText(value: ExactJson): ExactJson {
  return typeof value === 'string' ? normalised(value) : value;
}

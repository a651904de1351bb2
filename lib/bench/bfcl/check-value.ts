// Whether the value of one argument is right: types first, then values (../shared/bfcl-scorer.md, sections 4 to 6).

import { type ExactJson, ExactNumber, type ExactObject, isExactArray, isExactObject } from '../../text/exact-json.js';
import type { DocParameter } from './item.js';
import { asFloat, equal, normalisedIfText, type PythonType, typeOf } from './values.js';

/** The types that the definitions of Python, Java and JavaScript functions name. */
const PYTHON_TYPES: Readonly<Record<string, PythonType>> = {
  string: 'str', String: 'str', char: 'str', any: 'str',
  integer: 'int', byte: 'int', short: 'int', long: 'int', Bigint: 'int',
  float: 'float', double: 'float',
  boolean: 'bool', Boolean: 'bool',
  array: 'list', tuple: 'list', Array: 'list', ArrayList: 'list',
  dict: 'dict', HashMap: 'dict',
};

/** How a parameter is judged. */
export interface Rules {
  /** An integer is taken where a float is declared: so in Python, not in Java and JavaScript. */
  readonly widensIntegers: boolean;
}

/**
 * Why a value is not one of the right ones; undefined if it is.
 *
 * @param right the values that count; "" stands for leaving the parameter out
 */
export function valueFault(given: ExactJson, doc: DocParameter, right: readonly ExactJson[], { widensIntegers }: Rules): string | undefined {
  const declared = PYTHON_TYPES[doc.type];
  const value = widensIntegers && declared === 'float' && given instanceof ExactNumber && typeOf(given) === 'int' ? asFloat(given) : given;
  // Right values of another type than the declared one are names of variables, or faults of the data: compared as they are.
  const [first] = right.filter((one) => one !== '').map(typeOf);
  const isLiteral = first === undefined || first === declared;
  if (typeOf(value) !== declared) {
    if (typeOf(value) !== first) return `must be of type ${doc.type}`;
    return isAmong(value, right) ? undefined : 'is another value';
  }
  if (isExactArray(value) && !right.some((list) => admits(list, value, doc))) return `has items that are not of type ${doc.items?.type ?? 'any'}`;
  return isLiteral ? literalFault(value, doc, right) : isAmong(value, right) ? undefined : 'is another value';
}

function isAmong(value: ExactJson, right: readonly ExactJson[]): boolean {
  return right.some((one) => equal(value, one));
}

/** A right list admits items of the declared type, and of the type that its own first item has. */
function admits(right: ExactJson, items: readonly ExactJson[], { items: itemDoc }: DocParameter): boolean {
  if (!isExactArray(right)) return true;
  const own = right.filter((item) => item !== '').map(typeOf)[0];
  const declared = itemDoc === undefined ? undefined : PYTHON_TYPES[itemDoc.type];
  return items.every((item) => typeOf(item) === declared || typeOf(item) === own);
}

function literalFault(value: ExactJson, doc: DocParameter, right: readonly ExactJson[]): string | undefined {
  if (isExactObject(value)) return right.some((one) => isExactObject(one) && fitsObject(value, one)) ? undefined : 'is another object';
  if (isExactArray(value)) {
    const fits = doc.items !== undefined && PYTHON_TYPES[doc.items.type] === 'dict' ? fitsObjects : fitsItems;
    return right.map(sequence).some((one) => one.length === value.length && fits(value, one)) ? undefined : 'is another list';
  }
  const wanted = typeof value === 'string' ? right.map(normalisedIfText) : right;
  return isAmong(normalisedIfText(value), wanted) ? undefined : 'is another value';
}

/** Only texts at the top of a list are normalised. */
function fitsItems(value: readonly ExactJson[], right: readonly ExactJson[]): boolean {
  return value.every((item, index) => equal(normalisedIfText(item), normalisedIfText(right[index] as ExactJson)));
}

function fitsObjects(value: readonly ExactJson[], right: readonly ExactJson[]): boolean {
  return value.every((item, index) => {
    const one = right[index];
    return isExactObject(item) && isExactObject(one) && fitsObject(item, one);
  });
}

/** Each member of a right object lists the values that count. */
function fitsObject(value: ExactObject, right: ExactObject): boolean {
  for (const [name, member] of value) {
    const values = right.get(name);
    if (values === undefined || !isAmong(normalisedIfText(member), sequence(values).map(normalisedIfText))) return false;
  }
  // A text holds the empty text.
  return [...right].every(([name, values]) => value.has(name) || typeof values === 'string' || sequence(values).includes(''));
}

/** What should be a list is iterated over. To Python a text is the sequence of its characters, so "" equals the empty list. */
function sequence(value: ExactJson): readonly ExactJson[] {
  if (isExactArray(value)) return value;
  return typeof value === 'string' ? [...value] : [value];
}

// The keywords of JSON Schema: what each asks of a value, and what its opposite asks. Keywords that are not here say
// nothing about validity.

import { shown } from '../errors.js';
import { APPLICATORS } from './keywords-applicators.js';
import { ARRAY_KEYWORDS } from './keywords-array.js';
import { OBJECT_KEYWORDS } from './keywords-object.js';
import { hasType, JSON_TYPES, type JsonType, type JsonValue } from './json-schema.js';
import { always, type Apply, bounds, type Keyword, patternShape, unenforced } from './keyword.js';
import { compilePattern, wholePattern } from './pattern.js';
import { refuse } from './refuse.js';
import { ANY, FREE_ARRAY, type NumberShape, objectShape, restricted, type Shape, type StringShape } from './shape.js';
import { stringFormat } from './string-formats.js';

/** The values of a single type: by far the most common keyword, and equal for all that use it. */
const ONLY: ReadonlyMap<string, Shape> = new Map<JsonType, Shape>([
  ['null', restricted('none', { null: true })],
  ['boolean', restricted('none', { boolean: ANY.boolean })],
  ['number', restricted('none', { number: ANY.number })],
  ['integer', restricted('none', { number: [{ integer: true }] })],
  ['string', restricted('none', { string: ANY.string })],
  ['array', restricted('none', { array: ANY.array })],
  ['object', restricted('none', { object: ANY.object })],
]);

function type({ schema, value, pointer, negated }: Keyword): Shape {
  if (typeof value === 'string' && !negated && schema['nullable'] !== true) {
    return ONLY.get(value) ?? refuse(pointer, `unknown type ${shown(value)}`);
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) refuse(pointer, 'lists no type');
  for (const name of list) {
    if (!JSON_TYPES.includes(name as JsonType)) refuse(pointer, `unknown type ${shown(name)}`);
  }
  const listed = new Set(list);
  if (schema['nullable'] === true) listed.add('null');
  const has = (name: JsonType): boolean => listed.has(name) !== negated;
  const number = (): readonly NumberShape[] => {
    if (listed.has('number')) return negated ? [] : ANY.number;
    if (!listed.has('integer')) return negated ? ANY.number : [];
    return negated ? [{ fractional: true }] : [{ integer: true }];
  };
  return {
    null: has('null'),
    boolean: has('boolean') ? ANY.boolean : [],
    number: number(),
    string: has('string') ? ANY.string : [],
    array: has('array') ? ANY.array : [],
    object: has('object') ? ANY.object : [],
  };
}

function listed(keyword: Keyword, values: readonly JsonValue[]): Shape {
  const { expander, negated, pointer } = keyword;
  const of = <T extends JsonValue>(name: JsonType): readonly T[] => values.filter((value) => hasType(value, name)) as T[];
  const [booleans, numbers, strings, arrays, objects] = [of<boolean>('boolean'), of<number>('number'), of<string>('string'), of('array'), of('object')];
  if (!negated) {
    return {
      null: values.includes(null),
      boolean: [...new Set(booleans)],
      number: numbers.length === 0 ? [] : [{ values: [...new Set(numbers)] }],
      string: strings.length === 0 ? [] : [{ values: [...new Set(strings)] }],
      array: arrays.length === 0 ? [] : [{ ...FREE_ARRAY, values: arrays }],
      object: objects.length === 0 ? [] : [objectShape({ values: objects })],
    };
  }
  const scalars = {
    ...ANY,
    null: !values.includes(null),
    boolean: ANY.boolean.filter((value) => !booleans.includes(value)),
    number: numbers.length === 0 ? ANY.number : [{ not: numbers }],
    string: strings.length === 0 ? ANY.string : [{ not: strings }],
  };
  // What is not some array or object differs from it in one of the things that make it up.
  return [...arrays, ...objects].reduce<Shape>(
    (shape, value) => expander.both(shape, expander.innerShape(keyword, madeUp(value), pointer, true), pointer), scalars);
}

/** A schema for one array or object, in keywords that every draft knows and whose opposites are known. */
function madeUp(value: JsonValue): unknown {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    return { type: 'array', minItems: items.length, maxItems: items.length, items: items.map((item) => ({ enum: [item] })) };
  }
  const members = Object.entries(value as Readonly<Record<string, JsonValue>>);
  return {
    type: 'object',
    maxProperties: members.length,
    required: members.map(([name]) => name),
    properties: Object.fromEntries(members.map(([name, member]) => [name, { enum: [member] }])),
  };
}

function enumeration(keyword: Keyword): Shape {
  const { value, pointer, expander } = keyword;
  if (!Array.isArray(value)) refuse(pointer, `must be a list, got ${shown(value)}`);
  if (value.length > expander.options.limits.listedValues) refuse(pointer, `lists more than ${expander.options.limits.listedValues} values`);
  return listed(keyword, value as JsonValue[]);
}

function strings(shapes: readonly StringShape[], others: 'any' | 'none' = 'any'): Shape {
  return restricted(others, { string: shapes });
}

const [minLength, maxLength] = bounds(strings);

/** A pattern that is one text: it is often the mark by which alternatives are told apart. */
const LITERAL = /^\^([\w @:;,=<>!~%&"'#/-]+)\$$/;

function pattern(keyword: Keyword): Shape {
  const { value, negated, pointer } = keyword;
  if (typeof value !== 'string') refuse(pointer, `must be a pattern, got ${shown(value)}`);
  const text = LITERAL.exec(value)?.[1];
  if (text !== undefined) return strings([negated ? { not: [text] } : { values: [text] }], negated ? 'none' : 'any');
  return patternShape(keyword, () => (negated ? strings([{ avoid: [wholePattern(value)] }], 'none') : strings([compilePattern(value)])));
}

/** Formats of which our pattern is neither more nor less than the standard's. */
const EXACT_FORMATS = new Set(['date', 'ipv4', 'uuid', 'json-pointer', 'relative-json-pointer']);

function format(keyword: Keyword): Shape {
  const { value, expander, negated, pointer } = keyword;
  if (typeof value !== 'string') refuse(pointer, `must be a name, got ${shown(value)}`);
  const known = expander.options.formats === 'assertion' ? stringFormat(value) : undefined;
  if (known === undefined) return always(keyword);
  if (!negated) return strings([known]);
  if (!EXACT_FORMATS.has(value) || known.max !== undefined) return unenforced(keyword, `what is not of the format ${value} cannot be told exactly`);
  return restricted('none', { string: known.match.map((match) => ({ avoid: [match] })) });
}

function numbers(shape: NumberShape, others: 'any' | 'none' = 'any'): Shape {
  return restricted(others, { number: [shape] });
}

function finite({ value, pointer }: Keyword): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) refuse(pointer, `must be a number, got ${shown(value)}`);
  return value;
}

/** A bound; in draft 4 a boolean beside it says whether it is exclusive. */
function bound(which: 'minimum' | 'maximum', exclusive: 'exclusiveMinimum' | 'exclusiveMaximum'): Apply {
  const opposites = { minimum: 'maximum', maximum: 'minimum', exclusiveMinimum: 'exclusiveMaximum', exclusiveMaximum: 'exclusiveMinimum' } as const;
  return (keyword) => {
    const { schema, negated } = keyword;
    const value = finite(keyword);
    const key = schema[exclusive] === true ? exclusive : which;
    if (!negated) return numbers({ [key]: value });
    return numbers({ [key === which ? opposites[exclusive] : opposites[which]]: value }, 'none');
  };
}

function exclusiveBound(which: 'exclusiveMinimum' | 'exclusiveMaximum', opposite: 'maximum' | 'minimum'): Apply {
  return (keyword) => {
    if (typeof keyword.value === 'boolean') return always(keyword);
    const value = finite(keyword);
    return keyword.negated ? numbers({ [opposite]: value }, 'none') : numbers({ [which]: value });
  };
}

function multipleOf(keyword: Keyword): Shape {
  const value = finite(keyword);
  if (value <= 0) refuse(keyword.pointer, `must be more than 0, got ${shown(value)}`);
  if (!keyword.negated) return numbers({ multipleOf: [value] });
  return numbers(value === 1 ? { fractional: true } : { notMultipleOf: [value] }, 'none');
}

/** By name. */
export const KEYWORDS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['type', type],
  ['enum', enumeration],
  ['const', (keyword) => listed(keyword, [keyword.value as JsonValue])],
  ['minLength', minLength],
  ['maxLength', maxLength],
  ['pattern', pattern],
  ['format', format],
  ['minimum', bound('minimum', 'exclusiveMinimum')],
  ['maximum', bound('maximum', 'exclusiveMaximum')],
  ['exclusiveMinimum', exclusiveBound('exclusiveMinimum', 'maximum')],
  ['exclusiveMaximum', exclusiveBound('exclusiveMaximum', 'minimum')],
  ['multipleOf', multipleOf],
  ...ARRAY_KEYWORDS,
  ...OBJECT_KEYWORDS,
  ...APPLICATORS,
]);

/** Those that may make several alternatives of one: they apply schemas to the value itself, or ask for something in some cases. */
export const BRANCHING: ReadonlySet<string> = new Set([...APPLICATORS.map(([name]) => name), 'dependencies', 'dependentSchemas', 'dependentRequired']);

/** The draft that introduced a keyword, where it was not the first that we know. */
export const SINCE: ReadonlyMap<string, number> = new Map([
  ...['const', 'contains', 'propertyNames'].map((name) => [name, 6] as const),
  ['if', 7] as const,
  ...['dependentRequired', 'dependentSchemas', 'unevaluatedProperties', 'unevaluatedItems', '$recursiveRef'].map((name) => [name, 2019] as const),
  ...['prefixItems', '$dynamicRef'].map((name) => [name, 2020] as const),
]);

// Keywords on arrays.

import { ANYTHING, type Demand } from './demand.js';
import { always, type Apply, bounds, count, type Keyword, schemaList, unenforced } from './keyword.js';
import { step } from '../json-pointer.js';
import { refuse } from './refuse.js';
import { type ArrayShape, FREE_ARRAY, restricted, type Shape } from './shape.js';

function arrays(shapes: readonly Partial<ArrayShape>[], others: 'any' | 'none' = 'any'): Shape {
  return restricted(others, { array: shapes.map((shape) => ({ ...FREE_ARRAY, ...shape })) });
}

const [minItems, maxItems] = bounds(arrays);

/** Before draft 2020-12 a list of schemas under `items` meant what `prefixItems` means now. */
function items(keyword: Keyword): Shape {
  if (Array.isArray(keyword.value)) return keyword.value.length === 0 ? always(keyword) : prefixItems(keyword);
  const prefix = keyword.schema['prefixItems'];
  return furtherItems(keyword, Array.isArray(prefix) ? prefix.length : 0);
}

function additionalItems(keyword: Keyword): Shape {
  const first = keyword.schema['items'];
  return Array.isArray(first) ? furtherItems(keyword, first.length) : always(keyword);
}

function furtherItems(keyword: Keyword, from: number): Shape {
  const { expander, value, pointer, negated, tracking } = keyword;
  const demand = expander.inner(keyword, value, negated);
  if (negated) return arrays([{ contains: [{ demand, from, min: 1, max: Infinity, at: pointer }] }], 'none');
  return arrays([{ prefix: anything(from), rest: demand, opens: true, ...(tracking ? { evaluated: { items: Infinity, matching: [] } } : {}) }]);
}

function prefixItems(keyword: Keyword): Shape {
  const { expander, negated, tracking } = keyword;
  const prefix = schemaList(keyword).map(([schema], index) => expander.inner(keyword, schema, negated, index));
  if (!negated) return arrays([{ prefix, declares: true, ...(tracking ? { evaluated: { items: prefix.length, matching: [] } } : {}) }]);
  return arrays(prefix.map((demand, i) => ({ min: i + 1, prefix: [...anything(i), demand] })), 'none');
}

function anything(length: number): readonly Demand[] {
  return Array.from({ length }, () => ANYTHING);
}

function contains(keyword: Keyword): Shape {
  const { expander, schema, value, pointer, negated, node, tracking } = keyword;
  const read = (name: 'minContains' | 'maxContains', otherwise: number): number =>
    schema[name] === undefined ? otherwise : count({ value: schema[name], pointer: step(node.pointer, name) });
  const [min, max] = [read('minContains', 1), read('maxContains', Infinity)];
  const demand = expander.inner(keyword, value);
  const rule = (least: number, most: number): Partial<ArrayShape> => ({ contains: [{ demand, from: 0, min: least, max: most, at: pointer }] });
  if (negated) return arrays([...(min > 0 ? [rule(0, min - 1)] : []), ...(max < Infinity ? [rule(max + 1, Infinity)] : [])], 'none');
  const isFree = min === 0 && max === Infinity;
  return arrays([{ ...(isFree ? {} : rule(min, max)), ...(tracking ? { evaluated: { items: 0, matching: [demand] } } : {}) }]);
}

function uniqueItems(keyword: Keyword): Shape {
  const { value, pointer, negated } = keyword;
  if (typeof value !== 'boolean') refuse(pointer, 'must be true or false');
  if (!value) return always(keyword);
  return negated ? unenforced(keyword, 'arrays with equal items cannot be told exactly') : arrays([{ unique: pointer }]);
}

export const ARRAY_KEYWORDS: readonly (readonly [string, Apply])[] = [
  ['minItems', minItems],
  ['maxItems', maxItems],
  ['prefixItems', prefixItems],
  ['items', items],
  ['additionalItems', additionalItems],
  ['contains', contains],
  ['uniqueItems', uniqueItems],
];


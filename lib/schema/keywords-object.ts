// Keywords on objects.

import { isRecord } from '../json.js';
import { ANYTHING, type Demand } from './demand.js';
import { type Apply, bounds, type Keyword, names, patternShape, record, schemaMap } from './keyword.js';
import { ALL_NAMES, listed, type NameSet, otherThan } from './names.js';
import { wholePattern } from './pattern.js';
import { ANY, namedRule, NONE, type ObjectShape, objectShape, restricted, setRule, type Shape } from './shape.js';

function objects(shapes: readonly Partial<ObjectShape>[], others: 'any' | 'none' = 'any'): Shape {
  return restricted(others, { object: shapes.map(objectShape) });
}

function patterned(source: string): NameSet {
  return { kind: 'pattern', source };
}

function properties(keyword: Keyword): Shape {
  const { expander, negated, tracking } = keyword;
  const schemas = record(keyword);
  const order = Object.keys(schemas);
  const members = new Map<string, Demand>();
  for (let i = 0; i < order.length; i++) {
    const name = order[i] as string;
    members.set(name, expander.inner(keyword, schemas[name], negated, name));
  }
  if (negated) return objects([...members].map((member) => ({ required: [member[0]], rules: [namedRule(new Map([member]))] })), 'none');
  if (members.size === 0) return ANY;
  return objects([{ order, rules: [namedRule(members)], declares: true, ...(tracking ? { evaluated: [listed(order)] } : {}) }]);
}

function patternProperties(keyword: Keyword): Shape {
  const { expander, negated, tracking } = keyword;
  const members = schemaMap(keyword).map(({ name: source, schema, pointer }) => ({ source, pointer, demand: expander.inner(keyword, schema, negated, source) }));
  if (members.length === 0) return negated ? NONE : ANY;
  return patternShape(keyword, () => {
    for (const { source } of members) wholePattern(source);
    if (negated) {
      return objects(members.map(({ source, demand, pointer: at }) => ({ witnesses: [{ names: patterned(source), name: ANYTHING, value: demand, at }] })), 'none');
    }
    return objects([{
      rules: members.map(({ source, demand }) => setRule(patterned(source), demand)),
      declares: true,
      ...(tracking ? { evaluated: members.map(({ source }) => patterned(source)) } : {}),
    }]);
  });
}

/** Of names that `properties` and `patternProperties` beside it do not speak of. */
function additionalProperties(keyword: Keyword): Shape {
  const { expander, schema, value, pointer, negated, tracking } = keyword;
  const keys = (name: string): readonly string[] => (isRecord(schema[name]) ? Object.keys(schema[name]) : []);
  const others = otherThan(listed(keys('properties')), ...keys('patternProperties').map(patterned));
  const demand = expander.inner(keyword, value, negated);
  if (negated) return objects([{ witnesses: [{ names: others, name: ANYTHING, value: demand, at: pointer }] }], 'none');
  return objects([{ rules: demand.length === 0 ? [] : [setRule(others, demand)], opens: true, ...(tracking ? { evaluated: [others] } : {}) }]);
}

function propertyNames(keyword: Keyword): Shape {
  const { expander, value, pointer, negated } = keyword;
  const name = expander.inner(keyword, value, negated);
  return negated ? objects([{ witnesses: [{ names: ALL_NAMES, name, value: ANYTHING, at: pointer }] }], 'none') : objects([{ name }]);
}

function absent(keyword: Keyword, name: string): Partial<ObjectShape> {
  return { rules: [namedRule(new Map([[name, keyword.expander.never]]))] };
}

function required(keyword: Keyword): Shape {
  const list = [...new Set(names(keyword))];
  if (keyword.negated) return objects(list.map((name) => absent(keyword, name)), 'none');
  return list.length === 0 ? ANY : objects([{ required: list }]);
}

const [minProperties, maxProperties] = bounds(objects);

/** If there is a member `name`, the object also satisfies `then`. */
function dependent(keyword: Keyword, name: string, then: Shape): Shape {
  const present = objects([{ required: [name] }], 'none');
  const satisfied = keyword.expander.both(present, then, keyword.pointer);
  return keyword.negated ? satisfied : keyword.expander.either(objects([absent(keyword, name)]), satisfied, keyword.pointer);
}

function everyDependent(keyword: Keyword, entries: readonly (readonly [name: string, then: Shape])[]): Shape {
  const { expander, negated, pointer } = keyword;
  return entries.reduce<Shape>((all, [name, then]) => {
    const one = dependent(keyword, name, then);
    return negated ? expander.either(all, one, pointer) : expander.both(all, one, pointer);
  }, negated ? NONE : ANY);
}

function dependencies(keyword: Keyword): Shape {
  return everyDependent(keyword, schemaMap(keyword).map(({ name, schema: value, pointer }) => {
    if (Array.isArray(value)) return [name, required({ ...keyword, value, pointer })] as const;
    // In draft 3 one name needed no list.
    if (typeof value === 'string') return [name, required({ ...keyword, value: [value], pointer })] as const;
    return [name, keyword.expander.innerShape(keyword, value, pointer)] as const;
  }));
}

function dependentRequired(keyword: Keyword): Shape {
  return everyDependent(keyword, schemaMap(keyword).map(({ name, schema: value, pointer }) => [name, required({ ...keyword, value: names({ value, pointer }), pointer })]));
}

function dependentSchemas(keyword: Keyword): Shape {
  return everyDependent(keyword, schemaMap(keyword).map(({ name, schema, pointer }) =>
    [name, keyword.expander.innerShape(keyword, schema, pointer)]));
}

export const OBJECT_KEYWORDS: readonly (readonly [string, Apply])[] = [
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['additionalProperties', additionalProperties],
  ['propertyNames', propertyNames],
  ['required', required],
  ['minProperties', minProperties],
  ['maxProperties', maxProperties],
  ['dependencies', dependencies],
  ['dependentRequired', dependentRequired],
  ['dependentSchemas', dependentSchemas],
];

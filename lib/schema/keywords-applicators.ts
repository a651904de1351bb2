// Keywords that apply schemas to the same value: references, combinations, conditions.

import { shown } from '../errors.js';
import { isRecord } from '../json.js';
import { always, type Apply, type Keyword, schemaList } from './keyword.js';
import type { SchemaNode } from './document.js';
import { step } from '../json-pointer.js';
import { ANY, FREE_ARRAY, isNone, NONE, restricted, type Shape } from './shape.js';

function reference(keyword: Keyword): Shape {
  const { expander, node, value, pointer } = keyword;
  return referred(keyword, expander.documents.resolve(node, value, pointer));
}

function referred({ expander, negated, tracking }: Keyword, target: SchemaNode): Shape {
  return expander.shapeOf(target, negated, tracking && !negated);
}

/**
 * A reference that means the outermost of several schemas with the same anchor, which depends on how it was reached. Where
 * there is just one it is an ordinary reference.
 */
function dynamicReference(keyword: Keyword): Shape {
  const { expander, node, value, pointer } = keyword;
  const target = expander.documents.resolve(node, value, pointer);
  const name = String(value).split('#')[1] ?? '';
  const isDynamic = isRecord(target.schema) && (target.schema['$dynamicAnchor'] === name || (name === '' && target.schema['$recursiveAnchor'] === true));
  if (isDynamic && expander.documents.dynamicAnchors(name).length > 1) {
    expander.options.cannot(pointer, `more than one schema has the anchor of ${shown(value)}: which one is meant depends on the path to it`);
    return ANY;
  }
  return referred(keyword, target);
}

function allOf(keyword: Keyword): Shape {
  const { expander, pointer, negated } = keyword;
  const shapes = schemaList(keyword).map(([schema, at]) => expander.innerShape(keyword, schema, at));
  return negated ? expander.eitherOf(shapes, pointer) : shapes.reduce<Shape>((all, one) => expander.both(all, one, pointer), ANY);
}

function anyOf(keyword: Keyword): Shape {
  const { expander, pointer, negated, tracking } = keyword;
  if (tracking && !negated) return everyChoice(keyword);
  const shapes = schemaList(keyword).map(([schema, at]) => expander.innerShape(keyword, schema, at));
  return negated ? shapes.reduce<Shape>((all, one) => expander.both(all, one, pointer), ANY) : expander.eitherOf(shapes, pointer);
}

/** Each set of branches that may hold together, apart from the others: they evaluate different members. */
function everyChoice(keyword: Keyword): Shape {
  const { expander, pointer } = keyword;
  let [some, none]: [Shape, Shape] = [NONE, ANY];
  for (const [schema, at] of schemaList(keyword)) {
    const holds = expander.innerShape(keyword, schema, at);
    const fails = expander.innerShape(keyword, schema, at, true, false);
    const holdsFirst = expander.both(none, holds, pointer);
    const holdsToo = expander.either(expander.both(some, holds, pointer), expander.both(some, fails, pointer), pointer);
    some = expander.either(holdsFirst, holdsToo, pointer);
    none = expander.both(none, fails, pointer);
  }
  return some;
}

function oneOf(keyword: Keyword): Shape {
  const { expander, pointer, negated } = keyword;
  const branches = schemaList(keyword).map(([schema, at]) => ({
    holds: expander.innerShape(keyword, schema, at, false),
    // Complements are large, and where branches exclude each other nobody needs them.
    fails: () => expander.innerShape(keyword, schema, at, true, false),
  }));
  if (negated) return noneOrSeveral(keyword, branches);
  let beside: Shape | undefined;
  // What two branches have in common does not depend on which one asks: most pairs are met a second time.
  const disjoint = branches.map(() => new Set<Branch>());
  const alone = branches.map((branch, i) => branches.reduce((left, other, j) => {
    if (other === branch || disjoint[j]?.has(branch) === true) return left;
    const common = overlapOf(keyword, left, other.holds);
    if (isNone(common)) {
      if (left === branch.holds) disjoint[i]?.add(other);
      return left;
    }
    // Often the keywords beside tell the branches apart, as where they require the member that names the kind.
    beside ??= expander.plainShape(keyword.node);
    const overlap = overlapOf(keyword, common, beside);
    return isNone(overlap) ? left : without(keyword, left, other, overlap);
  }, branch.holds));
  return expander.eitherOf(alone, pointer);
}

interface Branch {
  readonly holds: Shape;
  readonly fails: () => Shape;
}

function overlapOf({ expander, pointer }: Keyword, a: Shape, b: Shape): Shape {
  return expander.pruned(expander.both(a, b, pointer));
}

/** Everything but the empty array. */
const NO_EMPTY_ARRAY = restricted('any', { array: [{ ...FREE_ARRAY, min: 1 }] });

/** The values of `left` but those of the other branch, which are in `overlap`. */
function without({ expander, pointer }: Keyword, left: Shape, other: Branch, overlap: Shape): Shape {
  // Lists of different things have the empty one in common, and nothing else.
  const isEmptyArray = overlap.array.length > 0 && overlap.array.every(({ max, contains, values }) => max === 0 && contains.length === 0 && values === undefined);
  if (isEmptyArray && isNone({ ...overlap, array: [] })) return expander.both(left, NO_EMPTY_ARRAY, pointer);
  const rest = expander.both(left, other.fails(), pointer);
  return {
    null: overlap.null ? rest.null : left.null,
    boolean: overlap.boolean.length > 0 ? rest.boolean : left.boolean,
    number: overlap.number.length > 0 ? rest.number : left.number,
    string: overlap.string.length > 0 ? rest.string : left.string,
    array: overlap.array.length > 0 ? rest.array : left.array,
    object: overlap.object.length > 0 ? rest.object : left.object,
  };
}

function noneOrSeveral({ expander, pointer }: Keyword, branches: readonly Branch[]): Shape {
  const none = branches.reduce<Shape>((left, { fails }) => expander.both(left, fails(), pointer), ANY);
  return branches.reduce<Shape>((all, { holds }, i) => branches.slice(i + 1).reduce<Shape>(
    (more, other) => expander.either(more, expander.both(holds, other.holds, pointer), pointer), all), none);
}

function not(keyword: Keyword): Shape {
  const { expander, value, pointer, negated } = keyword;
  return expander.innerShape(keyword, value, pointer, !negated, false);
}

function conditional(keyword: Keyword): Shape {
  const { expander, schema, node, value, pointer, tracking } = keyword;
  const branch = (name: 'then' | 'else'): Shape =>
    schema[name] === undefined ? always(keyword) : expander.innerShape(keyword, schema[name], step(node.pointer, name));
  if (schema['then'] === undefined && schema['else'] === undefined && !tracking) return always(keyword);
  const holds = expander.innerShape(keyword, value, pointer, false);
  const fails = expander.innerShape(keyword, value, pointer, true, false);
  return expander.either(expander.both(holds, branch('then'), pointer), expander.both(fails, branch('else'), pointer), pointer);
}

export const APPLICATORS: readonly (readonly [string, Apply])[] = [
  ['$ref', reference],
  ['$dynamicRef', dynamicReference],
  ['$recursiveRef', dynamicReference],
  ['allOf', allOf],
  ['anyOf', anyOf],
  ['oneOf', oneOf],
  ['not', not],
  ['if', conditional],
];


// unevaluatedProperties and unevaluatedItems: what no keyword beside them, nor any schema applied in place, has spoken of.
// The shape they are given was made with `tracking`: each alternative says what it evaluated.

import { ANYTHING, type Demand } from './demand.js';
import type { SchemaNode } from './document.js';
import type { Expander } from './expand.js';
import { ALL_NAMES, otherThan } from './names.js';
import { step } from '../json-pointer.js';
import { type ArrayShape, FREE_ARRAY, intersection, type ObjectShape, objectShape, restricted, setRule, type Shape } from './shape.js';

/**
 * The values of `shape` that also satisfy the unevaluated keywords of `node`, or with `negated` those that violate one.
 */
export function unevaluated(expander: Expander, node: SchemaNode, shape: Shape, negated: boolean): Shape {
  const { unevaluatedProperties: members, unevaluatedItems: items } = node.schema as { readonly unevaluatedProperties?: unknown; readonly unevaluatedItems?: unknown };
  const demand = (schema: unknown, keyword: string): Demand =>
    expander.demand(expander.documents.child(node, schema, step(node.pointer, keyword)));
  if (negated) {
    return restricted('none', {
      object: members === undefined ? [] : shape.object.flatMap((one) => objects(one, violatingMember(one, opposite(expander, node, members, 'unevaluatedProperties'), node))),
      array: items === undefined ? [] : shape.array.flatMap((one) => arrays(one, violatingItem(expander, node, one, demand(items, 'unevaluatedItems')))),
    });
  }
  return expander.pruned({
    ...shape,
    ...(members === undefined ? {} : { object: shape.object.flatMap((one) => objects(one, otherMembers(one, demand(members, 'unevaluatedProperties')))) }),
    ...(items === undefined ? {} : { array: shape.array.flatMap((one) => arrays(one, otherItems(expander, node, one, demand(items, 'unevaluatedItems')))) }),
  });
}

function opposite(expander: Expander, node: SchemaNode, schema: unknown, keyword: string): Demand {
  return expander.demand(expander.documents.child(node, schema, step(node.pointer, keyword)), true);
}

function otherMembers({ evaluated }: ObjectShape, demand: Demand): Partial<ObjectShape> {
  return { rules: [setRule(otherThan(...evaluated), demand)], opens: true, evaluated: [ALL_NAMES] };
}

function violatingMember({ evaluated }: ObjectShape, value: Demand, node: SchemaNode): Partial<ObjectShape> {
  return { witnesses: [{ names: otherThan(...evaluated), name: ANYTHING, value, at: step(node.pointer, 'unevaluatedProperties') }] };
}

/** An item is evaluated by its place, or because a `contains` matched it. */
function otherItems(expander: Expander, node: SchemaNode, { evaluated }: ArrayShape, demand: Demand): Partial<ArrayShape> {
  const all = { evaluated: { items: Infinity, matching: [] }, opens: true };
  if (evaluated.items === Infinity) return all;
  const rest = expander.oneOfDemands(node, [...evaluated.matching, demand]);
  return { ...all, prefix: Array.from({ length: evaluated.items }, () => ANYTHING), rest };
}

function violatingItem(expander: Expander, node: SchemaNode, { evaluated }: ArrayShape, demand: Demand): Partial<ArrayShape> {
  if (evaluated.items === Infinity) return { max: -1 };
  const allowed = expander.oneOfDemands(node, [...evaluated.matching, demand]);
  const violating = allowed.length === 0 ? expander.never : [(allowed[0] as number) ^ 1];
  return { contains: [{ demand: violating, from: evaluated.items, min: 1, max: Infinity, at: step(node.pointer, 'unevaluatedItems') }] };
}

function objects(one: ObjectShape, more: Partial<ObjectShape>): readonly ObjectShape[] {
  return intersection(restricted('none', { object: [one] }), restricted('none', { object: [objectShape(more)] })).object;
}

function arrays(one: ArrayShape, more: Partial<ArrayShape>): readonly ArrayShape[] {
  return intersection(restricted('none', { array: [one] }), restricted('none', { array: [{ ...FREE_ARRAY, ...more }] })).array;
}

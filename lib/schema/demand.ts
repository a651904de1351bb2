// What is asked of one value: that it satisfies some schemas and does not satisfy others.
//
// A demand is a conjunction of literals. A literal is the number of a schema (SchemaNode.id), doubled, plus one if the
// value must not satisfy it. Literals are sorted and unique, so that equal demands have equal keys.

export type Literal = number;
export type Demand = readonly Literal[];

/** Any value will do. */
export const ANYTHING: Demand = [];

export function literal(id: number, negated = false): Literal {
  return id * 2 + (negated ? 1 : 0);
}

export function opposite(one: Literal): Literal {
  return one ^ 1;
}

export function schemaOf(one: Literal): number {
  return one >> 1;
}

export function isNegated(one: Literal): boolean {
  return (one & 1) === 1;
}

/** Both demands: `a` or `b` itself if the other adds nothing. */
export function both(a: Demand, b: Demand): Demand {
  if (a.length === 0) return b;
  if (b.length === 0 || a === b) return a;
  const out: Literal[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = a[i] ?? Infinity;
    const y = b[j] ?? Infinity;
    out.push(Math.min(x, y));
    if (x <= y) i++;
    if (y <= x) j++;
  }
  if (out.length === a.length) return a;
  return out.length === b.length ? b : out;
}

/** True if the demand contradicts itself: some schema must and must not hold. */
export function isContradiction(demand: Demand): boolean {
  return demand.some((one, index) => !isNegated(one) && demand[index + 1] === opposite(one));
}

export function keyOf(demand: Demand): string {
  return demand.join(',');
}

// Demands -> shapes: keywords are applied, negations pushed inwards, alternatives multiplied out, until every type has its
// own list of conjunctions. Inner values stay demands; whoever needs their shapes asks again.

import type { ValueLimits } from '../defaults.js';
import type { Deadline } from './deadline.js';
import { ANYTHING, both, type Demand, isContradiction, isNegated, keyOf, literal, type Literal, schemaOf } from './demand.js';
import { refReplaces, type SchemaDocuments, type SchemaNode } from './document.js';
import type { JsonSchemaObject, JsonValue } from './json-schema.js';
import type { Keyword } from './keyword.js';
import { BRANCHING, KEYWORDS, SINCE } from './keywords.js';
import { hasName } from './names.js';
import { step } from '../json-pointer.js';
import { mayHold } from './members.js';
import { refuse } from './refuse.js';
import { numberFits, stringFits } from './scalars.js';
import { ANY, type ArrayShape, canonical, intersection, isNone, type MemberRule, NONE, type ObjectShape, type Shape, union, withoutEvaluated } from './shape.js';
import { unevaluated } from './unevaluated.js';

/** What the keywords need to know beside the schema. */
export interface ExpandOptions {
  readonly limits: ValueLimits;
  /** Whether `format` is enforced. */
  readonly formats: 'assertion' | 'annotation';
  /**
   * Called where a keyword cannot be enforced; throws, or notes it and returns: then it is left out.
   */
  readonly cannot: (pointer: string, why: string) => void;
  readonly deadline: Deadline;
}

/** How deep emptiness is looked for: enough for the members that tell the branches of a `oneOf` apart. */
const PRUNING_DEPTH = 4;

const WITH_ALTERNATIVES = ['number', 'string', 'array', 'object'] as const;

/** Thrown where a quick look comes upon a schema that is still being written out. */
const UNDECIDED = new Error('undecided');

export class Expander {
  readonly options: ExpandOptions;
  /** No value satisfies this. */
  readonly never: Demand;
  readonly #documents: SchemaDocuments;
  readonly #shapes = new Map<string, Shape>();
  readonly #literals = new Map<number, Shape | 'open'>();
  readonly #deciding = new Set<string>();
  #work = 0;

  constructor(documents: SchemaDocuments, options: ExpandOptions) {
    this.#documents = documents;
    this.options = options;
    this.never = [literal(documents.root(false, '').id)];
  }

  get documents(): SchemaDocuments {
    return this.#documents;
  }

  /** The demand that a schema stands for, or its opposite. */
  demand(node: SchemaNode, negated = false): Demand {
    if (typeof node.schema === 'boolean') return node.schema === negated ? this.never : ANYTHING;
    return [literal(node.id, negated)];
  }

  /** The demand of a schema that is a keyword's value, or has this name or index in it. */
  inner(keyword: Keyword, schema: unknown, negated = false, name?: string | number): Demand {
    return this.demand(this.#documents.child(keyword.node, schema, keyword.pointer, name), negated);
  }

  /** The shape of a schema inside that of a keyword. */
  innerShape(keyword: Keyword, schema: unknown, pointer: string, negated = keyword.negated, tracking = keyword.tracking): Shape {
    return this.shapeOf(this.#documents.child(keyword.node, schema, pointer), negated, tracking && !negated);
  }

  /** The shape of a schema, or of its complement. */
  shapeOf(node: SchemaNode, negated: boolean, tracking: boolean): Shape {
    return typeof node.schema === 'boolean' ? (node.schema === negated ? NONE : ANY) : this.#literal(literal(node.id, negated), tracking);
  }

  /** The demand that at least one of the demands is met. `origin` is the schema it comes from. */
  oneOfDemands(origin: SchemaNode, demands: readonly Demand[]): Demand {
    if (demands.some((demand) => demand.length === 0)) return ANYTHING;
    if (demands.length === 1) return demands[0] as Demand;
    const branches = demands.map((demand) => ({
      allOf: demand.map((one) => {
        const { schema } = this.#documents.at(schemaOf(one));
        return isNegated(one) ? { not: schema } : schema;
      }),
    }));
    return this.demand(this.#documents.child(origin, { anyOf: branches }, origin.pointer));
  }

  /** The values that meet a demand. */
  shape(demand: Demand): Shape {
    if (demand.length === 0) return ANY;
    const key = keyOf(demand);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    this.options.deadline.check(() => this.pointerOf(demand));
    const shape = this.#checked(key, demand.length === 1 ? this.#literal(demand[0] as Literal, false) : this.#conjunction(demand));
    this.#shapes.set(key, shape);
    return shape;
  }

  #conjunction(demand: Demand): Shape {
    const pointer = this.pointerOf(demand);
    let shape = isContradiction(demand) ? NONE : ANY;
    for (const one of demand) shape = this.both(shape, this.#literal(one, false), pointer);
    return this.pruned(shape);
  }

  /** Where a demand comes from, for messages: the first schema that says more than its type. */
  pointerOf(demand: Demand): string {
    const nodes = demand.map((one) => this.#documents.at(schemaOf(one)));
    return (nodes.find(({ isShared }) => !isShared) ?? nodes[0])?.pointer ?? '';
  }

  /** Values of both shapes. Where alternatives multiply, those that are plainly empty are left out. */
  both(a: Shape, b: Shape, pointer: string): Shape {
    if (a === ANY || b === NONE) return b;
    if (b === ANY || a === NONE) return a;
    this.#spend(pointer, a, b, true);
    const met = intersection(a, b);
    return a.object.length * b.object.length > 1 || a.array.length * b.array.length > 1 ? this.pruned(met) : met;
  }

  /** Values of either shape. */
  either(a: Shape, b: Shape, pointer: string): Shape {
    this.#spend(pointer, a, b, false);
    return union(a, b);
  }

  /** Values of some shape. By halves: one by one all that is there would be gone through again for each. */
  eitherOf(shapes: readonly Shape[], pointer: string): Shape {
    if (shapes.length < 2) return shapes[0] ?? NONE;
    const middle = shapes.length >> 1;
    return this.either(this.eitherOf(shapes.slice(0, middle), pointer), this.eitherOf(shapes.slice(middle), pointer), pointer);
  }

  /** The shape without objects that nothing can be, and without items that no value can be. */
  pruned(shape: Shape): Shape {
    const isImpossible = (one: ObjectShape): boolean => this.#isImpossible(one);
    const object = shape.object.some(isImpossible) ? shape.object.filter((one) => !isImpossible(one)) : shape.object;
    const shortened = shape.array.map((one) => this.#shortened(one));
    const array = shortened.every((one, i) => one === shape.array[i]) ? shape.array : shortened.filter(({ min, max }) => min <= max);
    return object === shape.object && array === shape.array ? shape : { ...shape, object, array };
  }

  /** True if an object would have to have a member which no value can have, as far as a quick look can tell. */
  #isImpossible(one: ObjectShape): boolean {
    if (one.required.length > one.max || (one.max === 0 && one.witnesses.length > 0)) return true;
    if (one.required.some((name) => this.isNever(demandOn(one, name)))) return true;
    return one.witnesses.some((witness) => !mayHold(this, one, witness));
  }

  /** An array ends before an item that no value can be. */
  #shortened(shape: ArrayShape): ArrayShape {
    const { prefix, rest, max } = shape;
    for (let i = 0; i <= prefix.length && i < max; i++) {
      if (this.isNever(prefix[i] ?? rest)) return { ...shape, max: i };
    }
    return shape;
  }

  /** True if no value meets the demand as far as a quick look can tell. */
  isNever(demand: Demand): boolean {
    if (demand.length === 0) return false;
    // One schema alone was written to be satisfiable; contradictions come from several.
    if (demand.length === 1) return demand[0] === this.never[0];
    if (demand.includes(this.never[0] as Literal) || isContradiction(demand)) return true;
    const key = keyOf(demand);
    const known = this.#shapes.get(key);
    if (known !== undefined) return isNone(known);
    if (this.#deciding.size >= PRUNING_DEPTH || this.#deciding.has(key)) return false;
    this.#deciding.add(key);
    try {
      return isNone(this.shape(demand));
    } catch (error) {
      if (error === UNDECIDED) return false;
      throw error;
    } finally {
      this.#deciding.delete(key);
    }
  }

  /** What is asked of the value of the member `name`. */
  memberDemand(shape: ObjectShape, name: string): Demand {
    return shape.name.length > 0 && !this.accepts(shape.name, name) ? this.never : demandOn(shape, name);
  }

  /** True if the value meets the demand. */
  accepts(demand: Demand, value: JsonValue): boolean {
    const shape = this.shape(demand);
    if (value === null) return shape.null;
    if (typeof value === 'boolean') return shape.boolean.includes(value);
    if (typeof value === 'number') return shape.number.some((one) => numberFits(one, value));
    if (typeof value === 'string') return shape.string.some((one) => stringFits(one, value));
    if (Array.isArray(value)) return shape.array.some((one) => this.#arrayFits(one, value as readonly JsonValue[]));
    return shape.object.some((one) => this.#objectFits(one, value as Readonly<Record<string, JsonValue>>));
  }

  #arrayFits(shape: ArrayShape, value: readonly JsonValue[]): boolean {
    if (shape.values !== undefined && !includes(shape.values, value)) return false;
    return value.length >= shape.min && value.length <= shape.max
      && value.every((item, i) => this.accepts(shape.prefix[i] ?? shape.rest, item))
      && shape.contains.every(({ demand, from, min, max }) => {
        const count = value.slice(from).filter((item) => this.accepts(demand, item)).length;
        return count >= min && count <= max;
      })
      && (shape.unique === undefined || new Set(value.map(canonical)).size === value.length);
  }

  #objectFits(shape: ObjectShape, value: Readonly<Record<string, JsonValue>>): boolean {
    if (shape.values !== undefined && !includes(shape.values, value)) return false;
    const members = Object.entries(value);
    return members.length >= shape.min && members.length <= shape.max
      && shape.required.every((name) => Object.hasOwn(value, name))
      && members.every(([name, member]) => this.accepts(this.memberDemand(shape, name), member))
      && shape.witnesses.every((witness) => members.some(([name, member]) =>
        hasName(witness.names, name) && this.accepts(witness.name, name) && this.accepts(witness.value, member)));
  }

  /** Of a recursive schema the listed values are checked against the schema itself: their parts, which are fewer. */
  #checked(key: string, shape: Shape): Shape {
    if (!shape.array.some(isListed) && !shape.object.some(isListed)) return shape;
    this.#shapes.set(key, shape);
    try {
      return this.#withCheckedValues(shape);
    } finally {
      this.#shapes.delete(key);
    }
  }

  /** Listed arrays and objects, once everything else that is asked of them is known. */
  #withCheckedValues(shape: Shape): Shape {
    const check = <T extends { readonly values?: readonly JsonValue[] | undefined }>(list: readonly T[], fits: (one: T, value: JsonValue) => boolean): readonly T[] => {
      if (!list.some(isListed)) return list;
      return list
        .map((one) => (one.values === undefined ? one : { ...one, values: one.values.filter((value) => fits(one, value)) }))
        .filter(({ values }) => values === undefined || values.length > 0);
    };
    const array = check(shape.array, (one, value) => this.#arrayFits(one, value as readonly JsonValue[]));
    const object = check(shape.object, (one, value) => this.#objectFits(one, value as Readonly<Record<string, JsonValue>>));
    return array === shape.array && object === shape.object ? shape : { ...shape, array, object };
  }

  #literal(one: Literal, tracking: boolean): Shape {
    const key = one * 2 + (tracking ? 1 : 0);
    const known = this.#literals.get(key);
    const node = this.#documents.at(schemaOf(one));
    if (known === 'open' && this.#deciding.size > 0) throw UNDECIDED;
    if (known === 'open') refuse(node.pointer, 'the schema refers to itself without a value in between');
    if (known !== undefined) return known;
    this.#literals.set(key, 'open');
    try {
      const shape = isNegated(one) ? this.#negative(node) : this.#positive(node, tracking);
      this.#literals.set(key, shape);
      return shape;
    } catch (error) {
      this.#literals.delete(key);
      throw error;
    }
  }

  #positive(node: SchemaNode, tracking: boolean): Shape {
    if (typeof node.schema === 'boolean') return node.schema ? ANY : NONE;
    const asksBack = hasUnevaluated(node);
    const shape = this.#allKeywords(node, node.schema, tracking || asksBack);
    if (!asksBack) return shape;
    const full = unevaluated(this, node, shape, false);
    return tracking ? full : withoutEvaluated(full);
  }

  #allKeywords(node: SchemaNode, schema: JsonSchemaObject, tracking: boolean): Shape {
    let shape: Shape = ANY;
    const names = keywordsOf(node, schema);
    for (let i = 0; i < names.length; i++) shape = this.both(shape, this.#keyword(node, schema, names[i] as string, false, tracking), node.pointer);
    return shape;
  }

  /** What the keywords of a schema ask that make no alternatives. */
  plainShape(node: SchemaNode): Shape {
    const { schema } = node;
    if (typeof schema === 'boolean') return schema ? ANY : NONE;
    let shape: Shape = ANY;
    for (const name of keywordsOf(node, schema)) if (!BRANCHING.has(name)) shape = this.both(shape, this.#keyword(node, schema, name, false, false), node.pointer);
    return shape;
  }

  #negative(node: SchemaNode): Shape {
    if (typeof node.schema === 'boolean') return node.schema ? NONE : ANY;
    const { schema } = node;
    let shape: Shape = NONE;
    for (const name of keywordsOf(node, schema)) shape = this.either(shape, this.#keyword(node, schema, name, true, false), node.pointer);
    if (!hasUnevaluated(node)) return shape;
    return this.either(shape, withoutEvaluated(unevaluated(this, node, this.#allKeywords(node, schema, true), true)), node.pointer);
  }

  #keyword(node: SchemaNode, schema: JsonSchemaObject, name: string, negated: boolean, tracking: boolean): Shape {
    const apply = KEYWORDS.get(name);
    const value = (schema as Readonly<Record<string, unknown>>)[name];
    if (apply === undefined || value === undefined) return negated ? NONE : ANY;
    return apply({ expander: this, node, schema: schema as Readonly<Record<string, unknown>>, value, pointer: step(node.pointer, name), negated, tracking });
  }

  /** Counts the alternatives that are made; a schema that needs too many is refused rather than waited for. */
  #spend(pointer: string, a: Shape, b: Shape, areMultiplied: boolean): void {
    const most = this.options.limits.alternatives;
    this.options.deadline.check(() => pointer);
    for (let i = 0; i < WITH_ALTERNATIVES.length; i++) {
      const type = WITH_ALTERNATIVES[i] as (typeof WITH_ALTERNATIVES)[number];
      const made = areMultiplied ? a[type].length * b[type].length : a[type].length + b[type].length;
      this.#work += made;
      if (made > most * 10 || this.#work > most * 1000 || a[type].length > most) {
        refuse(pointer, `written out it has more than ${most} alternatives`);
      }
    }
  }
}

function isListed({ values }: { readonly values?: readonly unknown[] | undefined }): boolean {
  return values !== undefined;
}

/** What the rules ask of one member. */
function demandOn({ rules }: ObjectShape, name: string): Demand {
  let demand = ANYTHING;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as MemberRule;
    if (rule.members !== undefined) demand = both(demand, rule.members.get(name) ?? ANYTHING);
    else if (hasName(rule.names, name)) demand = both(demand, rule.demand);
  }
  return demand;
}

function includes(values: readonly JsonValue[], value: JsonValue): boolean {
  const text = canonical(value);
  return values.some((one) => canonical(one) === text);
}

/**
 * The keywords that count, in the order of the schema but `type` first, because it leaves least to do. Those that the draft
 * does not know say nothing; where `$ref` replaces the rest it stands alone.
 */
function keywordsOf({ resource }: SchemaNode, schema: JsonSchemaObject): readonly string[] {
  if (refReplaces(resource) && typeof schema.$ref === 'string') return ['$ref'];
  const names: string[] = schema.type === undefined ? [] : ['type'];
  const all = Object.keys(schema);
  for (let i = 0; i < all.length; i++) {
    const name = all[i] as string;
    if (name !== 'type' && KEYWORDS.has(name) && (SINCE.get(name) ?? 0) <= resource.draft) names.push(name);
  }
  return names;
}

function hasUnevaluated({ schema, resource }: SchemaNode): boolean {
  return typeof schema !== 'boolean' && resource.draft >= 2019 && (schema.unevaluatedProperties !== undefined || schema.unevaluatedItems !== undefined);
}

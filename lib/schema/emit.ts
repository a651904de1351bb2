// Shapes -> program nodes. Each demand becomes one node; where it is used more than once, or inside itself, a rule.

import type { ProgramBuilder, ProgramNode, ProgramRule } from '../program/builder.js';
import { type Demand, keyOf } from './demand.js';
import { arrayNode } from './emit-array.js';
import { objectNode } from './emit-object.js';
import type { Expander } from './expand.js';
import { JsonStyle } from './json-style.js';
import type { JsonType, JsonValue } from './json-schema.js';
import { numberPattern } from './numbers.js';
import { bracketed, type ObjectStyle, type StyledValue, type ValueParts, type ValueStyle } from './object-style.js';
import { textPatterns } from './scalars.js';
import { ANY, type NumberShape, type Shape, type StringShape } from './shape.js';
import type { Spelling } from './spelling.js';

/** What is fixed for all values of a program. */
export interface EmitOptions {
  readonly propertyOrder: 'declared' | 'any';
  /** Whether members and items may stand that a schema with declared ones does not speak of. */
  readonly undeclared: 'allowed' | 'refused';
}

interface Value {
  node?: ProgramNode;
  rule?: ProgramRule;
}

/** Nesting above which values wait for their turn: this is recursive, and stacks are not endless. */
const INLINE_DEPTH = 64;

export class Emitter {
  readonly builder: ProgramBuilder;
  readonly spelling: Spelling;
  readonly expander: Expander;
  readonly options: EmitOptions;
  readonly #json: ValueStyle;
  readonly #values = new Map<string, Value>();
  readonly #scalars = new Map<Shape, ProgramNode>();
  readonly #waiting: (() => void)[] = [];
  #depth = 0;

  constructor(builder: ProgramBuilder, spelling: Spelling, expander: Expander, options: EmitOptions) {
    this.builder = builder;
    this.spelling = spelling;
    this.expander = expander;
    this.options = options;
    this.#json = new JsonStyle(builder, spelling);
  }

  /** The node of the values that meet the demand, with everything that it needs; under a style, of the objects among them. */
  root(demand: Demand, style?: ObjectStyle): ProgramNode {
    const node = style === undefined ? this.value(demand) : this.#objects(demand, style);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) next();
    return node;
  }

  /** The node of the values that meet the demand, as JSON. Only complete once `root` returns. */
  value(demand: Demand): ProgramNode {
    this.expander.options.deadline.check(() => this.expander.pointerOf(demand));
    const shape = this.expander.shape(demand);
    if (shape.array.length + shape.object.length === 0) return this.#scalar(shape, demand);
    return this.#shared(keyOf(demand), () => this.builder.alternatives(...this.#types(shape, demand)));
  }

  /** The values that meet the demand, for a member or an item of something in this style. */
  styled(demand: Demand, style: ObjectStyle): StyledValue {
    return new DemandedValue(this, demand, style);
  }

  /** One value, for a member or an item of something in this style. */
  constant(value: JsonValue, style: ObjectStyle): StyledValue {
    const parts = (): ValueParts => {
      if (typeof value === 'string') return { strings: [], literals: [value], others: new Map(), isAny: false };
      const type = value === null ? 'null' : Array.isArray(value) ? 'array' : (typeof value as 'boolean' | 'number' | 'object');
      return { strings: [], literals: [], others: new Map([[type, this.literal(value, this.#inside(style))]]), isAny: false };
    };
    return { json: () => this.literal(value, this.#json), parts };
  }

  /** One value, written out. Strings have the escapes that JSON.stringify uses. */
  literal(value: JsonValue, style: ValueStyle): ProgramNode {
    if (typeof value !== 'object' || value === null) return this.builder.text(JSON.stringify(value));
    if (!Array.isArray(value)) return this.objectLiteral(value as Readonly<Record<string, JsonValue>>, style);
    return bracketed(this.builder, style.list, (value as readonly JsonValue[]).map((item) => style.item(this.constant(item, style))));
  }

  objectLiteral(value: Readonly<Record<string, JsonValue>>, style: ObjectStyle): ProgramNode {
    const members = Object.entries(value);
    if (!members.every(([name]) => style.canName(name))) return this.builder.alternatives();
    return bracketed(this.builder, style.object, members.map(([name, member]) => style.member(name, this.constant(member, style))));
  }

  /** The node of a key, made once: where it is used again, or inside itself, a rule. */
  #shared(key: string, make: () => ProgramNode): ProgramNode {
    const known = this.#values.get(key);
    if (known !== undefined) return this.#again(known);
    const value: Value = {};
    this.#values.set(key, value);
    if (this.#depth >= INLINE_DEPTH) {
      this.#waiting.push(() => this.#build(value, make));
      return this.#again(value);
    }
    this.#build(value, make);
    return value.rule === undefined ? (value.node as ProgramNode) : this.builder.call(value.rule);
  }

  /** Text, numbers and the rest: written where they stand, for calling a rule costs more. */
  #scalar(shape: Shape, demand: Demand): ProgramNode {
    const known = this.#scalars.get(shape);
    if (known !== undefined) return known;
    const node = this.builder.alternatives(...this.#types(shape, demand));
    this.#scalars.set(shape, node);
    return node;
  }

  #build(value: Value, make: () => ProgramNode): void {
    this.#depth++;
    value.node = make();
    this.#depth--;
    if (value.rule !== undefined) this.builder.define(value.rule, value.node);
  }

  #again(value: Value): ProgramNode {
    if (value.rule === undefined) {
      value.rule = this.builder.rule();
      if (value.node !== undefined) this.builder.define(value.rule, value.node);
    }
    return this.builder.call(value.rule);
  }

  #inside({ inside }: ObjectStyle): ValueStyle {
    return inside ?? this.#json;
  }

  #types(shape: Shape, demand: Demand): readonly ProgramNode[] {
    return this.#nulls(shape).concat(
      this.#booleans(shape),
      this.#numbers(shape, demand),
      shape.string.map((one) => this.#string(one)),
      shape.array.map((one) => arrayNode(this, one, this.#json)),
      shape.object.map((one) => objectNode(this, one, this.#json)),
    );
  }

  /** The values that meet the demand, type by type, for a member or an item of something in this style. */
  parts(demand: Demand, style: ObjectStyle): ValueParts {
    const inside = this.#inside(style);
    const shape = this.expander.shape(demand);
    const others = new Map<Exclude<JsonType, 'string'>, ProgramNode>();
    const add = (type: Exclude<JsonType, 'string'>, nodes: readonly ProgramNode[]): void => {
      if (nodes.length > 0) others.set(type, this.builder.alternatives(...nodes));
    };
    add('null', this.#nulls(shape));
    add('boolean', this.#booleans(shape));
    add('number', this.#numbers(shape, demand));
    if (shape.array.length > 0) others.set('array', this.#arrays(demand, inside));
    if (shape.object.length > 0) others.set('object', this.#objects(demand, inside));
    return {
      strings: shape.string.filter(({ values }) => values === undefined).map(textPatterns),
      literals: shape.string.flatMap(({ values = [] }) => values),
      others,
      isAny: shape === ANY,
    };
  }

  /** The objects that meet the demand. */
  #objects(demand: Demand, style: ObjectStyle): ProgramNode {
    return this.#shared(`${keyOf(demand)} object ${style.name}`, () =>
      this.builder.alternatives(...this.expander.shape(demand).object.map((one) => objectNode(this, one, style))));
  }

  /** The arrays that meet the demand. */
  #arrays(demand: Demand, style: ValueStyle): ProgramNode {
    return this.#shared(`${keyOf(demand)} array ${style.name}`, () =>
      this.builder.alternatives(...this.expander.shape(demand).array.map((one) => arrayNode(this, one, style))));
  }

  #nulls(shape: Shape): readonly ProgramNode[] {
    return shape.null ? [this.spelling.null()] : [];
  }

  #booleans(shape: Shape): readonly ProgramNode[] {
    return shape.boolean.map((value) => this.builder.text(String(value)));
  }

  #numbers(shape: Shape, demand: Demand): readonly ProgramNode[] {
    return shape.number.map((one) => this.#number(one, demand));
  }

  #string(shape: StringShape): ProgramNode {
    const { values, match = [], avoid = [], not = [], min = 0, max = Infinity } = shape;
    const { builder } = this;
    if (values !== undefined) return this.#texts(values);
    if (match.length + avoid.length + not.length === 0) return this.spelling.string(min, max);
    return builder.sequence(builder.text('"'), builder.textValue(textPatterns(shape)), builder.text('"'));
  }

  #texts(values: readonly (number | string)[]): ProgramNode {
    return this.builder.alternatives(...values.map((value) => this.builder.text(JSON.stringify(value))));
  }

  #number(shape: NumberShape, demand: Demand): ProgramNode {
    if (shape.values !== undefined) return this.#texts(shape.values);
    if (Object.keys(shape).every((key) => key === 'integer')) return shape.integer === true ? this.spelling.integer() : this.spelling.number();
    const { limits, cannot } = this.expander.options;
    try {
      const pattern = numberPattern(shape, limits);
      return pattern === undefined ? this.builder.alternatives() : this.builder.textValue({ ...pattern, spelling: 'raw' });
    } catch (error) {
      cannot(this.expander.pointerOf(demand), error instanceof Error ? error.message : String(error));
      const { multipleOf: _, ...rest } = shape;
      return this.#number(rest, demand);
    }
  }
}

/** One object per member, and no closures: there are thousands of members. */
class DemandedValue implements StyledValue {
  readonly #emitter: Emitter;
  readonly #demand: Demand;
  readonly #style: ObjectStyle;

  constructor(emitter: Emitter, demand: Demand, style: ObjectStyle) {
    this.#emitter = emitter;
    this.#demand = demand;
    this.#style = style;
  }

  json(): ProgramNode {
    return this.#emitter.value(this.#demand);
  }

  parts(): ValueParts {
    return this.#emitter.parts(this.#demand, this.#style);
  }
}

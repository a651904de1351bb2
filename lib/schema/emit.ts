// Shapes -> program nodes. Each demand becomes one node; where it is used more than once, or inside itself, a rule.

import type { ProgramBuilder, ProgramNode, ProgramRule } from '../program/builder.js';
import { type Demand, keyOf, schemaOf } from './demand.js';
import { arrayNode } from './emit-array.js';
import { objectNode } from './emit-object.js';
import type { Expander } from './expand.js';
import type { JsonValue } from './json-schema.js';
import { numberPattern } from './numbers.js';
import { literalPattern } from './pattern.js';
import type { NumberShape, Shape, StringShape } from './shape.js';
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
  readonly #values = new Map<string, Value>();
  readonly #scalars = new Map<Shape, ProgramNode>();
  readonly #waiting: (() => void)[] = [];
  #depth = 0;

  constructor(builder: ProgramBuilder, spelling: Spelling, expander: Expander, options: EmitOptions) {
    this.builder = builder;
    this.spelling = spelling;
    this.expander = expander;
    this.options = options;
  }

  /** The node of the values that meet the demand, with everything that it needs. */
  root(demand: Demand): ProgramNode {
    const node = this.value(demand);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) next();
    return node;
  }

  /** The node of the values that meet the demand. Only complete once `root` returns. */
  value(demand: Demand): ProgramNode {
    const shape = this.expander.shape(demand);
    if (shape.array.length + shape.object.length === 0) return this.#scalar(shape, demand);
    const key = keyOf(demand);
    const known = this.#values.get(key);
    if (known !== undefined) return this.#again(known);
    const value: Value = {};
    this.#values.set(key, value);
    if (this.#depth >= INLINE_DEPTH) {
      this.#waiting.push(() => this.#build(value, shape, demand));
      return this.#again(value);
    }
    this.#build(value, shape, demand);
    return value.rule === undefined ? (value.node as ProgramNode) : this.builder.call(value.rule);
  }

  /** JSON values, written out. */
  literals(values: readonly JsonValue[]): ProgramNode {
    return this.builder.alternatives(...values.map((value) => this.spelling.literal(value)));
  }

  /** The inside of a string, between the quotes. */
  text({ match = [], avoid = [], not = [], min = 0, max = Infinity }: StringShape): ProgramNode {
    return this.builder.textValue({ match, avoid: not.length === 0 ? avoid : [...avoid, literalPattern(not)], min, max });
  }

  /** Text, numbers and the rest: written where they stand, for calling a rule costs more. */
  #scalar(shape: Shape, demand: Demand): ProgramNode {
    const known = this.#scalars.get(shape);
    if (known !== undefined) return known;
    const node = this.builder.alternatives(...this.#types(shape, demand));
    this.#scalars.set(shape, node);
    return node;
  }

  #build(value: Value, shape: Shape, demand: Demand): void {
    this.#depth++;
    value.node = this.builder.alternatives(...this.#types(shape, demand));
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

  #types(shape: Shape, demand: Demand): readonly ProgramNode[] {
    const { builder } = this;
    return [
      ...(shape.null ? [this.spelling.null()] : []),
      ...shape.boolean.map((value) => builder.text(String(value))),
      ...shape.number.map((one) => this.#number(one, demand)),
      ...shape.string.map((one) => this.#string(one)),
      ...shape.array.map((one) => arrayNode(this, one)),
      ...shape.object.map((one) => objectNode(this, one)),
    ];
  }

  #string(shape: StringShape): ProgramNode {
    const { values, match = [], avoid = [], not = [], min = 0, max = Infinity } = shape;
    if (values !== undefined) return this.literals(values);
    if (match.length + avoid.length + not.length === 0) return this.spelling.string(min, max);
    return this.builder.sequence(this.builder.text('"'), this.text(shape), this.builder.text('"'));
  }

  #number(shape: NumberShape, demand: Demand): ProgramNode {
    if (shape.values !== undefined) return this.literals(shape.values);
    if (Object.keys(shape).every((key) => key === 'integer')) return shape.integer === true ? this.spelling.integer() : this.spelling.number();
    const { limits, cannot } = this.expander.options;
    try {
      const pattern = numberPattern(shape, limits);
      return pattern === undefined ? this.builder.alternatives() : this.builder.textValue({ ...pattern, spelling: 'raw' });
    } catch (error) {
      const pointers = demand.map((one) => this.expander.documents.at(schemaOf(one)).pointer);
      cannot(pointers[0] ?? '', error instanceof Error ? error.message : String(error));
      const { multipleOf: _, ...rest } = shape;
      return this.#number(rest, demand);
    }
  }
}

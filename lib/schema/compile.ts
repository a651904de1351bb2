// JSON Schema -> program. The way of a schema:
//   document.ts   finds it and what it refers to
//   expand.ts     writes it in normal form, keyword by keyword (keywords*.ts): for each JSON type alternatives of plain
//                 constraints (shape.ts), with what is asked of inner values left as demands (demand.ts)
//   emit*.ts      writes each demand as program nodes, objects in the style that is asked for (object-style.ts)
// A schema is never widened in silence: what cannot be enforced is an error that names the keyword and its JSON pointer.
// With `relax` it is reported instead, for the caller to check on the finished value.

import { DEFAULT_LIMITS, type ValueLimits } from '../defaults.js';
import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import { Deadline } from './deadline.js';
import { SchemaDocuments } from './document.js';
import { Emitter } from './emit.js';
import { Expander } from './expand.js';
import type { JsonSchema } from './json-schema.js';
import { MarkedJsonStyle } from './json-style.js';
import type { MarkMember, ObjectStyle } from './object-style.js';
import { refuse } from './refuse.js';
import { Spelling, type Escapes, type Whitespace } from './spelling.js';

/** How a schema is compiled. */
export interface SchemaOptions {
  /** Default `compact`. */
  readonly whitespace?: Whitespace;
  /** Default `strict`. */
  readonly escapes?: Escapes;
  /**
   * `declared` (default): members in the order in which the schema declares them, then the others. `any`: every order, each
   * member once.
   */
  readonly propertyOrder?: 'declared' | 'any';
  /**
   * Whether an object that declares members may have others that no keyword speaks of, and an array that declares its first
   * items more of them. Default `allowed`, as the standard says; `refused` is what authors of tools mean.
   */
  readonly undeclared?: 'allowed' | 'refused';
  /** Whether `format` is enforced. Default `assertion`. */
  readonly formats?: 'assertion' | 'annotation';
  /** Report keywords that cannot be enforced instead of refusing them. Default false. */
  readonly relax?: boolean;
  /** How long values may get where the schema does not say, and what compiling may cost. */
  readonly limits?: Partial<ValueLimits>;
  /** Schemas that may be referred to, by absolute URI. Nothing is fetched. */
  readonly documents?: Readonly<Record<string, JsonSchema>>;
}

/** What one schema may have otherwise than the others. */
export interface ValueOptions {
  /** How the outermost object is written, which is all that there may be then. Without it, values are JSON. */
  readonly style?: ObjectStyle | undefined;
  /** Without a style: JSON, of which only objects, the values of their members marked. */
  readonly mark?: MarkMember | undefined;
  /** Instead of {@link SchemaOptions.propertyOrder}. */
  readonly propertyOrder?: 'declared' | 'any' | undefined;
}

/** Compiles schemas into nodes of one builder. */
export class SchemaCompiler {
  readonly #documents: SchemaDocuments;
  readonly #expander: Expander;
  readonly #markedJson: (mark: MarkMember) => ObjectStyle;
  /** One per order: what they remember differs. */
  readonly #emitters = new Map<'declared' | 'any', Emitter>();
  readonly #newEmitter: (order: 'declared' | 'any') => Emitter;
  readonly #order: 'declared' | 'any';
  readonly #unenforced = new Set<string>();

  constructor(builder: ProgramBuilder, options: SchemaOptions = {}) {
    const { whitespace = 'compact', escapes = 'strict', propertyOrder = 'declared', undeclared = 'allowed', formats = 'assertion', relax = false } = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    // With `relax` every place is listed, so each is a schema of its own.
    this.#documents = new SchemaDocuments(options.documents, limits.schemaDepth, !relax);
    const cannot = (pointer: string, why: string): void => {
      if (!relax) refuse(pointer, why);
      this.#unenforced.add(pointer);
    };
    const expander = new Expander(this.#documents, { limits, formats, cannot, deadline: new Deadline(limits.compileMs) });
    const spelling = new Spelling(builder, { whitespace, escapes, limits });
    this.#newEmitter = (order) => new Emitter(builder, spelling, expander, { propertyOrder: order, undeclared });
    this.#markedJson = (mark) => new MarkedJsonStyle(builder, spelling, mark);
    this.#expander = expander;
    this.#order = propertyOrder;
  }

  /** JSON pointers of the keywords that `relax` let through. */
  get unenforced(): readonly string[] {
    return [...this.#unenforced];
  }

  /**
   * The values that `schema` accepts; under a style only the objects among them. If there are none, the program that contains
   * the node is refused by the addon or, where there is something else, never takes it.
   *
   * @param pointer JSON pointer of the schema, for messages.
   * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA` naming the keyword, its place and its value, and where a style finds
   * no object.
   */
  compile(schema: JsonSchema, pointer = '', { style: given, mark, propertyOrder = this.#order }: ValueOptions = {}): ProgramNode {
    const style = given ?? (mark === undefined ? undefined : this.#markedJson(mark));
    const demand = this.#expander.demand(this.#documents.root(schema, pointer));
    if (style !== undefined && this.#expander.shape(demand).object.length === 0) refuse(pointer, `accepts no object, and ${style.name} writes nothing else`);
    const emitter = this.#emitters.get(propertyOrder) ?? this.#newEmitter(propertyOrder);
    this.#emitters.set(propertyOrder, emitter);
    return emitter.root(demand, style);
  }
}

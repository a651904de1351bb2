// Arrays -> program nodes.

import type { ProgramNode } from '../program/builder.js';
import { both, type Demand, opposite } from './demand.js';
import type { Emitter } from './emit.js';
import type { Expander } from './expand.js';
import type { JsonValue } from './json-schema.js';
import { bracketed, type ValueStyle } from './object-style.js';
import type { ArrayShape, ContainsRule, Shape } from './shape.js';
import { canonical } from './shape.js';

/** Above this the positions and counts of an array with `contains` are not told apart any more. */
const MOST_COUNTS = 20_000;

/** The arrays of a shape. */
export function arrayNode(emitter: Emitter, given: ArrayShape, style: ValueStyle): ProgramNode {
  if (given.values !== undefined) return emitter.builder.alternatives(...given.values.map((value) => emitter.literal(value, style)));
  const shape = bounded(emitter, given);
  if (shape.max < shape.min) return emitter.builder.alternatives();
  if (shape.unique !== undefined && shape.max > 1) {
    const values = distinctItems(emitter.expander, shape);
    if (values !== undefined) return distinctArray(emitter, shape, values, style);
    emitter.expander.options.cannot(shape.unique, 'items that need not be one of a few listed values cannot be told apart');
  }
  return new ArrayWriter(emitter, shape, style).write();
}

/** Undeclared items may be refused. */
function bounded({ options }: Emitter, shape: ArrayShape): ArrayShape {
  const isClosed = options.undeclared === 'refused' && shape.declares === true && shape.opens !== true;
  return isClosed ? { ...shape, max: Math.min(shape.max, shape.prefix.length) } : shape;
}

/** All values that an item may have, if they are few and every place asks for the same. */
function distinctItems(expander: Expander, { prefix, rest, contains }: ArrayShape): readonly JsonValue[] | undefined {
  if (contains.length > 0 || prefix.some((demand) => demand.join() !== rest.join())) return undefined;
  return listedValues(expander.shape(rest));
}

function listedValues(shape: Shape): readonly JsonValue[] | undefined {
  const lists = [shape.number, shape.string, shape.array, shape.object] as readonly (readonly { readonly values?: readonly JsonValue[] }[])[];
  const values: JsonValue[] = [...(shape.null ? [null] : []), ...shape.boolean];
  for (const one of lists.flat()) {
    if (one.values === undefined) return undefined;
    values.push(...one.values);
  }
  return [...new Map(values.map((value) => [canonical(value), value])).values()];
}

/** An array of different values out of a list. */
function distinctArray(emitter: Emitter, { min, max }: ArrayShape, values: readonly JsonValue[], style: ValueStyle): ProgramNode {
  const { builder } = emitter;
  const { open, separator, close } = style.list;
  const most = Math.min(max, values.length);
  const empty = bracketed(builder, style.list, []);
  if (most < min) return builder.alternatives();
  if (most === 0) return empty;
  const parts = values.map((value) => ({ node: style.item(emitter.constant(value, style)), required: false }));
  const some = builder.sequence(open, builder.members(parts, { separator, min: Math.max(1, min), max: most }), close);
  return min === 0 ? builder.alternatives(empty, some) : some;
}

/** How many items there are so far, and how many of them each `contains` has counted. */
interface Progress {
  readonly items: number;
  readonly counts: readonly number[];
}

/**
 * Writes an array item by item: a graph whose nodes are what is known so far. Items beyond what counts are a repeat.
 */
class ArrayWriter {
  readonly #emitter: Emitter;
  readonly #shape: ArrayShape;
  readonly #style: ValueStyle;
  readonly #rules: readonly ContainsRule[];
  readonly #known = new Map<string, ProgramNode>();
  /** The number of items after which all further ones are alike. */
  readonly #settled: number;

  constructor(emitter: Emitter, shape: ArrayShape, style: ValueStyle) {
    const { limits } = emitter.expander.options;
    this.#emitter = emitter;
    this.#style = style;
    this.#rules = shape.contains;
    const max = shape.contains.length > 0 ? shape.max : Math.min(shape.max, Math.max(shape.min, shape.prefix.length + limits.arrayItems));
    this.#shape = { ...shape, max };
    const isCounted = shape.contains.length > 0;
    this.#settled = Math.min(max, Math.max(
      shape.prefix.length,
      ...shape.contains.map(({ from }) => from),
      isCounted ? (max === Infinity ? shape.min : max) : 0,
    ));
  }

  write(): ProgramNode {
    const { builder } = this.#emitter;
    return builder.sequence(this.#style.list.open, this.#rest({ items: 0, counts: this.#rules.map(() => 0) }));
  }

  /** What may follow. */
  #rest(progress: Progress): ProgramNode {
    const key = `${progress.items};${progress.counts.join(',')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const node = progress.items < this.#settled ? this.#next(progress) : this.#settledRest(progress);
    this.#known.set(key, node);
    if (this.#known.size > MOST_COUNTS) this.#emitter.expander.options.cannot(this.#rules[0]?.at ?? '', 'counting takes too many states');
    return node;
  }

  #next(progress: Progress): ProgramNode {
    const { builder } = this.#emitter;
    const demand = this.#shape.prefix[progress.items] ?? this.#shape.rest;
    const more = this.#choices(progress, demand).map(({ demand: one, counts }) =>
      builder.sequence(this.#comma(progress), this.#item(one), this.#rest({ items: progress.items + 1, counts })));
    return this.#mayEnd(progress) ? builder.alternatives(this.#end(progress), ...more) : builder.alternatives(...more);
  }

  #settledRest(progress: Progress): ProgramNode {
    return this.#rules.length === 0 ? this.#freeRest(progress) : this.#countedRest(progress);
  }

  /** Nothing but the number of items matters any more. */
  #freeRest(progress: Progress): ProgramNode {
    const { builder } = this.#emitter;
    const { min, max, rest } = this.#shape;
    const [least, most] = [Math.max(0, min - progress.items), max - progress.items];
    const end = this.#end(progress);
    if (most <= 0) return end;
    const items = builder.repeat(this.#item(rest), { min: Math.max(1, least), max: most, separator: this.#style.list.separator });
    const more = builder.sequence(this.#comma(progress), items, this.#style.list.close);
    return least === 0 ? builder.alternatives(end, more) : more;
  }

  /** Items that count nothing may be repeated; then one that counts, or the end. */
  #countedRest(progress: Progress): ProgramNode {
    const { builder } = this.#emitter;
    if (progress.items >= this.#shape.max) return this.#mayEnd(progress) ? this.#end(progress) : builder.alternatives();
    const choices = this.#choices(progress, this.#shape.rest);
    const same = ({ counts }: { readonly counts: readonly number[] }): boolean => counts.every((count, i) => count === progress.counts[i]);
    const idle = choices.filter(same).map(({ demand }) => this.#item(demand));
    // From here on there is at least one item, so that the graph has no node without a comma but this one.
    const later = { items: Math.max(1, progress.items), counts: progress.counts };
    const counting = choices.filter((choice) => !same(choice)).map(({ demand, counts }) =>
      builder.sequence(this.#item(demand), this.#rest({ items: later.items, counts })));
    const end = this.#mayEnd(progress);
    const skipped = builder.repeat(builder.alternatives(...idle), { min: 1, separator: this.#style.list.separator });
    const afterSkipped = builder.alternatives(
      ...(end ? [this.#style.list.close] : []),
      ...(counting.length > 0 ? [builder.sequence(this.#style.list.separator, builder.alternatives(...counting))] : []),
    );
    return builder.alternatives(
      ...(end ? [this.#end(progress)] : []),
      ...counting.map((one) => builder.sequence(this.#comma(progress), one)),
      ...(idle.length > 0 ? [builder.sequence(this.#comma(progress), skipped, afterSkipped)] : []),
    );
  }

  /** What the next item may be, and what has been counted after it. */
  #choices({ items, counts }: Progress, demand: Demand): readonly { readonly demand: Demand; readonly counts: readonly number[] }[] {
    let choices = [{ demand, counts }];
    for (const [i, rule] of this.#rules.entries()) {
      if (items < rule.from) continue;
      choices = choices.flatMap((choice) => {
        const count = choice.counts[i] as number;
        const counted = { demand: both(choice.demand, rule.demand), counts: choice.counts.with(i, count + 1) };
        // Without a maximum it is enough to count those that are needed; with one, none may go uncounted.
        if (rule.max === Infinity) return count < rule.min ? [choice, counted] : [choice];
        const uncounted = { ...choice, demand: both(choice.demand, this.#not(rule.demand)) };
        return count < rule.max ? [uncounted, counted] : [uncounted];
      });
    }
    return choices.filter((choice) => !this.#emitter.expander.isNever(choice.demand));
  }

  #not(demand: Demand): Demand {
    const { expander } = this.#emitter;
    if (demand.length === 0) return expander.never;
    const [first] = demand;
    if (demand.length === 1 && first !== undefined) return first === expander.never[0] ? [] : [opposite(first)];
    return expander.oneOfDemands(expander.documents.at((first as number) >> 1), demand.map((one) => [opposite(one)]));
  }

  #mayEnd({ items, counts }: Progress): boolean {
    return items >= this.#shape.min && counts.every((count, i) => count >= (this.#rules[i] as ContainsRule).min);
  }

  #item(demand: Demand): ProgramNode {
    return this.#style.item(this.#emitter.styled(demand, this.#style));
  }

  #end({ items }: Progress): ProgramNode {
    return items > 0 ? this.#style.list.close : this.#style.list.closeEmpty;
  }

  #comma({ items }: Progress): ProgramNode {
    return items > 0 ? this.#style.list.separator : this.#emitter.builder.empty();
  }
}

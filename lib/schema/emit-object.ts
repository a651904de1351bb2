// Objects -> program nodes.

import type { ProgramNode } from '../program/builder.js';
import { both, type Demand } from './demand.js';
import type { Emitter } from './emit.js';
import { type KnownMember, type Members, membersOf, type NameClass } from './members.js';
import type { ObjectShape } from './shape.js';

/** Witnesses that are looked for at once: each doubles the states. */
const MOST_WITNESSES = 6;
/** Above this counts and witnesses are not told apart any more. */
const MOST_STATES = 50_000;

/** The objects of a shape. */
export function objectNode(emitter: Emitter, shape: ObjectShape): ProgramNode {
  if (shape.values !== undefined) return emitter.literals(shape.values);
  const members = membersOf(emitter.expander, shape, emitter.options.undeclared);
  if (members.known.some(({ required, demand }) => required && emitter.expander.isNever(demand))) return emitter.builder.alternatives();
  const { witnesses } = shape;
  if (witnesses.length > MOST_WITNESSES) {
    emitter.expander.options.cannot(witnesses[0]?.at ?? '', `more than ${MOST_WITNESSES} members that violate something cannot be looked for at once`);
  }
  const writer = new ObjectWriter(emitter, { ...shape, witnesses: witnesses.slice(0, MOST_WITNESSES) }, members);
  return emitter.options.propertyOrder === 'any' ? writer.unordered() : writer.declared();
}

/** How far an object is. */
interface Progress {
  /** Of the known members. */
  readonly next: number;
  readonly started: boolean;
  /** Witnesses that are still missing, as bits. */
  readonly missing: number;
  /** Fewest and most further members. */
  readonly least: number;
  readonly most: number;
}

class ObjectWriter {
  readonly #emitter: Emitter;
  readonly #shape: ObjectShape;
  readonly #members: Members;
  readonly #known = new Map<string, ProgramNode>();

  constructor(emitter: Emitter, shape: ObjectShape, members: Members) {
    this.#emitter = emitter;
    this.#shape = shape;
    this.#members = members;
  }

  /** Known members in their order, then the others. */
  declared(): ProgramNode {
    const { builder, spelling } = this.#emitter;
    const { min, max, witnesses } = this.#shape;
    const start = { next: 0, started: false, missing: (1 << witnesses.length) - 1, least: min, most: max };
    return builder.sequence(spelling.open('{'), this.#rest(start));
  }

  /** Members in any order, each once. */
  unordered(): ProgramNode {
    const { builder, spelling, expander } = this.#emitter;
    const { min, max, witnesses } = this.#shape;
    if (witnesses.length > 0) expander.options.cannot(witnesses[0]?.at ?? '', 'with propertyOrder `any` this cannot be enforced');
    const parts = this.#members.known.map((member) => ({ node: this.#member(member, member.demand), required: member.required }));
    const others = this.#members.others.map((one) => this.#other(one, one.demand));
    if (parts.length + others.length === 0) return this.#empty(min === 0);
    const rest = others.length === 0 ? {} : { rest: builder.alternatives(...others) };
    const some = builder.sequence(
      spelling.open('{'), builder.members(parts, { ...rest, separator: spelling.comma(), min: Math.max(1, min), max }), spelling.close('}'));
    return min === 0 && !parts.some(({ required }) => required) ? builder.alternatives(this.#empty(true), some) : some;
  }

  #empty(isAllowed: boolean): ProgramNode {
    const { builder, spelling } = this.#emitter;
    return isAllowed ? builder.sequence(spelling.open('{'), builder.text('}')) : builder.alternatives();
  }

  /** What may follow. */
  #rest(progress: Progress): ProgramNode {
    const { next, started, missing, least, most } = progress;
    const key = `${next},${started ? 1 : 0},${missing},${least},${most}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const member = this.#members.known[next];
    const node = member === undefined ? this.#others(progress) : this.#from(progress, member);
    this.#known.set(key, node);
    if (this.#known.size > MOST_STATES) this.#emitter.expander.options.cannot(this.#shape.witnesses[0]?.at ?? '', 'counting members takes too many states');
    return node;
  }

  #from(progress: Progress, member: KnownMember): ProgramNode {
    const { builder } = this.#emitter;
    const skipped = member.required ? [] : [this.#rest({ ...progress, next: progress.next + 1 })];
    if (progress.most === 0) return builder.alternatives(...skipped);
    const taken = this.#asWitness(progress, member).map(({ demand, missing }) =>
      builder.sequence(this.#comma(progress), this.#member(member, demand), this.#rest({ ...after(progress), next: progress.next + 1, missing })));
    return builder.alternatives(...taken, ...skipped);
  }

  /** A member as any combination of the witnesses that it can be and that are still missing. */
  #asWitness({ missing }: Progress, { demand, witnesses }: KnownMember | NameClass): readonly { readonly demand: Demand; readonly missing: number }[] {
    return witnesses.filter((i) => (missing >> i & 1) === 1).reduce((choices, i) => [
      ...choices,
      ...choices.map((choice) => ({ demand: both(choice.demand, this.#shape.witnesses[i]?.value ?? []), missing: choice.missing & ~(1 << i) })),
    ], [{ demand, missing }]).filter((choice) => !this.#emitter.expander.isNever(choice.demand));
  }

  #others(progress: Progress): ProgramNode {
    const { builder, spelling } = this.#emitter;
    const { started, missing, least, most } = progress;
    const end = started ? spelling.close('}') : builder.text('}');
    const isComplete = missing === 0 && least === 0;
    if (most === 0 || this.#members.others.length === 0) return isComplete ? end : builder.alternatives();
    if (missing !== 0) return this.#missing(progress);
    const limit = Math.max(least, this.#emitter.expander.options.limits.additionalProperties);
    const any = builder.alternatives(...this.#members.others.map((one) => this.#other(one, one.demand)));
    const members = builder.repeat(any, { min: Math.max(1, least), max: Math.min(most, limit), separator: spelling.comma() });
    const some = builder.sequence(this.#comma(progress), members, spelling.close('}'));
    return isComplete ? builder.alternatives(end, some) : some;
  }

  /** Any other members, and among them those that are missing. */
  #missing(progress: Progress): ProgramNode {
    const { builder, spelling } = this.#emitter;
    const comma = this.#comma(progress);
    const choices = this.#members.others.flatMap((one) => this.#asWitness(progress, one).map((choice) => ({ ...choice, node: this.#otherAs(one, choice, progress) })));
    const idle = choices.filter(({ missing }) => missing === progress.missing).map(({ node }) => node);
    const found = choices.filter(({ missing }) => missing !== progress.missing)
      .map(({ node, missing }) => builder.sequence(node, this.#rest({ ...after(progress), missing })));
    if (progress.least > 0 || progress.most < Infinity) {
      const more = idle.map((node) => builder.sequence(node, this.#rest(after(progress))));
      return builder.sequence(comma, builder.alternatives(...found, ...more));
    }
    const skipped = builder.repeat(builder.sequence(builder.alternatives(...idle), spelling.comma()));
    return builder.sequence(comma, skipped, builder.alternatives(...found));
  }

  /** Another member that is the witnesses by which `choice` differs from `before`: their demands on the name hold, too. */
  #otherAs(one: NameClass, choice: { readonly demand: Demand; readonly missing: number }, before: Progress): ProgramNode {
    const found = this.#shape.witnesses.filter((_, i) => ((before.missing & ~choice.missing) >> i & 1) === 1);
    const name = found.reduce<Demand>((all, witness) => both(all, witness.name), this.#shape.name);
    if (name === this.#shape.name) return this.#other(one, choice.demand);
    const { builder } = this.#emitter;
    return builder.alternatives(...this.#emitter.expander.shape(name).string.filter(({ values }) => values === undefined).map(({ match = [], avoid = [], min, max }) =>
      this.#other({
        ...one,
        names: {
          ...one.names,
          match: [...(one.names.match ?? []), ...match],
          avoid: [...(one.names.avoid ?? []), ...avoid],
          min: Math.max(one.names.min ?? 0, min ?? 0),
          max: Math.min(one.names.max ?? Infinity, max ?? Infinity),
        },
      }, choice.demand)));
  }

  #member({ name }: KnownMember, demand: Demand): ProgramNode {
    return this.#emitter.spelling.member(name, this.#emitter.value(demand));
  }

  #other({ names }: NameClass, demand: Demand): ProgramNode {
    const { builder, spelling } = this.#emitter;
    const isFree = [names.match, names.avoid, names.not].every((list = []) => list.length === 0);
    const name = isFree
      ? spelling.string(names.min, Math.min(names.max ?? Infinity, this.#emitter.expander.options.limits.stringLength))
      : builder.sequence(builder.text('"'), this.#emitter.text(names), builder.text('"'));
    return builder.sequence(name, spelling.colon(), this.#emitter.value(demand));
  }

  #comma({ started }: Progress): ProgramNode {
    return started ? this.#emitter.spelling.comma() : this.#emitter.builder.empty();
  }
}

/** One member later. */
function after(progress: Progress): Progress {
  return { ...progress, started: true, least: Math.max(0, progress.least - 1), most: progress.most - 1 };
}

// Objects -> program nodes.

import type { ProgramNode } from '../program/builder.js';
import { both, type Demand, keyOf } from './demand.js';
import type { Emitter } from './emit.js';
import type { JsonValue } from './json-schema.js';
import { type KnownMember, type Members, membersOf, type NameClass } from './members.js';
import type { ObjectStyle } from './object-style.js';
import type { ObjectShape } from './shape.js';

/** Closed objects with so few members that may be missing are written out member by member: no set of used ones is needed. */
const FEW_OPTIONAL = 2;
/** Members of such an object: they are one sequence. */
const MOST_PLAIN = 1000;
/** Witnesses that are looked for at once: each doubles the states. */
const MOST_WITNESSES = 6;
/** Above this counts and witnesses are not told apart any more. */
const MOST_STATES = 50_000;

/** The objects of a shape. Names that the style cannot write are left out: such members are never there. */
export function objectNode(emitter: Emitter, shape: ObjectShape, style: ObjectStyle): ProgramNode {
  const { builder } = emitter;
  if (shape.values !== undefined) {
    return builder.alternatives(...shape.values.map((value) => emitter.objectLiteral(value as Readonly<Record<string, JsonValue>>, style)));
  }
  const { known, others } = membersOf(emitter.expander, shape, emitter.options.undeclared);
  const isPossible = ({ name, demand }: KnownMember): boolean => style.canName(name) && !emitter.expander.isNever(demand);
  if (known.some((member) => member.required && !isPossible(member))) return builder.alternatives();
  const members = { known: known.every(({ name }) => style.canName(name)) ? known : known.filter(({ name }) => style.canName(name)), others };
  const { witnesses } = shape;
  if (witnesses.length > MOST_WITNESSES) {
    emitter.expander.options.cannot(witnesses[0]?.at ?? '', `more than ${MOST_WITNESSES} members that violate something cannot be looked for at once`);
  }
  if (witnesses.length > 0 && emitter.options.propertyOrder === 'any') {
    emitter.expander.options.cannot(witnesses[0]?.at ?? '', 'with propertyOrder `any` a member that violates something cannot be looked for');
  }
  return new ObjectWriter(emitter, { ...shape, witnesses: witnesses.slice(0, MOST_WITNESSES) }, members, style).write();
}

/** How far an object is, beside the known members that it has passed. */
interface Progress {
  readonly started: boolean;
  /** Witnesses that are still missing, as bits. */
  readonly missing: number;
  /** Fewest and most further members. */
  readonly least: number;
  readonly most: number;
}

/** A way past a known member: what its value must be, or nothing if it is left out. */
interface Pass {
  readonly demand: Demand | undefined;
  /** Of the progress that it leads to. */
  readonly key: string;
}

/** What is possible at one place, and how it goes on. */
type Level = readonly { readonly progress: Progress; readonly key: string; readonly passes: readonly Pass[] }[];

class ObjectWriter {
  readonly #emitter: Emitter;
  readonly #shape: ObjectShape;
  readonly #style: ObjectStyle;
  /** Members that have a place, members of known name that have none, and all others. */
  readonly #ordered: readonly KnownMember[];
  readonly #loose: readonly KnownMember[];
  readonly #others: readonly NameClass[];
  #ends: Map<string, ProgramNode> | undefined;
  #written: Map<string, ProgramNode> | undefined;

  constructor(emitter: Emitter, shape: ObjectShape, { known, others }: Members, style: ObjectStyle) {
    // Where witnesses are looked for each known member is passed one by one.
    const hasPlace = ({ declared }: KnownMember): boolean => emitter.options.propertyOrder === 'declared' && (declared || shape.witnesses.length > 0);
    this.#emitter = emitter;
    this.#shape = shape;
    this.#style = style;
    this.#ordered = known.filter(hasPlace);
    this.#loose = this.#ordered.length === known.length ? [] : known.filter((member) => !hasPlace(member));
    this.#others = others;
  }

  /** Known members in their order, then the others. */
  write(): ProgramNode {
    const { builder } = this.#emitter;
    const { min, max, witnesses } = this.#shape;
    if (witnesses.length === 0) {
      if (this.#isPlain()) return this.#plain();
      return builder.sequence(this.#style.object.open, this.#unordered({ started: false, missing: 0, least: min, most: max }, this.#ordered));
    }
    const start: Progress = { started: false, missing: (1 << witnesses.length) - 1, least: min, most: max };
    const levels = this.#levels(start);
    // Backwards, so that all that may follow is there before it is needed.
    let after = new Map((levels.pop() as Level).map(({ key, progress }) => [key, this.#end(progress)]));
    for (let i = levels.length - 1; i >= 0; i--) {
      const member = this.#ordered[i] as KnownMember;
      const rests = after;
      after = new Map((levels[i] as Level).map(({ key, progress, passes }) => [key, builder.alternatives(...passes.map(({ demand, key: next }) => {
        const rest = rests.get(next) as ProgramNode;
        return demand === undefined ? rest : builder.sequence(this.#comma(progress), this.#member(member, demand), rest);
      }))]));
    }
    return builder.sequence(this.#style.object.open, after.get(keyOfProgress(start)) as ProgramNode);
  }

  /** Members in order and no others, nearly all required, which are as many as there must be. */
  #isPlain(): boolean {
    const count = this.#ordered.length;
    if (this.#loose.length + this.#others.length > 0 || count > MOST_PLAIN) return false;
    let required = 0;
    for (const member of this.#ordered) if (member.required) required++;
    return count - required <= FEW_OPTIONAL && this.#shape.min <= required && this.#shape.max >= count;
  }

  /** Member by member. */
  #plain(): ProgramNode {
    const { builder } = this.#emitter;
    const { open, separator, close, closeEmpty } = this.#style.object;
    const firstRequired = this.#ordered.findIndex(({ required }) => required);
    // What may follow, backwards: once there was a member, and where there was none yet.
    let later = [close];
    let first = [closeEmpty];
    const optional = (present: readonly ProgramNode[], absent: readonly ProgramNode[]): ProgramNode[] =>
      [builder.alternatives(builder.sequence(...present.toReversed()), builder.sequence(...absent.toReversed()))];
    for (let i = this.#ordered.length - 1; i >= 0; i--) {
      const member = this.#ordered[i] as KnownMember;
      const node = this.#member(member, member.demand);
      if (firstRequired < 0 || i <= firstRequired) first = member.required ? [...later, node] : optional([...later, node], first);
      if (i === 0) break;
      if (member.required) later.push(node, separator);
      else later = optional([...later, node, separator], later);
    }
    return builder.sequence(open, ...first.reverse());
  }

  /** Every progress that is possible before each of the ordered members, and after the last. */
  #levels(start: Progress): Level[] {
    let level: readonly Progress[] = [start];
    let states = 1;
    const levels = this.#ordered.map((member) => {
      const next = new Map<string, Progress>();
      const here = level.map((progress) => ({ progress, key: keyOfProgress(progress), passes: this.#passes(progress, member, next) }));
      level = [...next.values()];
      states += level.length;
      if (states > MOST_STATES) {
        this.#emitter.expander.options.cannot(this.#shape.witnesses[0]?.at ?? '', 'counting its members takes too many states');
      }
      return here;
    });
    return [...levels, level.map((progress) => ({ progress, key: keyOfProgress(progress), passes: [] }))];
  }

  /** The ways past a member; where they lead is noted in `next`. */
  #passes(progress: Progress, member: KnownMember, next: Map<string, Progress>): readonly Pass[] {
    const pass = (to: Progress, demand?: Demand): Pass => {
      const key = keyOfProgress(to);
      next.set(key, to);
      return { key, demand };
    };
    const skipped = member.required ? [] : [pass(progress)];
    if (progress.most === 0) return skipped;
    return [...this.#asWitness(progress, member).map(({ demand, missing }) => pass({ ...oneMore(progress), missing }, demand)), ...skipped];
  }

  /** A member as any combination of the witnesses that it can be and that are still missing. */
  #asWitness({ missing }: Progress, { demand, witnesses }: KnownMember | NameClass): readonly { readonly demand: Demand; readonly missing: number }[] {
    if (missing === 0) return [{ demand, missing }];
    return witnesses.filter((i) => (missing >> i & 1) === 1).reduce((choices, i) => [
      ...choices,
      ...choices.map((choice) => ({ demand: both(choice.demand, this.#shape.witnesses[i]?.value ?? []), missing: choice.missing & ~(1 << i) })),
    ], [{ demand, missing }]).filter((choice) => !this.#emitter.expander.isNever(choice.demand));
  }

  /** What may follow the ordered members. */
  #end(progress: Progress): ProgramNode {
    const key = keyOfProgress(progress);
    const ends = (this.#ends ??= new Map<string, ProgramNode>());
    const known = ends.get(key);
    if (known !== undefined) return known;
    const node = progress.missing === 0 ? this.#unordered(progress) : this.#missing(progress);
    ends.set(key, node);
    if (ends.size > MOST_STATES) this.#emitter.expander.options.cannot(this.#shape.witnesses[0]?.at ?? '', 'counting its members takes too many states');
    return node;
  }

  /** Members of known names, some of them in order, and the others between and behind those that have none. */
  #unordered(progress: Progress, ordered: readonly KnownMember[] = []): ProgramNode {
    const { builder } = this.#emitter;
    const { separator, close, closeEmpty } = this.#style.object;
    const { started, least, most } = progress;
    const known = [...ordered.map((member) => ({ member, ordered: true })), ...this.#loose.map((member) => ({ member, ordered: false }))];
    const needed = known.filter(({ member }) => member.required).length;
    const isPossible = needed <= most && (this.#others.length > 0 || least <= known.length);
    if (!isPossible) return builder.alternatives();
    const end = started ? close : closeEmpty;
    if (most === 0 || known.length + this.#others.length === 0) return end;
    const parts = known.map(({ member, ordered: isOrdered }) => ({ node: this.#member(member, member.demand), required: member.required, ordered: isOrdered }));
    const others = this.#others.map((one) => this.#other(one, one.demand));
    const rest = others.length === 0 ? undefined : builder.alternatives(...others);
    const members = parts.length === 0 && rest !== undefined
      ? builder.repeat(rest, { min: Math.max(1, least), max: most, separator })
      : builder.members(parts, { rest, separator, min: Math.max(1, least), max: most });
    const some = builder.sequence(this.#comma(progress), members, close);
    return least === 0 && needed === 0 ? builder.alternatives(end, some) : some;
  }

  /** Any other members, and among them those that are missing. */
  #missing(progress: Progress): ProgramNode {
    const { builder } = this.#emitter;
    const comma = this.#comma(progress);
    if (progress.most === 0 || this.#others.length === 0) return builder.alternatives();
    const choices = this.#others.flatMap((one) => this.#asWitness(progress, one).map((choice) => ({ ...choice, node: this.#otherAs(one, choice, progress) })));
    const idle = choices.filter(({ missing }) => missing === progress.missing).map(({ node }) => node);
    const found = choices.filter(({ missing }) => missing !== progress.missing)
      .map(({ node, missing }) => builder.sequence(node, this.#end({ ...oneMore(progress), missing })));
    if (progress.least > 0 || progress.most < Infinity) {
      const more = idle.map((node) => builder.sequence(node, this.#end(oneMore(progress))));
      return builder.sequence(comma, builder.alternatives(...found, ...more));
    }
    const skipped = builder.repeat(builder.sequence(builder.alternatives(...idle), this.#style.object.separator));
    return builder.sequence(comma, skipped, builder.alternatives(...found));
  }

  /** Another member that is the witnesses by which `choice` differs from `before`: their demands on the name hold, too. */
  #otherAs(one: NameClass, choice: { readonly demand: Demand; readonly missing: number }, before: Progress): ProgramNode {
    const found = this.#shape.witnesses.filter((_, i) => ((before.missing & ~choice.missing) >> i & 1) === 1);
    const name = found.reduce<Demand>((all, witness) => both(all, witness.name), this.#shape.name);
    if (name === this.#shape.name) return this.#other(one, choice.demand);
    return this.#once(`${keyOf(name)};${keyOf(choice.demand)}`, one, () => this.#otherNamed(one, name, choice.demand));
  }

  /** A member of the class whose name also meets the demand. */
  #otherNamed(one: NameClass, name: Demand, demand: Demand): ProgramNode {
    const { builder } = this.#emitter;
    return builder.alternatives(...this.#emitter.expander.shape(name).string.filter(({ values }) => values === undefined).map(({ match = [], avoid = [], not = [], min, max }) =>
      this.#style.other({
        ...one.names,
        match: [...(one.names.match ?? []), ...match],
        avoid: [...(one.names.avoid ?? []), ...avoid],
        not: [...(one.names.not ?? []), ...not],
        min: Math.max(one.names.min ?? 0, min ?? 0),
        max: Math.min(one.names.max ?? Infinity, max ?? Infinity),
      }, this.#emitter.styled(demand, this.#style))));
  }

  #member({ name }: KnownMember, demand: Demand): ProgramNode {
    return this.#style.member(name, this.#emitter.styled(demand, this.#style));
  }

  #other(one: NameClass, demand: Demand): ProgramNode {
    return this.#once(keyOf(demand), one, () => this.#style.other(one.names, this.#emitter.styled(demand, this.#style)));
  }

  /** Where members are counted the same one may stand in thousands of places. */
  #once(key: string, one: NameClass, make: () => ProgramNode): ProgramNode {
    const whole = `${this.#others.indexOf(one)};${key}`;
    const written = (this.#written ??= new Map<string, ProgramNode>());
    const known = written.get(whole);
    if (known !== undefined) return known;
    const node = make();
    written.set(whole, node);
    return node;
  }

  #comma({ started }: Progress): ProgramNode {
    return started ? this.#style.object.separator : this.#emitter.builder.empty();
  }
}

function keyOfProgress({ started, missing, least, most }: Progress): string {
  return `${started ? 1 : 0},${missing},${least},${most}`;
}

/** One member later. */
function oneMore(progress: Progress): Progress {
  const { missing, least, most } = progress;
  return { started: true, missing, least: Math.max(0, least - 1), most: most - 1 };
}

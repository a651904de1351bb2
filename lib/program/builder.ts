// The program: what the schema and format compilers produce and the native engine runs. A small algebra over bytes and
// tokens; native/program/program.h is the other side of this file and documents the buffer.

import { endianness } from 'node:os';
import { SurecallError } from '../errors.js';
import { NodeTable } from './node-table.js';

/** A node of a program under construction. Only meaningful to the builder that made it. */
export type ProgramNode = number & { readonly __brand: 'ProgramNode' };

/** A rule of a program under construction: a body that may refer to itself. */
export type ProgramRule = number & { readonly __brand: 'ProgramRule' };

/** Bounds and separator of {@link ProgramBuilder.repeat}. */
export interface RepeatOptions {
  /** Default 0. */
  readonly min?: number;
  /** Default unbounded. */
  readonly max?: number;
  readonly separator?: ProgramNode;
}

/** One part of {@link ProgramBuilder.members}. */
export interface MemberPart {
  /** Must not accept the empty text. */
  readonly node: ProgramNode;
  readonly required: boolean;
  /** Stands before all that are not, in the order of the list. Default false. */
  readonly ordered?: boolean;
}

/** Bounds, separator and rest of {@link ProgramBuilder.members}. */
export interface MembersOptions {
  /** What may be used any number of times between the members. Must not accept the empty text. */
  readonly rest?: ProgramNode | undefined;
  readonly separator?: ProgramNode | undefined;
  /** Fewest members and rests together. Default 0. */
  readonly min?: number;
  /** Most members and rests together. Default unbounded. */
  readonly max?: number;
}

/** What {@link ProgramBuilder.textValue} accepts, and how it is spelled. */
export interface TextValueOptions {
  /** Patterns that the whole text must match, each of them; syntax in native/program/text.h. */
  readonly match?: readonly string[];
  /** Patterns that the whole text must not match. Many literals are one pattern: `a|b|c`. */
  readonly avoid?: readonly string[];
  /** Decimal numbers, `12` or `0.25`: the text is a JSON number without exponent that is a multiple of each. */
  readonly multipleOf?: readonly string[];
  /** The text is not a multiple of any of these. */
  readonly notMultipleOf?: readonly string[];
  /** Fewest code points. Default 0. */
  readonly min?: number;
  /** Most code points. Default unbounded. */
  readonly max?: number;
  /** `json` (default): the inside of a JSON string, every escape allowed. `raw`: the text itself. */
  readonly spelling?: 'json' | 'raw';
}

const MAGIC = 0x31504353; // "SCP1"
const NONE = 0xffffffff;
const OP = {
  bytes: 0, sequence: 1, alternatives: 2, repeat: 3, regex: 4, rule: 5, token: 6, capture: 7, text: 8, members: 9, tokenSet: 10, tokenLimit: 11,
} as const;
const SPELLING = { json: 0, raw: 1, names: 2 } as const;
/** Of UTF-8 for one code unit of UTF-16. */
const MOST_BYTES = 3;
const NEGATED = 1;
const MULTIPLE = 2;
const NAME = 4;
const REQUIRED = 1;
const ORDERED = 2;

/**
 * Builds a program bottom up. Equal nodes are made once, so that compilers need not remember what they have built; a
 * node may be used any number of times.
 */
export class ProgramBuilder {
  readonly #table = new NodeTable();
  readonly #rules: (ProgramNode | undefined)[] = [];
  readonly #texts = new Map<string, { readonly offset: number; readonly length: number }>();
  /** All texts as UTF-8, one after another. */
  #pool = Buffer.allocUnsafe(4096);
  #poolSize = 0;

  /** Exactly this text, as UTF-8. */
  text(text: string): ProgramNode {
    return this.#textNode(OP.bytes, text);
  }

  /** Nothing: the empty text. */
  empty(): ProgramNode {
    return this.text('');
  }

  /** The parts, one after another. */
  sequence(...parts: readonly ProgramNode[]): ProgramNode {
    return parts.length === 1 ? (parts[0] as ProgramNode) : this.#listNode(OP.sequence, parts);
  }

  /** Any one of the parts; with none, what nobody can take. */
  alternatives(...parts: readonly ProgramNode[]): ProgramNode {
    if (parts.length === 1) return parts[0] as ProgramNode;
    const distinct = [...new Set(parts)];
    return distinct.length === 1 ? (distinct[0] as ProgramNode) : this.#listNode(OP.alternatives, distinct);
  }

  /** The part or nothing. */
  optional(part: ProgramNode): ProgramNode {
    return this.alternatives(part, this.empty());
  }

  /** The part `min` to `max` times, with the separator in between. */
  repeat(part: ProgramNode, { min = 0, max = Infinity, separator }: RepeatOptions = {}): ProgramNode {
    return this.#node(OP.repeat, part, min, Number.isFinite(max) ? max : NONE, separator ?? NONE);
  }

  /**
   * The parts, each at most once, those required exactly once, with separators in between: first the ordered ones in the order
   * of the list, then the others and the rest in any order. Parts that begin
   * with literal text (a {@link text}, or a {@link sequence} that begins with one) are told apart at little cost, however
   * many there are. If the bounds admit nothing, or a part or the rest may be empty, the native compiler refuses the program.
   */
  members(parts: readonly MemberPart[], { rest, separator, min = 0, max = Infinity }: MembersOptions = {}): ProgramNode {
    const words: number[] = [rest ?? NONE, separator ?? NONE];
    for (const { node, required, ordered = false } of parts) words.push(node, (required ? REQUIRED : 0) | (ordered ? ORDERED : 0));
    return this.#table.listNode(OP.members, words, parts.length, min, Number.isFinite(max) ? max : NONE) as ProgramNode;
  }

  /** What the whole pattern matches; syntax in native/program/dfa.h. */
  regex(pattern: string): ProgramNode {
    return this.#textNode(OP.regex, pattern);
  }

  /** A text of `min` to `max` code points that matches every pattern of `match` and none of `avoid`. */
  textValue({ match = [], avoid = [], multipleOf = [], notMultipleOf = [], min = 0, max = Infinity, spelling = 'json' }: TextValueOptions): ProgramNode {
    const patterns = [
      ...match.map((text) => [text, 0] as const),
      ...multipleOf.map((text) => [text, MULTIPLE] as const),
      ...notMultipleOf.map((text) => [text, MULTIPLE | NEGATED] as const),
      ...avoid.map((text) => [text, NEGATED] as const),
    ];
    return this.#patternsNode(SPELLING[spelling], patterns, min, max);
  }

  /**
   * The inside of any JSON string but these, which must be of printable ASCII characters: names that are not listed. Much
   * cheaper than a {@link textValue} that avoids them; printable ASCII is escaped only where JSON demands it.
   */
  otherName(names: readonly string[]): ProgramNode {
    return this.#patternsNode(SPELLING.names, names.map((name) => [name, NAME | NEGATED] as const), 0, Infinity);
  }

  /** The token with this id itself, not its spelling. */
  token(id: number): ProgramNode {
    return this.#node(OP.token, id);
  }

  /** Any one of these tokens. */
  tokenSet(ids: readonly number[]): ProgramNode {
    return this.#listNode(OP.tokenSet, distinct(ids));
  }

  /** Any one token but these; never one that ends generation. */
  anyTokenBut(ids: readonly number[]): ProgramNode {
    return this.#listNode(OP.tokenSet, distinct(ids), 1);
  }

  /** What a node made by {@link textValue} accepts, of which at most `max` tokens, 1 or more, hold a byte. */
  tokenLimit(text: ProgramNode, max: number): ProgramNode {
    return this.#node(OP.tokenLimit, text, max);
  }

  /** The part, remembering where it stood in the text. */
  capture(name: string, part: ProgramNode): ProgramNode {
    const { offset, length } = this.#intern(name);
    return this.#node(OP.capture, offset, length, part);
  }

  /** A rule whose body is defined later with {@link define}, so that it can refer to itself. */
  rule(): ProgramRule {
    return (this.#rules.push(undefined) - 1) as ProgramRule;
  }

  /** Gives a rule its body. */
  define(rule: ProgramRule, body: ProgramNode): void {
    this.#rules[rule] = body;
  }

  /** What the body of the rule accepts. */
  call(rule: ProgramRule): ProgramNode {
    return this.#node(OP.rule, rule);
  }

  /**
   * The program that starts at `root`, as the buffer that the addon compiles. Alternatives that cannot be completed are
   * left out there; if nothing else is left the addon refuses it with a message that begins with `unsatisfiable: `.
   *
   * @throws SurecallError `SURECALL_INVALID_PROGRAM` if a rule has no body.
   */
  finish(root: ProgramNode): Uint8Array {
    if (this.#rules.includes(undefined)) {
      throw new SurecallError('SURECALL_INVALID_PROGRAM', 'invalid program: a rule has no body');
    }
    const nodes = this.#table.nodes();
    const lists = this.#table.lists();
    const header = [MAGIC, this.#table.count, this.#rules.length, lists.length, this.#poolSize, root];
    const words = header.length + nodes.length + this.#rules.length + lists.length;
    const out = new Uint8Array(words * 4 + this.#poolSize);
    const view = new Uint32Array(out.buffer, 0, words);
    let at = 0;
    for (const part of [header, nodes, this.#rules as number[], lists]) {
      view.set(part, at);
      at += part.length;
    }
    if (endianness() === 'BE') Buffer.from(out.buffer, 0, words * 4).swap32();
    out.set(this.#pool.subarray(0, this.#poolSize), words * 4);
    return out;
  }

  #patternsNode(spelling: number, patterns: readonly (readonly [text: string, flags: number])[], min: number, max: number): ProgramNode {
    const words = [spelling];
    for (const [text, flags] of patterns) {
      const { offset, length } = this.#intern(text);
      words.push(offset, length, flags);
    }
    return this.#table.listNode(OP.text, words, patterns.length, min, Number.isFinite(max) ? max : NONE) as ProgramNode;
  }

  #textNode(op: number, text: string): ProgramNode {
    const { offset, length } = this.#intern(text);
    return this.#node(op, offset, length);
  }

  #listNode(op: number, parts: readonly number[], flags = 0): ProgramNode {
    return this.#table.listNode(op, parts, parts.length, flags, 0) as ProgramNode;
  }

  #node(op: number, a: number, b = 0, c = 0, d = 0): ProgramNode {
    return this.#table.node(op, a, b, c, d) as ProgramNode;
  }

  #intern(text: string): { readonly offset: number; readonly length: number } {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#reserve(text.length * MOST_BYTES);
    const place = { offset: this.#poolSize, length: this.#pool.write(text, this.#poolSize, 'utf8') };
    this.#poolSize += place.length;
    this.#texts.set(text, place);
    return place;
  }

  #reserve(bytes: number): void {
    if (this.#poolSize + bytes <= this.#pool.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#poolSize + bytes, this.#pool.length * 2));
    this.#pool.copy(larger, 0, 0, this.#poolSize);
    this.#pool = larger;
  }
}

function distinct(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}

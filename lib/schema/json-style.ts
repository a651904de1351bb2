// Objects and arrays as JSON.

import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import type { Brackets, MarkMember, ObjectStyle, StyledValue, ValueStyle } from './object-style.js';
import { textPatterns } from './scalars.js';
import type { StringShape } from './shape.js';
import type { Spelling } from './spelling.js';

const PRINTABLE_ASCII = /^[ -~]*$/;

export class JsonStyle implements ValueStyle {
  readonly name: string = 'json';
  readonly object: Brackets;
  readonly list: Brackets;
  readonly #builder: ProgramBuilder;
  readonly #colon: ProgramNode;
  readonly #fixedColon: string | undefined;

  constructor(builder: ProgramBuilder, spelling: Spelling) {
    this.#builder = builder;
    this.#colon = spelling.colon();
    this.#fixedColon = spelling.fixed(':');
    this.object = spelling.brackets('{', '}');
    this.list = spelling.brackets('[', ']');
  }

  get inside(): ValueStyle {
    return this;
  }

  canName(): boolean {
    return true;
  }

  member(name: string, value: StyledValue): ProgramNode {
    return this.#builder.sequence(this.#key(name), this.marked(value.json()));
  }

  other(names: StringShape, value: StyledValue): ProgramNode {
    const builder = this.#builder;
    return builder.sequence(builder.text('"'), this.#name(names), builder.text('"'), this.#colon, this.marked(value.json()));
  }

  item(value: StyledValue): ProgramNode {
    return value.json();
  }

  protected marked(value: ProgramNode): ProgramNode {
    return value;
  }

  /** One text where that is possible: members are told apart by what they literally begin with. */
  #key(name: string): ProgramNode {
    const builder = this.#builder;
    const quoted = JSON.stringify(name);
    return this.#fixedColon === undefined ? builder.sequence(builder.text(quoted), this.#colon) : builder.text(quoted + this.#fixedColon);
  }

  #name(names: StringShape): ProgramNode {
    const { match = [], avoid = [], not = [], min = 0, max = Infinity } = names;
    const isFree = match.length + avoid.length === 0 && min === 0 && max === Infinity;
    const builder = this.#builder;
    return isFree && not.every((name) => PRINTABLE_ASCII.test(name)) ? builder.otherName(not) : builder.textValue(textPatterns(names));
  }
}

/** JSON whose outermost object has its values marked; all inside is plain JSON. */
export class MarkedJsonStyle extends JsonStyle implements ObjectStyle {
  override readonly name = 'marked json';
  readonly #inside: JsonStyle;
  readonly #mark: MarkMember;

  constructor(builder: ProgramBuilder, spelling: Spelling, mark: MarkMember) {
    super(builder, spelling);
    this.#inside = new JsonStyle(builder, spelling);
    this.#mark = mark;
  }

  override get inside(): ValueStyle {
    return this.#inside;
  }

  protected override marked(value: ProgramNode): ProgramNode {
    return this.#mark(value);
  }
}

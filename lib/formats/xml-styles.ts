// How the XML styles of `json_schema` write an object: a table, and the styles that the schema compiler applies.
//
// All styles share one idea. The members of the outermost object stand one after another, each in a tag that names it, with
// white space around them; there are no braces or commas. A string stands in its tag as it is, without quotes or escapes,
// so it cannot hold the closing tag; all other values are JSON, objects and arrays included, with white space around
// them. The exceptions are members of the table: `kinds` (an attribute says what the value is) and `nested` (objects
// and arrays are written as tags, too).
//
// Nothing is escaped, so what cannot be read back cannot be written: a name or a string that holds what ends it. Names that the
// schema does not declare are identifiers, unless a pattern says what they are.

import { DEFAULT_LIMITS } from '../defaults.js';
import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import type { JsonType } from '../schema/json-schema.js';
import type { Brackets, MarkMember, ObjectStyle, StyledValue, ValueParts, ValueStyle } from '../schema/object-style.js';
import { literalPattern, type TextPatterns } from '../schema/pattern.js';
import { textPatterns } from '../schema/scalars.js';
import type { StringShape } from '../schema/shape.js';
import type { JsonSchemaStyle } from './structural-tag.js';

/** The styles that are not JSON. */
export type XmlStyleName = Exclude<JsonSchemaStyle, 'json'>;

/** How one style writes the parts of an object. */
export interface TagSpelling {
  /** Before and behind the name. */
  readonly open: readonly [string, string];
  /** Between name and value where that is more than an attribute: ends the opening tag, after `kind`. */
  readonly value: string;
  readonly close: string;
  /** White space may stand between the parts of the opening: two tags, not one. */
  readonly isPair?: boolean;
  /** The attribute that says what the value is: before and behind it. */
  readonly kind?: readonly [string, string];
  /** What the attribute may say of a type. The first is what the model was trained on. */
  readonly kinds?: Readonly<Record<JsonType, readonly string[]>>;
  /** Objects and arrays are tags, too: how the tag of an item, which has no name, begins. */
  readonly nested?: { readonly item: string };
}

const DEEPSEEK_KINDS = kinds({ string: ['true', 'false'] }, ['false', 'true']);

export const XML_STYLES: Readonly<Record<XmlStyleName, TagSpelling>> = {
  // <parameter=name>value</parameter>
  qwen_xml: { open: ['<parameter=', ''], value: '>', close: '</parameter>' },
  // <parameter name="name">value</parameter>
  minimax_xml: { open: ['<parameter name="', '"'], value: '>', close: '</parameter>' },
  // <｜DSML｜parameter name="name" string="true">value</｜DSML｜parameter>; servers take either word for any value
  deepseek_xml: {
    open: ['<｜DSML｜parameter name="', '"'],
    kind: [' string="', '"'],
    kinds: DEEPSEEK_KINDS,
    value: '>',
    close: '</｜DSML｜parameter>',
  },
  // <arg_key>name</arg_key><arg_value>value</arg_value>
  glm_xml: { open: ['<arg_key>', '</arg_key>'], value: '<arg_value>', close: '</arg_value>', isPair: true },
  // <cofl:value name="name" type="raw">value</cofl:value>; without a name in lists
  cohere_xml: {
    open: ['<cofl:value name="', '"'],
    kind: [' type="', '"'],
    kinds: kinds({ string: ['raw'], object: ['dict'], array: ['list'] }, ['json']),
    value: '>',
    close: '</cofl:value>',
    nested: { item: '<cofl:value' },
  },
  // <|open|>argument key="name" type="string"<|sep|>value<|close|>argument<|sep|>
  kimi_k3_xml: {
    open: ['<|open|>argument key="', '"'],
    kind: [' type="', '"'],
    kinds: {
      string: ['string'], number: ['number'], integer: ['number'], boolean: ['boolean'], null: ['null'], object: ['object'], array: ['array'],
    },
    value: '<|sep|>',
    close: '<|close|>argument<|sep|>',
  },
};

function kinds(special: Partial<Record<JsonType, readonly string[]>>, others: readonly string[]): Record<JsonType, readonly string[]> {
  return {
    string: others, number: others, integer: others, boolean: others, null: others, object: others, array: others, ...special,
  };
}

const IDENTIFIER = '[a-zA-Z_][a-zA-Z0-9_]*';
const ONE_LINE = String.raw`[^\x00-\x1f]+`;

/** Options of {@link xmlStyle}. */
interface XmlStyleOptions {
  readonly mark?: MarkMember | undefined;
  readonly whitespaceRun?: number | undefined;
}

/** The style of this name, with at most `whitespaceRun` white-space characters in a row. `mark` gets the members of the outermost object, each from behind its name to its end. */
export function xmlStyle(builder: ProgramBuilder, name: XmlStyleName, { mark, whitespaceRun = DEFAULT_LIMITS.whitespaceRun }: XmlStyleOptions = {}): ObjectStyle {
  const { nested } = XML_STYLES[name];
  const space = builder.regex(String.raw`[ \n\t]{0,${whitespaceRun}}`);
  return nested === undefined ? new XmlStyle(builder, name, space, mark) : new NestedXmlStyle(builder, name, space, mark, nested.item);
}

/** Objects as tags, all inside as JSON. */
class XmlStyle implements ObjectStyle {
  readonly name: string;
  readonly object: Brackets;
  protected readonly builder: ProgramBuilder;
  readonly #mark: MarkMember | undefined;
  readonly #spelling: TagSpelling;
  readonly #space: ProgramNode;
  /** What ends a name. */
  readonly #nameEnd: string;

  constructor(builder: ProgramBuilder, name: XmlStyleName, space: ProgramNode, mark: MarkMember | undefined) {
    this.name = mark === undefined ? name : `marked ${name}`;
    this.builder = builder;
    this.#mark = mark;
    this.#spelling = XML_STYLES[name];
    const { open: [, behind], value } = this.#spelling;
    this.#nameEnd = behind === '' ? value : behind;
    this.#space = space;
    this.object = { open: space, separator: space, close: space, closeEmpty: builder.empty() };
  }

  get inside(): ValueStyle | undefined {
    return undefined;
  }

  canName(name: string): boolean {
    return !name.includes(this.#nameEnd);
  }

  member(name: string, value: StyledValue): ProgramNode {
    const [before, behind] = this.#spelling.open;
    return this.builder.sequence(this.builder.text(before + name + behind), this.#marked(value));
  }

  other(names: StringShape, value: StyledValue): ProgramNode {
    const { builder } = this;
    const [before, behind] = this.#spelling.open;
    const patterns = textPatterns(names);
    const name = this.#raw({ ...patterns, match: [...patterns.match, patterns.match.length === 0 ? IDENTIFIER : ONE_LINE] }, this.#nameEnd);
    return builder.sequence(builder.text(before), name, builder.text(behind), this.#marked(value));
  }

  #marked(value: StyledValue): ProgramNode {
    const node = this.rest(value);
    return this.#mark?.(node) ?? node;
  }

  /** What stands behind the name: one way for each attribute that fits a kind of value. */
  protected rest(value: StyledValue): ProgramNode {
    const { builder } = this;
    const parts = value.parts();
    const ways = new Map<string, ProgramNode[]>();
    for (const [type, node] of this.#values(value, parts)) {
      for (const kind of this.#kindsOf(type, parts)) ways.set(kind, [...(ways.get(kind) ?? []), node]);
    }
    return builder.alternatives(...[...ways].map(([kind, nodes]) =>
      builder.sequence(this.#opening(kind), builder.alternatives(...nodes), builder.text(this.#spelling.close))));
  }

  #values(value: StyledValue, { strings, literals, others, isAny }: ValueParts): [type: JsonType, inside: ProgramNode][] {
    const { close, nested } = this.#spelling;
    const spaced = (node: ProgramNode): ProgramNode => this.builder.sequence(this.#space, node, this.#space);
    // Where nothing is known of a value and tags are nested, only JSON can say what it is.
    if (isAny && nested !== undefined) return [['null', spaced(value.json())]];
    const fitting = literals.filter((text) => !text.includes(close));
    return [
      ...strings.map((patterns) => ['string', this.#raw(patterns, close)] as [JsonType, ProgramNode]),
      ...fitting.map((text) => ['string', this.builder.text(text)] as [JsonType, ProgramNode]),
      ...Array.from(others, ([type, node]) => [type, spaced(node)] as [JsonType, ProgramNode]),
    ];
  }

  /** A text as it stands in its tag: it cannot hold what ends it. */
  #raw({ match, avoid, ...length }: TextPatterns, end: string): ProgramNode {
    return this.builder.textValue({ match, avoid: [...avoid, `[^]*(?:${literalPattern([end])})[^]*`], ...length, spelling: 'raw' });
  }

  /** Empty for styles without such an attribute. */
  #kindsOf(type: JsonType, { isAny }: ValueParts): readonly string[] {
    const known = this.#spelling.kinds?.[type] ?? [''];
    // Any name of a type where no type is declared.
    return isAny && known[0] === 'number' ? [...known, 'integer'] : known;
  }

  #opening(kind: string): ProgramNode {
    const { kind: attribute = ['', ''], value, isPair = false } = this.#spelling;
    const text = this.builder.text(attribute[0] + kind + attribute[1] + value);
    return isPair ? this.builder.sequence(this.#space, text) : text;
  }
}

/** Objects and arrays as tags, inside as well. */
class NestedXmlStyle extends XmlStyle implements ValueStyle {
  readonly #item: string;
  readonly #inside: ValueStyle;

  constructor(builder: ProgramBuilder, name: XmlStyleName, space: ProgramNode, mark: MarkMember | undefined, item: string) {
    super(builder, name, space, mark);
    this.#item = item;
    this.#inside = mark === undefined ? this : new NestedXmlStyle(builder, name, space, undefined, item);
  }

  override get inside(): ValueStyle {
    return this.#inside;
  }

  get list(): Brackets {
    return this.object;
  }

  item(value: StyledValue): ProgramNode {
    return this.builder.sequence(this.builder.text(this.#item), this.rest(value));
  }
}

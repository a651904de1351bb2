// How the XML styles of `json_schema` write an object: a table, and what the schema emitter needs to apply it.
//
// All styles share one idea. The members of the outermost object stand one after another, each in a tag that names it, with
// white space around them; there are no braces or commas. A string stands in its tag as it is, without quotes or escapes,
// so it cannot hold the closing tag; all other values are JSON, objects and arrays included, with white space around
// them. The exceptions are members of the table: `kinds` (an attribute says what the value is) and `nested` (objects
// and arrays are written as tags, too).
//
// How the emitter uses it: at the outermost object, instead of braces, quoted names and commas,
//   style.space                                   before, between and after the members
//   style.member(name, value)                     a declared member; `value` holds the ways its value may be written
//   style.member(style.undeclaredName, value)     an additional member, or one of patternProperties (any name node)
// and where `style.nested` holds, inside values too: `dict` and `list` are then `style.members(...)` and `style.item(...)`
// instead of JSON.

import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import type { JsonType } from '../schema/json-schema.js';
import { literalPattern, type TextPatterns } from '../schema/pattern.js';
import type { JsonSchemaStyle } from './structural-tag.js';

/** The styles that are not JSON. */
export type XmlStyleName = Exclude<JsonSchemaStyle, 'json'>;

/** What a value may be, each kind as it is written inside the tag. */
export interface StyledValue {
  /** Strings: what they must match, the union of several. `minLength` and the like are `min` and `max`. */
  readonly strings?: readonly TextPatterns[];
  /** Strings of an `enum` or `const`. */
  readonly literals?: readonly string[];
  /** All other values, by type, as JSON; `number` includes integers. In styles with `nested` also the tags inside. */
  readonly json: ReadonlyMap<Exclude<JsonType, 'string'>, ProgramNode>;
  /** The schema says nothing about the value: kimi_k3_xml then also takes `integer`, cohere_xml writes it as JSON. */
  readonly isAny?: boolean;
  /** For `isAny` in cohere_xml: any JSON value, strings in quotes. */
  readonly anyJson?: ProgramNode;
}

/** How one style writes the parts of an object. */
interface Spelling {
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
  /** Objects and arrays are tags, too. */
  readonly nested?: { readonly item: string };
}

const DEEPSEEK_KINDS = kinds({ string: ['true', 'false'] }, ['false', 'true']);

export const XML_STYLES: Readonly<Record<XmlStyleName, Spelling>> = {
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

/** Writes objects in one style. */
export class XmlStyle {
  /** White space where it may stand: around members and around JSON values. */
  readonly space: ProgramNode;
  /** Names of members that the schema does not declare. */
  readonly undeclaredName: ProgramNode;
  /** Objects and arrays inside are written as tags as well, not as JSON. */
  readonly nested: boolean;
  readonly #builder: ProgramBuilder;
  readonly #spelling: Spelling;

  constructor(builder: ProgramBuilder, name: XmlStyleName) {
    this.#builder = builder;
    this.#spelling = XML_STYLES[name];
    this.space = builder.regex('[ \\n\\t]*');
    this.undeclaredName = builder.regex('[a-zA-Z_][a-zA-Z0-9_]*');
    this.nested = this.#spelling.nested !== undefined;
  }

  /** One member: its tag and a value of any of its kinds. */
  member(name: string | ProgramNode, value: StyledValue): ProgramNode {
    const [before, behind] = this.#spelling.open;
    const key = typeof name === 'string' ? [this.#builder.text(before + name + behind)] : [this.#builder.text(before), name, this.#builder.text(behind)];
    return this.#builder.sequence(...key, this.#rest(value));
  }

  /** One item of a list, in styles with {@link nested}. */
  item(value: StyledValue): ProgramNode {
    return this.#builder.sequence(this.#builder.text(this.#spelling.nested?.item ?? ''), this.#rest(value));
  }

  /** A string as it stands in its tag: it cannot hold the closing tag. */
  rawString({ match, avoid, min, max }: TextPatterns): ProgramNode {
    const close = `[^]*${literalPattern([this.#spelling.close])}[^]*`;
    return this.#builder.textValue({
      match,
      avoid: [...avoid, close],
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      spelling: 'raw',
    });
  }

  /** What stands behind the name: one way for each attribute that fits a kind of value. */
  #rest(value: StyledValue): ProgramNode {
    const builder = this.#builder;
    const ways = new Map<string, ProgramNode[]>();
    for (const [type, node] of this.#values(value)) {
      for (const kind of this.#kindsOf(type, value)) ways.set(kind, [...(ways.get(kind) ?? []), node]);
    }
    return builder.alternatives(...[...ways].map(([kind, nodes]) =>
      builder.sequence(this.#opening(kind), builder.alternatives(...nodes), builder.text(this.#spelling.close))));
  }

  #values(value: StyledValue): [type: JsonType, inside: ProgramNode][] {
    const { strings = [], literals = [], json, isAny = false, anyJson } = value;
    const spaced = (node: ProgramNode): ProgramNode => this.#builder.sequence(this.space, node, this.space);
    // Where nothing is known of a value, only JSON can say what it is.
    if (this.nested && isAny && anyJson !== undefined) return [['null', spaced(anyJson)]];
    const fitting = literals.filter((text) => !text.includes(this.#spelling.close));
    return [
      ...strings.map((shape) => ['string', this.rawString(shape)] as [JsonType, ProgramNode]),
      ...fitting.map((text) => ['string', this.#builder.text(text)] as [JsonType, ProgramNode]),
      ...Array.from(json, ([type, node]) => [type, spaced(node)] as [JsonType, ProgramNode]),
    ];
  }

  /** Empty for styles without such an attribute. */
  #kindsOf(type: JsonType, { isAny = false }: StyledValue): readonly string[] {
    const known = this.#spelling.kinds?.[type] ?? [''];
    // Any name of a type where no type is declared.
    return isAny && known[0] === 'number' ? [...known, 'integer'] : known;
  }

  #opening(kind: string): ProgramNode {
    const { kind: attribute = ['', ''], value, isPair = false } = this.#spelling;
    const text = this.#builder.text(attribute[0] + kind + attribute[1] + value);
    return isPair ? this.#builder.sequence(this.space, text) : text;
  }
}

// Objects in the XML styles, read back: what a server that knows a style makes of a text. Written from the styles' own
// documentation, not from lib/formats/xml-styles.ts, which it tests.

import type { XmlStyleName } from '../../lib/formats/xml-styles.js';

/** A value that was read, in every way in which it can be meant: a style without attributes does not tell `1` from `"1"`. */
export type Readings = readonly unknown[];

interface Grammar {
  readonly open: RegExp;
  readonly close: string;
}

const GRAMMARS: Readonly<Record<XmlStyleName, Grammar>> = {
  qwen_xml: { open: /\s*<parameter=(?<name>[^>]*)>/y, close: '</parameter>' },
  minimax_xml: { open: /\s*<parameter name="(?<name>[^"]*)">/y, close: '</parameter>' },
  deepseek_xml: { open: /\s*<｜DSML｜parameter name="(?<name>[^"]*)" string="(?:true|false)">/y, close: '</｜DSML｜parameter>' },
  glm_xml: { open: /\s*<arg_key>(?<name>[^]*?)<\/arg_key>\s*<arg_value>/y, close: '</arg_value>' },
  cohere_xml: { open: /\s*<cofl:value(?: name="(?<name>[^"]*)")? type="(?<kind>raw|json|dict|list)">/y, close: '</cofl:value>' },
  kimi_k3_xml: {
    open: /\s*<\|open\|>argument key="(?<name>[^"]*)" type="(?<kind>string|number|boolean|null|object|array|integer)"<\|sep\|>/y,
    close: '<|close|>argument<|sep|>',
  },
};

/** The members of the object that `text` is, in all readings; undefined if it is none. */
export function readXml(style: XmlStyleName, text: string): Record<string, Readings> | undefined {
  const reader = new Reader(GRAMMARS[style], text);
  try {
    const members = reader.members();
    return reader.atEnd ? toObject(members) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Every object that the members may mean. */
export function* objectsOf(members: Readonly<Record<string, Readings>>): Generator<Record<string, unknown>> {
  const [first, ...rest] = Object.entries(members);
  if (first === undefined) {
    yield {};
    return;
  }
  const [name, readings] = first;
  for (const value of readings) {
    for (const others of objectsOf(Object.fromEntries(rest))) yield { [name]: value, ...others };
  }
}

function toObject(members: readonly (readonly [string | undefined, Readings])[]): Record<string, Readings> | undefined {
  const names = members.map(([name]) => name);
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return Object.fromEntries(members as [string, Readings][]);
}

class Reader {
  readonly #grammar: Grammar;
  readonly #text: string;
  #at = 0;

  constructor(grammar: Grammar, text: string) {
    this.#grammar = grammar;
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#text.slice(this.#at).trim() === '';
  }

  members(): (readonly [name: string | undefined, value: Readings])[] {
    const members: (readonly [string | undefined, Readings])[] = [];
    for (;;) {
      const { open } = this.#grammar;
      open.lastIndex = this.#at;
      const found = open.exec(this.#text);
      if (found === null) return members;
      this.#at = open.lastIndex;
      members.push([found.groups?.['name'], this.#value(found.groups?.['kind'])]);
    }
  }

  #value(kind: string | undefined): Readings {
    if (kind === 'dict' || kind === 'list') {
      const members = this.members();
      this.#until(/^\s*$/);
      if (kind === 'list') {
        if (members.some(([name]) => name !== undefined)) throw new SyntaxError('a name in a list');
        return products(members.map(([, readings]) => readings));
      }
      const object = toObject(members);
      if (object === undefined) throw new SyntaxError('names');
      return [...objectsOf(object)];
    }
    const inside = this.#until(/[^]*/);
    if (kind === 'string' || kind === 'raw') return [inside];
    if (kind !== undefined) return [JSON.parse(inside)];
    try {
      return [inside, JSON.parse(inside)];
    } catch {
      return [inside];
    }
  }

  /** What stands before the next closing tag, which is passed. */
  #until(shape: RegExp): string {
    const { close } = this.#grammar;
    const end = this.#text.indexOf(close, this.#at);
    const inside = this.#text.slice(this.#at, end);
    if (end < 0 || !shape.test(inside)) throw new SyntaxError('a tag is not closed');
    this.#at = end + close.length;
    return inside;
  }
}

function products(lists: readonly Readings[]): unknown[][] {
  return lists.reduce<unknown[][]>((all, list) => all.flatMap((one) => list.map((value) => [...one, value])), [[]]);
}

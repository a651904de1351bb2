// JSON read and written without losing how it was spelled: numbers keep their text (1.0 stays 1.0, long integers stay
// exact) and members keep their order (JavaScript's objects would move names such as "10" to the front).

/** A number as it was written. */
export class ExactNumber {
  constructor(readonly text: string) {}
}

/** An object as it was written; of members with the same name the last one counts, at the place of the first. */
export type ExactObject = ReadonlyMap<string, ExactJson>;

/** A JSON value as it was written, but for white space and the escapes in strings. */
export type ExactJson = null | boolean | string | ExactNumber | readonly ExactJson[] | ExactObject;

/** Told apart from the other values; a `ReadonlyMap` cannot be tested with `instanceof` alone. */
export function isExactObject(value: ExactJson | undefined): value is ExactObject {
  return value instanceof Map;
}

/** Told apart from the other values. */
export function isExactArray(value: ExactJson | undefined): value is readonly ExactJson[] {
  return Array.isArray(value);
}

/**
 * Reads a JSON text.
 *
 * @throws SyntaxError naming the position.
 */
export function parseExact(text: string): ExactJson {
  const reader = new Reader(text);
  const value = reader.value();
  reader.end();
  return value;
}

/** How members and items are set apart: without white space, as `spell` does by default, or as Python's json.dumps does. */
export interface Spacing {
  readonly comma: string;
  readonly colon: string;
}

/** Python's `json.dumps(value, separators=(',', ':'), ensure_ascii=False)`. */
const COMPACT: Spacing = { comma: ',', colon: ':' };

/** Python's `json.dumps(value, ensure_ascii=False)`. */
export const SPACED: Spacing = { comma: ', ', colon: ': ' };

/** The value as text. */
export function spell(value: ExactJson, spacing: Spacing = COMPACT): string {
  if (value instanceof ExactNumber) return value.text;
  if (isExactArray(value)) return `[${value.map((item) => spell(item, spacing)).join(spacing.comma)}]`;
  if (isExactObject(value)) {
    const members = [...value].map(([name, member]) => `${JSON.stringify(name)}${spacing.colon}${spell(member, spacing)}`);
    return `{${members.join(spacing.comma)}}`;
  }
  return JSON.stringify(value);
}

/** A value of JavaScript as it would be written: the opposite of {@link plain}. */
export function exact(value: unknown): ExactJson {
  return parseExact(JSON.stringify(value));
}

/** The value as JSON.parse gives it. */
export function plain(value: ExactJson): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (isExactArray(value)) return value.map(plain);
  if (isExactObject(value)) {
    // Not assignment, which would lose a member named __proto__.
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
  }
  return value;
}

/** The same value with every object's members in the order in which JavaScript would list them. */
export function inScriptOrder(value: ExactJson): ExactJson {
  if (isExactArray(value)) return value.map(inScriptOrder);
  if (!isExactObject(value)) return value;
  const names = Object.keys(Object.fromEntries([...value.keys()].map((name) => [name, true])));
  return new Map(names.map((name) => [name, inScriptOrder(value.get(name) as ExactJson)]));
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\.)*"/ys;
const SPACE = /[ \t\n\r]*/y;

class Reader {
  #at = 0;

  constructor(readonly text: string) {
    this.#skipSpace();
  }

  value(): ExactJson {
    switch (this.text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return new ExactNumber(this.#match(NUMBER));
    }
  }

  end(): void {
    if (this.#at < this.text.length) this.#fail();
  }

  #object(): ExactObject {
    const members = new Map<string, ExactJson>();
    this.#take('{');
    if (this.#takes('}')) return members;
    do {
      const name = this.#string();
      this.#take(':');
      members.set(name, this.value());
    } while (this.#takes(','));
    this.#take('}');
    return members;
  }

  #array(): readonly ExactJson[] {
    const items: ExactJson[] = [];
    this.#take('[');
    if (this.#takes(']')) return items;
    do items.push(this.value());
    while (this.#takes(','));
    this.#take(']');
    return items;
  }

  #string(): string {
    return JSON.parse(this.#match(STRING)) as string;
  }

  #word<T>(word: string, value: T): T {
    this.#take(word);
    return value;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match === null) this.#fail();
    this.#at = pattern.lastIndex;
    this.#skipSpace();
    return match[0];
  }

  #take(mark: string): void {
    if (!this.#takes(mark)) this.#fail();
  }

  #takes(mark: string): boolean {
    if (!this.text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    this.#skipSpace();
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.text);
    this.#at = SPACE.lastIndex;
  }

  #fail(): never {
    throw new SyntaxError(`not JSON at ${this.#at}: ${JSON.stringify(this.text.slice(this.#at, this.#at + 20))}`);
  }
}

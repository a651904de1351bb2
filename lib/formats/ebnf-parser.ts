// Grammars in EBNF as xgrammar documents it (a superset of llama.cpp's GBNF) -> syntax tree:
//
//   rule     ::= name ("[temperature=" number "]")? "::=" choice        the name is the first thing on its line
//   choice   ::= sequence ("|" sequence)*
//   sequence ::= (element ("?" | "*" | "+" | "{" min ("," max?)? "}")?)*
//   element  ::= "text" | [class] | name | ( choice ) | macro
//   macro    ::= Token(id, ...) | ExcludeToken(id, ...)
//              | TagDispatch(("text", name), ..., loop_after_dispatch=true, excludes=("text", ...))
//              | TokenTagDispatch((id, name), ..., loop_after_dispatch=true, excludes=(id, ...))
//
// A temperature says how to sample, not which texts are accepted: it is read and has no effect. Lookahead assertions,
// (=...), say what follows a rule from within it; they cannot be enforced, so they are refused.

import { shown } from '../errors.js';

/** A place in the grammar, for messages. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type Expression =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [first: number, last: number])[] }
  | { readonly type: 'rule'; readonly name: string; readonly place: Place }
  | { readonly type: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly type: 'choice'; readonly parts: readonly Expression[] }
  | { readonly type: 'repeat'; readonly part: Expression; readonly min: number; readonly max: number }
  | { readonly type: 'tokens'; readonly ids: readonly number[]; readonly negated: boolean; readonly place: Place }
  | { readonly type: 'dispatch'; readonly arguments: Dispatch<string>; readonly place: Place }
  | { readonly type: 'token-dispatch'; readonly arguments: Dispatch<number>; readonly place: Place };

/** The arguments of `TagDispatch` and `TokenTagDispatch`. */
export interface Dispatch<Trigger> {
  readonly rules: readonly (readonly [trigger: Trigger, body: Expression])[];
  readonly loop: boolean;
  readonly excludes: readonly Trigger[];
}

export interface Rule {
  readonly name: string;
  readonly place: Place;
  readonly body: Expression;
}

/** Thrown for what is no grammar; the compiler adds the path. */
export class GrammarError extends Error {
  constructor(place: Place, why: string) {
    super(`line ${place.line}, column ${place.column}: ${why}`);
  }
}

const NAME = /[\p{L}_.-][\p{L}\p{Nd}_.-]*/uy;
const RULE_HEAD = /([\p{L}_.-][\p{L}\p{Nd}_.-]*)[ \t]*(\[[^\]\n]*\])?\s*::=/uy;
const OPTION = /^\[\s*temperature\s*=\s*(\d+(?:\.\d*)?|\.\d+)\s*\]$/;
const BLANK = /(?:\s|#[^\n]*)*/uy;
const NUMBER = /\d+/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"', '\\': '\\', '/': '/', "'": "'", '?': '?', n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', a: '\x07', v: '\v', 0: '\0', e: '\x1b',
};
const CLASS_ESCAPES = '^$.*+()[]{}|-';
const MAX_DEPTH = 200;
const MAX_REPEAT = 2_147_483_647;

/**
 * Parses a grammar.
 *
 * @throws GrammarError naming line and column.
 */
export function parseGrammar(source: string): Rule[] {
  return new Parser(source).rules();
}

class Parser {
  readonly #source: string;
  /** Where each line begins. */
  readonly #lines: readonly number[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#lines = [0, ...Array.from(source.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  rules(): Rule[] {
    const rules: Rule[] = [];
    for (this.#skip(); this.#at < this.#source.length; this.#skip()) rules.push(this.#rule());
    return rules;
  }

  #rule(): Rule {
    const place = this.#place();
    if (!this.#startsLine()) this.#fail('a rule must begin on a line of its own');
    const head = this.#match(RULE_HEAD);
    if (head === undefined) this.#fail('expected a rule: name ::= ...');
    const [, name = '', option] = head;
    if (option !== undefined && !OPTION.test(option)) throw new GrammarError(place, `unknown option ${shown(option)} of the rule`);
    return { name, place, body: this.#choice() };
  }

  #choice(): Expression {
    if (++this.#depth > MAX_DEPTH) this.#fail(`groups nest more than ${MAX_DEPTH} deep`);
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#depth--;
    return parts.length === 1 ? (parts[0] as Expression) : { type: 'choice', parts };
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    for (;;) {
      this.#skip();
      const next = this.#source[this.#at];
      if (next === undefined || next === '|' || next === ')' || this.#isRuleHead()) break;
      parts.push(this.#quantified(this.#element()));
    }
    return parts.length === 1 ? (parts[0] as Expression) : { type: 'sequence', parts };
  }

  #quantified(part: Expression): Expression {
    const bounds = this.#quantifier();
    if (bounds === undefined) return part;
    const place = this.#place();
    if (this.#quantifier() !== undefined) throw new GrammarError(place, 'two repeats of one element: put parentheses around the first');
    const [min, max] = bounds;
    return { type: 'repeat', part, min, max };
  }

  #quantifier(): readonly [min: number, max: number] | undefined {
    this.#skip();
    const next = this.#source[this.#at];
    const known = next === '?' ? [0, 1] as const : next === '*' ? [0, Infinity] as const : next === '+' ? [1, Infinity] as const : undefined;
    if (known !== undefined) {
      this.#at++;
      return known;
    }
    const place = this.#place();
    if (!this.#take('{')) return undefined;
    const min = this.#number();
    let max = min;
    if (this.#take(',')) {
      this.#skip();
      max = this.#source[this.#at] === '}' ? Infinity : this.#number();
    }
    this.#expect('}');
    if (max < min) throw new GrammarError(place, `the repeat's maximum ${max} is less than its minimum ${min}`);
    return [min, max];
  }

  #element(): Expression {
    const next = this.#source[this.#at];
    if (next === '"') return { type: 'text', text: this.#text() };
    if (next === '[') return this.#class();
    if (next === '(') return this.#group();
    const place = this.#place();
    const name = this.#match(NAME)?.[0];
    if (name === undefined) this.#fail(`unexpected ${shown(next)}`);
    this.#skip();
    return this.#source[this.#at] === '(' && Object.hasOwn(MACROS, name) ? this.#macro(name as Macro, place) : { type: 'rule', name, place };
  }

  #group(): Expression {
    if (this.#source.startsWith('(=', this.#at)) this.#fail('lookahead assertions cannot be enforced: write what follows where it follows');
    this.#expect('(');
    const inside = this.#choice();
    this.#expect(')');
    return inside;
  }

  // Characters

  #text(): string {
    const begin = this.#place();
    this.#at++;
    let text = '';
    for (;;) {
      const character = this.#character();
      if (character === undefined || character === '\n') throw new GrammarError(begin, 'the text has no closing quote on its line');
      if (character === '"') return text;
      text += character === '\\' ? String.fromCodePoint(this.#escape('')) : character;
    }
  }

  #class(): Expression {
    const begin = this.#place();
    this.#at++;
    const negated = this.#source[this.#at] === '^';
    if (negated) this.#at++;
    const ranges: [number, number][] = [];
    const member = (): number | undefined => {
      const character = this.#character();
      if (character === undefined || character === '\n') throw new GrammarError(begin, 'the class has no ] on its line');
      if (character === ']') return undefined;
      return character === '\\' ? this.#escape(CLASS_ESCAPES) : (character.codePointAt(0) as number);
    };
    for (let first = member(); first !== undefined; first = member()) {
      const isRange = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
      const place = this.#place();
      if (isRange) this.#at++;
      const last = isRange ? (member() as number) : first;
      if (last < first) throw new GrammarError(place, 'the range ends before it begins');
      ranges.push([first, last]);
    }
    if (!negated && ranges.length === 0) throw new GrammarError(begin, 'an empty class matches nothing');
    return { type: 'class', negated, ranges };
  }

  /** What stands for a character after a backslash. */
  #escape(more: string): number {
    const place = this.#place();
    const name = this.#character() ?? '';
    if (Object.hasOwn(ESCAPES, name)) return (ESCAPES[name] as string).codePointAt(0) as number;
    if (name !== '' && more.includes(name)) return name.codePointAt(0) as number;
    const digits = name === 'x' ? /[0-9a-fA-F]+/y : name === 'u' ? /[0-9a-fA-F]{4}/y : name === 'U' ? /[0-9a-fA-F]{8}/y : undefined;
    if (digits === undefined) throw new GrammarError(place, `unknown escape ${shown(`\\${name}`)}`);
    const code = Number.parseInt(this.#match(digits)?.[0] ?? '', 16);
    if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) throw new GrammarError(place, 'the escape is no character');
    return code;
  }

  #character(): string | undefined {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) return undefined;
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  // Macros

  #macro(name: Macro, place: Place): Expression {
    this.#expect('(');
    if (name === 'Token' || name === 'ExcludeToken') {
      const ids = this.#list(() => this.#number());
      if (name === 'Token' && ids.length === 0) throw new GrammarError(place, 'Token() names no token');
      return { type: 'tokens', ids, negated: name === 'ExcludeToken', place };
    }
    if (name === 'TagDispatch') return { type: 'dispatch', arguments: this.#dispatch(place, () => this.#quoted()), place };
    return { type: 'token-dispatch', arguments: this.#dispatch(place, () => this.#number()), place };
  }

  #dispatch<Trigger>(place: Place, trigger: () => Trigger): Dispatch<Trigger> {
    const rules: (readonly [Trigger, Expression])[] = [];
    let loop = true;
    let excludes: readonly Trigger[] = [];
    this.#list(() => {
      if (this.#take('(')) {
        const from = trigger();
        this.#expect(',');
        rules.push([from, this.#reference()]);
        this.#take(',');
        return this.#expect(')');
      }
      const named = this.#place();
      const name = this.#match(NAME)?.[0];
      if (name !== 'loop_after_dispatch' && name !== 'excludes') throw new GrammarError(named, `unknown argument ${shown(name)}`);
      this.#expect('=');
      if (name === 'loop_after_dispatch') loop = this.#flag();
      else {
        this.#expect('(');
        excludes = this.#list(trigger);
      }
    });
    if (rules.length === 0) throw new GrammarError(place, 'it dispatches to no rule');
    return { rules, loop, excludes };
  }

  #reference(): Expression {
    this.#skip();
    const place = this.#place();
    const name = this.#match(NAME)?.[0];
    if (name === undefined) this.#fail('expected the name of a rule');
    return { type: 'rule', name, place };
  }

  #quoted(): string {
    this.#skip();
    if (this.#source[this.#at] !== '"') this.#fail('expected a text in quotes');
    const place = this.#place();
    const text = this.#text();
    if (text === '') throw new GrammarError(place, 'must not be empty');
    return text;
  }

  #flag(): boolean {
    this.#skip();
    const place = this.#place();
    const word = this.#match(NAME)?.[0]?.toLowerCase();
    if (word !== 'true' && word !== 'false') throw new GrammarError(place, 'expected true or false');
    return word === 'true';
  }

  /** Items up to the closing parenthesis, which is taken; a comma may follow the last. */
  #list<Item>(item: () => Item): Item[] {
    const items: Item[] = [];
    while (!this.#take(')')) {
      this.#skip();
      items.push(item());
      if (!this.#take(',')) {
        this.#expect(')');
        break;
      }
    }
    return items;
  }

  // Steps

  #number(): number {
    this.#skip();
    const place = this.#place();
    const digits = this.#match(NUMBER)?.[0];
    if (digits === undefined) this.#fail('expected a whole number');
    if (Number(digits) > MAX_REPEAT) throw new GrammarError(place, `must be at most ${MAX_REPEAT}`);
    return Number(digits);
  }

  #isRuleHead(): boolean {
    RULE_HEAD.lastIndex = this.#at;
    return RULE_HEAD.test(this.#source);
  }

  #startsLine(): boolean {
    const line = this.#source.lastIndexOf('\n', this.#at - 1) + 1;
    return this.#source.slice(line, this.#at).trim() === '';
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source) ?? undefined;
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  #skip(): void {
    this.#match(BLANK);
  }

  #take(punctuation: string): boolean {
    this.#skip();
    if (!this.#source.startsWith(punctuation, this.#at)) return false;
    this.#at += punctuation.length;
    return true;
  }

  #expect(punctuation: string): void {
    if (!this.#take(punctuation)) this.#fail(`expected "${punctuation}"`);
  }

  #place(): Place {
    let line = 0;
    for (let end = this.#lines.length; end - line > 1; ) {
      const middle = (line + end) >>> 1;
      if ((this.#lines[middle] as number) <= this.#at) line = middle;
      else end = middle;
    }
    return { line: line + 1, column: Array.from(this.#source.slice(this.#lines[line], this.#at)).length + 1 };
  }

  #fail(why: string): never {
    throw new GrammarError(this.#place(), why);
  }
}

const MACROS = { Token: true, ExcludeToken: true, TagDispatch: true, TokenTagDispatch: true } as const;
type Macro = keyof typeof MACROS;

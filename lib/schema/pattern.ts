// JSON Schema's `pattern`: an ECMA-262 regular expression that is searched for in a text, read with the flag `u`, turned
// into a pattern of the mask engine (native/program/text.h), which the whole text must match.
//
// The engine's syntax is a part of ECMA-262 itself, assertions included, so little is left to do: property escapes and
// case-insensitive parts become classes, group names and laziness disappear. What is written out here is valid for
// JavaScript's RegExp, too, and means the same there, which is what the tests rely on.

import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { SurecallError, shown } from '../errors.js';
import { allCodePoints, characterClass, type CodePointRange, escapedCharacter, rangesOf } from './code-points.js';

/** What a text must and must not match as a whole, and its length: options of a `textValue` node. */
export interface TextPatterns {
  readonly match: readonly string[];
  readonly avoid: readonly string[];
  /** Fewest and most code points; without them any number. */
  readonly min?: number;
  readonly max?: number;
}

/** Any text. */
const ANYTHING = '[^]*';
const LINE_ENDS = String.raw`[\n\r\u2028\u2029]`;

/** Which flags hold for a part of a pattern: `(?i:...)` and the like change them. */
interface Modes {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}
const NO_MODES: Modes = { ignoreCase: false, multiline: false, dotAll: false };

const CACHE_SIZE = 1000;
const cache = new Map<string, Compiled>();
const expressions = new Map<string, RegExp>();

/** A repeat of one character this much longer at most than at least is cheaper as a length, which is counted. */
const LONG_REPEAT = 16;

interface Written {
  readonly whole: string;
  readonly patterns: TextPatterns;
}
interface Compiled extends Written {
  readonly beginning: string;
}

/**
 * The texts in which `source` is found. Lookarounds and anchors are exact, wherever they stand. A pattern that is only
 * valid without the flag `u` (such as `[\w-.]`) is read that way, but still means code points.
 *
 * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA` for what is no pattern, and for backreferences.
 */
export function compilePattern(source: string): TextPatterns {
  return compiled(source).patterns;
}

/**
 * The same as one pattern for the whole text: what to `avoid` where `source` must not be found.
 *
 * @throws SurecallError as {@link compilePattern} does.
 */
export function wholePattern(source: string): string {
  return compiled(source).whole;
}

/** What every text in which `source` is found begins with, as far as that is plain to see. */
export function beginningOf(source: string): string {
  return compiled(source).beginning;
}

function compiled(source: string): Compiled {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const parsed = parse(source);
  const result = { ...new PatternWriter(source, parsed).compile(), beginning: anchoredBeginning(parsed) };
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(source, result);
  return result;
}

/** A pattern for the whole text that matches exactly these texts. */
export function literalPattern(texts: readonly string[]): string {
  if (texts.length === 0) return '[]';
  return texts.map((text) => Array.from(text, (character) => escapedCharacter(character.codePointAt(0) as number)).join('')).join('|');
}

/**
 * True if `source` is found in `text`, as JavaScript decides it: with the flag `u` if that is possible.
 *
 * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA` for what is no pattern.
 */
export function patternMatches(source: string, text: string): boolean {
  let expression = expressions.get(source);
  if (expression === undefined) {
    expression = expressionOf(source);
    if (expressions.size >= CACHE_SIZE) expressions.clear();
    expressions.set(source, expression);
  }
  return expression.test(text);
}

function expressionOf(source: string): RegExp {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(source, flags);
    } catch {
      // It may still be one without the flag.
    }
  }
  refuse(source, 'it is not a regular expression of ECMA-262');
}

function refuse(source: string, why: string): never {
  throw new SurecallError('SURECALL_UNSUPPORTED_SCHEMA', `pattern ${shown(source)}: ${why}`, { details: { pattern: source } });
}

/** Code points above U+FFFF stand for one character only under the flag `u`; without it each is two. */
interface Parsed {
  readonly pattern: AST.Pattern;
  /** Private characters that stand for others while the pattern is parsed. */
  readonly standsFor: ReadonlyMap<number, number>;
}

function parse(source: string): Parsed {
  const parser = new RegExpParser({ ecmaVersion: 2025 });
  try {
    return { pattern: parser.parsePattern(source, 0, source.length, { unicode: true }), standsFor: new Map() };
  } catch (error) {
    const standsFor = new Map<number, number>();
    const plain = withoutAstral(source, standsFor);
    try {
      return { pattern: parser.parsePattern(plain, 0, plain.length, { unicode: false }), standsFor };
    } catch {
      refuse(source, error instanceof Error ? error.message : String(error));
    }
  }
}

/** Replaces characters above U+FFFF by private ones that do not occur, so that each stays one character. */
function withoutAstral(source: string, standsFor: Map<number, number>): string {
  let free = 0xe000;
  return source.replace(/[\u{10000}-\u{10ffff}]/gu, (character) => {
    while (free < 0xf8ff && source.includes(String.fromCharCode(free))) free++;
    standsFor.set(free, character.codePointAt(0) as number);
    return String.fromCharCode(free++);
  });
}

function anchoredBeginning({ pattern, standsFor }: Parsed): string {
  if (standsFor.size > 0) return '';
  // `^` in front of everything; inside groups it may come first as well.
  const elements = flattened(pattern.alternatives);
  if (elements[0]?.type !== 'Assertion' || elements[0].kind !== 'start') return '';
  let text = '';
  for (const element of elements.slice(1)) {
    if (element.type !== 'Character') break;
    text += String.fromCodePoint(element.value);
  }
  return text;
}

/** The elements of a sequence, those of groups in front in place of the groups; nothing where there is a choice. */
function flattened(alternatives: readonly AST.Alternative[]): readonly AST.Element[] {
  const [only] = alternatives;
  if (only === undefined || alternatives.length > 1) return [];
  for (const [i, element] of only.elements.entries()) {
    const isGroup = element.type === 'CapturingGroup' || (element.type === 'Group' && element.modifiers === null);
    if (isGroup) return [...only.elements.slice(0, i), ...flattened(element.alternatives)];
  }
  return only.elements;
}

/** Writes one pattern. */
class PatternWriter {
  readonly #source: string;
  readonly #parsed: Parsed;

  constructor(source: string, parsed: Parsed) {
    this.#source = source;
    this.#parsed = parsed;
  }

  compile(): Written {
    const { alternatives } = this.#parsed.pattern;
    const [only] = alternatives;
    if (alternatives.length !== 1 || only === undefined) {
      const whole = `${ANYTHING}(?:${this.#alternatives(alternatives, NO_MODES)})${ANYTHING}`;
      return { whole, patterns: { match: [whole], avoid: [] } };
    }
    // The usual ^...$ needs no assertions at all.
    const begin = isEdge(only.elements.at(0), 'start') ? 1 : 0;
    const end = only.elements.length > begin && isEdge(only.elements.at(-1), 'end') ? -1 : undefined;
    const elements = only.elements.slice(begin, end);
    const write = (parts: readonly AST.Element[]): string =>
      `${begin === 1 ? '' : ANYTHING}${this.#elements(parts, NO_MODES)}${end === -1 ? '' : ANYTHING}`;
    const whole = write(elements);
    const counted = begin === 1 ? this.#withLengths(elements, end === -1, write) : undefined;
    return { whole, patterns: counted ?? { match: [whole], avoid: [] } };
  }

  /** ^[a-z]{1,64}$ and ^(?=.{1,64}$)...: long repeats of one character up to the end of the text are lengths. */
  #withLengths(elements: readonly AST.Element[], ends: boolean, write: (parts: readonly AST.Element[]) => string): TextPatterns | undefined {
    const [only] = elements;
    if (ends && elements.length === 1 && only !== undefined) return this.#counted(only);
    const other = elements.findIndex((element) => element.type !== 'Assertion' || element.kind !== 'lookahead');
    const lookaheads = elements.slice(0, other < 0 ? undefined : other);
    const lengths = lookaheads.map((element) => this.#countedAhead(element));
    const found = lengths.filter((length) => length !== undefined);
    if (found.length === 0) return undefined;
    const rest = elements.filter((_, index) => lengths[index] === undefined);
    return {
      match: [write(rest), ...found.flatMap(({ match }) => match)],
      avoid: [],
      min: Math.max(...found.map(({ min = 0 }) => min)),
      max: Math.min(...found.map(({ max = Infinity }) => max)),
    };
  }

  #countedAhead(element: AST.Element): TextPatterns | undefined {
    if (element.type !== 'Assertion' || element.kind !== 'lookahead' || element.negate || element.alternatives.length !== 1) return undefined;
    const [repeat, end, ...more] = element.alternatives[0]?.elements ?? [];
    return repeat !== undefined && isEdge(end, 'end') && more.length === 0 ? this.#counted(repeat) : undefined;
  }

  #counted(element: AST.Element): TextPatterns | undefined {
    if (element.type !== 'Quantifier' || element.max - element.min < LONG_REPEAT || element.max === Infinity) return undefined;
    const { element: repeated, min, max } = element;
    const isCharacter = repeated.type === 'Character' || repeated.type === 'CharacterSet' || repeated.type === 'CharacterClass';
    return isCharacter ? { match: [`${this.#element(repeated, NO_MODES)}*`], avoid: [], min, max } : undefined;
  }

  #alternatives(alternatives: readonly AST.Alternative[], modes: Modes): string {
    return alternatives.map(({ elements }) => this.#elements(elements, modes)).join('|');
  }

  #elements(elements: readonly AST.Element[], modes: Modes): string {
    return elements.map((element) => this.#element(element, modes)).join('');
  }

  #element(element: AST.Element, modes: Modes): string {
    switch (element.type) {
      case 'Assertion':
        return this.#assertion(element, modes);
      case 'Group':
        return `(?:${this.#alternatives(element.alternatives, modified(modes, element.modifiers))})`;
      case 'CapturingGroup':
        return `(?:${this.#alternatives(element.alternatives, modes)})`;
      case 'Quantifier':
        return `${this.#quantified(element.element, modes)}${bounds(element.min, element.max)}`;
      case 'Backreference':
        return refuse(this.#source, `the backreference ${element.raw} cannot be enforced`);
      case 'Character':
        return modes.ignoreCase ? this.#folded(this.#character(element)) : this.#character(element);
      case 'CharacterSet':
        return this.#set(element, modes);
      case 'CharacterClass':
        return this.#class(element, modes);
      case 'ExpressionCharacterClass':
        return refuse(this.#source, 'set operations in classes are not supported');
    }
  }

  /** An assertion cannot be repeated under the flag `u`, but a group around it can. */
  #quantified(element: AST.QuantifiableElement, modes: Modes): string {
    const text = this.#element(element, modes);
    return element.type === 'Assertion' ? `(?:${text})` : text;
  }

  #assertion(element: AST.Assertion, modes: Modes): string {
    switch (element.kind) {
      case 'start':
        return modes.multiline ? `(?:^|(?<=${LINE_ENDS}))` : '^';
      case 'end':
        return modes.multiline ? `(?:$|(?=${LINE_ENDS}))` : '$';
      case 'word':
        if (modes.ignoreCase) refuse(this.#source, 'word boundaries without regard to case are not supported');
        return element.negate ? String.raw`\B` : String.raw`\b`;
      case 'lookahead':
      case 'lookbehind':
        return `(?${element.kind === 'lookahead' ? '' : '<'}${element.negate ? '!' : '='}${this.#alternatives(element.alternatives, modes)})`;
    }
  }

  #set(element: AST.CharacterSet, modes: Modes): string {
    if (element.kind === 'any') return modes.dotAll ? '[^]' : '.';
    if (element.kind === 'property') return this.#folded(`[${this.#property(element)}]`, modes);
    return this.#folded(element.raw, modes);
  }

  #class(element: AST.CharacterClass, modes: Modes): string {
    const inside = element.elements.map((member) => {
      switch (member.type) {
        case 'Character':
          return this.#character(member);
        case 'CharacterClassRange':
          return `${this.#character(member.min)}-${this.#character(member.max)}`;
        case 'CharacterSet':
          return member.kind === 'property' ? this.#property(member) : member.raw;
        default:
          return refuse(this.#source, 'set operations in classes are not supported');
      }
    });
    return this.#folded(`[${element.negate ? '^' : ''}${inside.join('')}]`, modes);
  }

  #property(element: AST.UnicodePropertyCharacterSet): string {
    if (element.strings) refuse(this.#source, `the property ${element.raw} of strings is not supported`);
    return characterClass(property(element.raw));
  }

  #character(element: AST.Character): string {
    return escapedCharacter(this.#parsed.standsFor.get(element.value) ?? element.value);
  }

  /** The characters that JavaScript takes for the same as those of a one-character pattern, if case does not matter. */
  #folded(text: string, modes: Modes = { ...NO_MODES, ignoreCase: true }): string {
    return modes.ignoreCase ? `[${characterClass(rangesOf(text, 'iu'))}]` : text;
  }
}

function isEdge(element: AST.Element | undefined, kind: 'start' | 'end'): boolean {
  return element?.type === 'Assertion' && element.kind === kind;
}

function bounds(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === 0 && max === 1 ? '?' : min === max ? `{${min}}` : `{${min},${max}}`;
}

function modified(modes: Modes, modifiers: AST.Modifiers | null): Modes {
  if (modifiers === null) return modes;
  const { add, remove } = modifiers;
  const flag = (name: keyof Modes): boolean => (modes[name] || (add?.[name] ?? false)) && !(remove?.[name] ?? false);
  return { ignoreCase: flag('ignoreCase'), multiline: flag('multiline'), dotAll: flag('dotAll') };
}

const properties = new Map<string, readonly CodePointRange[]>();

/** The characters of a property escape such as `\p{L}`, by asking JavaScript's own tables once. */
function property(escape: string): readonly CodePointRange[] {
  let ranges = properties.get(escape);
  if (ranges === undefined) properties.set(escape, (ranges = rangesOf(escape, 'u', allCodePoints())));
  return ranges;
}

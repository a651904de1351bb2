// Text from anywhere -> calls. One reader for all families: it looks for what the tag of the format says a call looks like
// (call-shapes.ts). It is patient where models are careless: white space does not count, the last closing tag may be missing,
// escapes are repaired, `arguments` and `parameters` stand for each other, arguments may be JSON text in a string.

import { SurecallError } from '../errors.js';
import { isRecord } from '../json.js';
import type { Tool } from '../tools/tool.js';
import { argumentsOf } from './arguments.js';
import type { CallShape, ObjectShape, Piece } from './call-shapes.js';
import type { FormatDefinition } from './definition.js';
import type { ParsedCall } from './format.js';
import { endOfLiteral, endOfObject, indexOfAny, parseRepaired, skipSpace, unreadable, words } from './scan.js';
import { readMembers } from './xml-reader.js';
import { XML_STYLES } from './xml-styles.js';

/** A call, or why there is none. */
type Reading = ParsedCall | { readonly fault: string };

/**
 * The calls in a text.
 *
 * @throws SurecallError `SURECALL_PARSE` where something begins as a call and cannot be read as one.
 */
export function readCalls(text: string, shapes: readonly CallShape[], definition: FormatDefinition, tools: readonly Tool[]): ParsedCall[] {
  const reader = new Reader(text, shapes, definition, tools);
  const start = reader.endOfThinking();
  const bare = shapes.find(({ object, section }) => object?.before === '' && section === undefined);
  return bare?.object === undefined ? reader.calls(start) : bareCalls(text, start, bare.object);
}

class Reader {
  readonly #text: string;
  readonly #shapes: readonly CallShape[];
  readonly #thinking: FormatDefinition['thinking'];
  readonly #tools: readonly Tool[];

  constructor(text: string, shapes: readonly CallShape[], { thinking }: FormatDefinition, tools: readonly Tool[]) {
    this.#text = text;
    this.#shapes = shapes;
    this.#thinking = thinking;
    this.#tools = tools;
  }

  calls(start: number): ParsedCall[] {
    const calls: ParsedCall[] = [];
    let at = start;
    for (;;) {
      const next = this.#nextCall(at);
      const thought = this.#nextThought(at);
      if (next === undefined) return calls;
      if (thought !== undefined && thought.start < next.start) at = thought.end;
      else {
        const found = this.#readAt(next);
        calls.push(...found);
        at = (found.at(-1) as ParsedCall).end;
      }
    }
  }

  /**
   * Where the answer begins. A block of thinking may talk about calls without making any; where the prompt opened it, only
   * its end is in the text.
   */
  endOfThinking(): number {
    if (this.#thinking === undefined) return 0;
    const { begin, on } = this.#thinking;
    if (this.#text.startsWith(begin, skipSpace(this.#text, 0))) return this.#nextThought(0)?.end ?? this.#text.length;
    if (on === '') return 0;
    let at = 0;
    for (;;) {
      const end = indexOfAny(this.#text, this.#thinkingEnds, at);
      if (end === undefined) return 0;
      const around = this.#callAround(at, end);
      if (around === undefined) return end;
      at = around.end;
    }
  }

  get #thinkingEnds(): readonly string[] {
    const { end = [] } = this.#thinking ?? {};
    return typeof end === 'string' ? [end] : end;
  }

  /** A call that holds the text at `index`, so that what stands there is part of a string. */
  #callAround(from: number, index: number): ParsedCall | undefined {
    for (let next = this.#nextCall(from); next !== undefined && next.start < index; next = this.#nextCall(next.start + 1)) {
      const call = this.#read(next.shape, next.start);
      if ('fault' in call || call.end <= index) continue;
      // Half a tag takes what comes next for its name. In an object the name is a string and may come last.
      if (next.shape.object !== undefined || this.#text.slice(next.start, index).includes(call.name)) return call;
    }
    return undefined;
  }

  /** A block of thinking that is closed. */
  #nextThought(at: number): { readonly start: number; readonly end: number } | undefined {
    if (this.#thinking === undefined) return undefined;
    const { begin } = this.#thinking;
    const start = this.#text.indexOf(begin, at);
    const end = start < 0 ? undefined : indexOfAny(this.#text, this.#thinkingEnds, start + begin.length);
    return end === undefined ? undefined : { start, end };
  }

  /** Where something begins as a call does, at or after `at`; of ways that begin alike, the first that can be read. */
  #nextCall(at: number): { readonly start: number; readonly shape: CallShape } | undefined {
    let first: { readonly start: number; readonly shape: CallShape; readonly isRead: boolean } | undefined;
    for (const shape of this.#shapes) {
      const start = this.#indexOf(shape, at, first?.start);
      if (start === undefined || (first?.start === start && first.isRead)) continue;
      const isRead = this.#shapes.length === 1 || !('fault' in this.#read(shape, start));
      if (first === undefined || start < first.start || isRead) first = { start, shape, isRead };
    }
    return first;
  }

  #indexOf(shape: CallShape, at: number, limit = Infinity): number | undefined {
    const begin = beginOf(shape);
    const [word] = words(begin);
    if (word === undefined) return undefined;
    for (let found = this.#text.indexOf(word, at); found >= 0 && found <= limit; found = this.#text.indexOf(word, found + 1)) {
      if (endOfLiteral(this.#text, found, begin) !== undefined) return found;
    }
    return undefined;
  }

  #readAt({ start, shape }: { readonly start: number; readonly shape: CallShape }): ParsedCall[] {
    if (isList(shape)) return this.#readList(shape, start);
    const call = this.#read(shape, start);
    if ('fault' in call) unreadable(this.#text, start, call.fault);
    return [this.#withSection(shape, call)];
  }

  /** With the tags of the section, where the call is the first or the last one in it. */
  #withSection({ section }: CallShape, call: ParsedCall): ParsedCall {
    if (section === undefined) return call;
    const before = this.#text.slice(0, call.start).trimEnd();
    const start = before.endsWith(section.begin) ? before.length - section.begin.length : call.start;
    const end = section.end === '' ? undefined : endOfLiteral(this.#text, call.end, section.end);
    return { ...call, start, end: end ?? call.end };
  }

  /** Objects without tags of their own, in a section: with commas, in brackets or not. */
  #readList(shape: CallShape, start: number): ParsedCall[] {
    const object = shape.object as ObjectShape;
    const { begin, end: close } = shape.section as { readonly begin: string; readonly end: string };
    const calls: ParsedCall[] = [];
    let at = endOfLiteral(this.#text, start, begin) as number;
    for (;;) {
      const next = skipSpaceAnd(this.#text, at, calls.length === 0 ? '[' : ',');
      if (this.#text[next] !== '{') break;
      const call = readObject(this.#text, next, object);
      if ('fault' in call) unreadable(this.#text, start, call.fault);
      calls.push({ ...call, start: calls.length === 0 ? start : call.start });
      at = call.end;
    }
    const last = calls.pop();
    if (last === undefined) return unreadable(this.#text, start, 'no JSON object follows the tag');
    const end = endOfLiteral(this.#text, at, close, true);
    if (end === undefined) unreadable(this.#text, start, 'the call does not end');
    return [...calls, { ...last, end: Math.max(end, last.end) }];
  }

  #read(shape: CallShape, start: number): Reading {
    if (isList(shape)) return { name: '', arguments: {}, start, end: start };
    return shape.object === undefined ? this.#readPieces(shape.pieces, start) : readObject(this.#text, start, shape.object);
  }

  #readPieces(pieces: readonly Piece[], start: number): Reading {
    const text = this.#text;
    let at = start;
    let name = '';
    let args: Record<string, unknown> = {};
    for (const [index, piece] of pieces.entries()) {
      const isLast = index === pieces.length - 1;
      if (piece.kind === 'literal') {
        const end = endOfLiteral(text, at, piece.text, isLast);
        if (end === undefined) return { fault: isLast ? 'the call does not end' : `${JSON.stringify(piece.text.trim())} is missing` };
        at = end;
      } else if (piece.kind === 'name' || piece.kind === 'skipped') {
        const end = indexOfAny(text, stopsAfter(pieces, index), at);
        if (end === undefined) return { fault: 'the call does not end' };
        if (piece.kind === 'name') name = text.slice(at, end).trim();
        if (piece.kind === 'name' && name === '') return { fault: 'there is no name' };
        at = end;
      } else {
        const read = this.#arguments(piece.style, at, name);
        if ('fault' in read) return read;
        args = read.arguments;
        at = read.end;
      }
    }
    return { name, arguments: args, start, end: at };
  }

  #arguments(style: Extract<Piece, { readonly kind: 'arguments' }>['style'], from: number, name: string):
  { readonly arguments: Record<string, unknown>; readonly end: number } | { readonly fault: string } {
    if (style === 'json') {
      const at = skipSpace(this.#text, from);
      const end = this.#text[at] === '{' ? endOfObject(this.#text, at) : undefined;
      const value = end === undefined ? undefined : parseRepaired(this.#text.slice(at, end));
      return end === undefined || !isRecord(value) ? { fault: 'the arguments are not a JSON object' } : { arguments: value, end };
    }
    try {
      const { members, end } = readMembers(style, this.#text, from);
      const tool = this.#tools.find((one) => one.name === name);
      return { arguments: argumentsOf(members, tool?.parameters ?? true), end };
    } catch (error) {
      if (error instanceof SurecallError && error.code === 'SURECALL_PARSE') return { fault: error.message };
      throw error;
    }
  }
}

/** Objects without a tag of their own. */
function isList({ object, section }: CallShape): boolean {
  return object?.before === '' && section !== undefined;
}

/** The literal with which a call begins, or the section of calls that have none. */
function beginOf(shape: CallShape): string {
  if (isList(shape)) return shape.section?.begin ?? '';
  if (shape.object !== undefined) return shape.object.before;
  const [first] = shape.pieces;
  return first?.kind === 'literal' ? first.text : '';
}

/** Literals at which a name, or what we skip, ends. */
function stopsAfter(pieces: readonly Piece[], index: number): string[] {
  const stops: string[] = [];
  for (const piece of pieces.slice(index + 1)) {
    if (piece.kind === 'skipped') stops.push(...piece.starts.flatMap((start) => words(start).slice(0, 1)));
    if (piece.kind === 'arguments') stops.push(piece.style === 'json' ? '{' : words(XML_STYLES[piece.style].open[0])[0] ?? '');
    if (piece.kind !== 'literal') continue;
    const [word] = words(piece.text);
    if (word === undefined) continue;
    return [...stops, word];
  }
  return stops;
}

/** A call that is one JSON object between literals. */
function readObject(text: string, start: number, shape: ObjectShape): Reading {
  const open = skipSpace(text, endOfLiteral(text, start, shape.before) ?? start);
  if (text[open] !== '{') return { fault: 'no JSON object follows the tag' };
  const closed = endOfObject(text, open);
  const end = closed === undefined ? undefined : endOfLiteral(text, closed, shape.after, true);
  if (closed === undefined || end === undefined) return { fault: 'the call does not end' };
  return callOf(parseRepaired(text.slice(open, closed)), start, end, shape)
    ?? { fault: `is not a JSON object with ${shape.name} and ${shape.arguments}` };
}

/** An object with a name and arguments, under the names of the format or the usual ones. */
function callOf(value: unknown, start: number, end: number, shape: ObjectShape): ParsedCall | undefined {
  if (!isRecord(value)) return undefined;
  const name = value[shape.name] ?? value['name'];
  const given = value[shape.arguments] ?? value['arguments'] ?? value['parameters'];
  const args = typeof given === 'string' ? parseRepaired(given) : given;
  return typeof name === 'string' && isRecord(args) ? { name, arguments: args, start, end } : undefined;
}

// Each object that is no call costs a scan to its end. More of them than this are not an answer but an attack.
const MAX_OTHER_OBJECTS = 256;

/** Objects that are calls, wherever they stand: alone, in a list, in prose, in a code fence. */
function bareCalls(text: string, start: number, shape: ObjectShape): ParsedCall[] {
  const calls: ParsedCall[] = [];
  let broken: number | undefined;
  let others = 0;
  let at = text.indexOf('{', start);
  while (at >= 0 && others < MAX_OTHER_OBJECTS) {
    const end = endOfObject(text, at);
    const call = end === undefined ? undefined : callOf(parseRepaired(text.slice(at, end)), at, end, shape);
    if (call !== undefined) calls.push(call);
    else {
      others++;
      if (text.startsWith(`"${shape.name}"`, skipSpace(text, at + 1))) broken ??= at;
    }
    // An object that is no call may hold one: look on inside it.
    at = text.indexOf('{', call?.end ?? at + 1);
  }
  if (calls.length === 0 && broken !== undefined) unreadable(text, broken, `is not a JSON object with ${shape.name} and ${shape.arguments}`);
  return calls;
}

function skipSpaceAnd(text: string, at: number, sign: string): number {
  const next = skipSpace(text, at);
  return text[next] === sign ? skipSpace(text, next + 1) : next;
}

// How calls look, taken from the tag of a format: the literals, the name and the arguments in their order. The reader of foreign
// text works with this, so that no family needs a reader of its own.

import { isRecord } from '../json.js';
import { captureOf, capturedArguments } from './captures.js';
import type { FormatDefinition } from './definition.js';
import { expandAnswer } from './expand.js';
import { endOfObject } from './scan.js';
import type { Format, JsonSchemaStyle, StructuralTag, TagEntry } from './structural-tag.js';

/** A part of a call. */
export type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'name' }
  /** What means nothing to us, such as a number; `starts` are the literals with which it may begin, as far as they are known. */
  | { readonly kind: 'skipped'; readonly starts: readonly string[] }
  | { readonly kind: 'arguments'; readonly style: JsonSchemaStyle };

/** A call that is a JSON object with the name and the arguments as members. */
export interface ObjectShape {
  readonly before: string;
  readonly after: string;
  readonly name: string;
  readonly arguments: string;
}

/** One way in which a call is written. */
export interface CallShape {
  readonly pieces: readonly Piece[];
  readonly object: ObjectShape | undefined;
  /** The tag around all calls, if they stand in one. */
  readonly section: { readonly begin: string; readonly end: string } | undefined;
}

// Private characters, which no literal holds and JSON does not escape.
const NAME = '\uE000name\uE001';

const known = new WeakMap<FormatDefinition, readonly CallShape[]>();

/** The ways in which the calls of a format are written. */
export function callShapes(definition: FormatDefinition): readonly CallShape[] {
  const shapes = known.get(definition) ?? shapesOf(definition);
  known.set(definition, shapes);
  return shapes;
}

function shapesOf(definition: FormatDefinition): CallShape[] {
  const tools = [{ name: NAME, description: '', parameters: { type: 'object' as const }, strict: true }];
  const answer = expandAnswer(definition, { choice: 'auto', tools, single: false, thinking: undefined });
  return answer === undefined ? [] : callsIn(answer, undefined, true);
}

/** Calls are marked; in a format that marks none, the nearest tag around arguments is one. */
function callsIn(format: Format, around: TagEntry | undefined, onlyMarked: boolean): CallShape[] {
  const isCall = captureOf(format) === 'call' || (!onlyMarked && format.type === 'tag' && piecesOf(format.content).some(isArguments));
  if (isCall) return [shapeOf(format, around)];
  const inside = format.type === 'tag' ? format : around;
  const found = partsOf(format).flatMap((part) => callsIn(part, inside, onlyMarked));
  return found.length === 0 && onlyMarked && around === undefined ? callsIn(format, undefined, false) : found;
}

function partsOf(format: Format): readonly Format[] {
  switch (format.type) {
    case 'sequence':
    case 'or':
      return format.elements;
    case 'optional':
    case 'plus':
    case 'star':
    case 'repeat':
    case 'tag':
      return [format.content];
    case 'triggered_tags':
    case 'tags_with_separator':
    case 'token_triggered_tags':
      // The same object, which carries the mark.
      return format.tags.map((tag) => tag as Format);
    case 'dispatch':
    case 'token_dispatch':
      return format.rules.map(([, content]) => content);
    default:
      return [];
  }
}

function shapeOf(format: Format, around: TagEntry | undefined): CallShape {
  const pieces = joined(piecesOf(format));
  const section = around === undefined ? undefined : sectionOf(around);
  return { pieces, object: objectOf(pieces), section };
}

/** The literals at the beginning and the end of the tag, with what stands inside it before the calls. */
function sectionOf({ begin, end }: TagEntry): CallShape['section'] {
  const first = literalOf(begin).trim();
  return first === '' ? undefined : { begin: first, end: (typeof end === 'object' && !('type' in end) ? end[0] ?? '' : literalOf(end)).trim() };
}

function literalOf(text: StructuralTagText): string {
  return typeof text === 'string' ? text : String(text.token);
}
type StructuralTagText = Extract<StructuralTag['format'], { readonly type: 'tag' }>['begin'];

function piecesOf(format: Format): Piece[] {
  switch (format.type) {
    case 'const_string':
      return literal(format.value);
    case 'token':
      return literal(String(format.token));
    case 'json_schema': {
      const found = capturedArguments(captureOf(format) ?? '');
      return [found === undefined ? { kind: 'skipped', starts: [] } : { kind: 'arguments', style: found.style }];
    }
    case 'sequence':
      return format.elements.flatMap(piecesOf);
    case 'tag': {
      const { begin, content, end } = format;
      const last = typeof end === 'object' && !('type' in end) ? end[0] ?? '' : literalOf(end);
      return [...literal(literalOf(begin)), ...piecesOf(content), ...literal(last)];
    }
    default:
      return [{ kind: 'skipped', starts: startsOf(format) }];
  }
}

function startsOf(format: Format): readonly string[] {
  const [first] = 'content' in format && isRecord(format.content) ? piecesOf(format.content) : [];
  return first?.kind === 'literal' ? [first.text] : [];
}

/** A literal, and the names in it. */
function literal(text: string): Piece[] {
  return text.split(NAME).flatMap((part, index): Piece[] => [
    ...(index === 0 ? [] : [{ kind: 'name' } as const]),
    ...(part === '' ? [] : [{ kind: 'literal', text: part } as const]),
  ]);
}

function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece.kind === 'literal' && last?.kind === 'literal') all[all.length - 1] = { kind: 'literal', text: last.text + piece.text };
    else all.push(piece);
  }
  return all;
}

function isArguments(piece: Piece): boolean {
  return piece.kind === 'arguments';
}

/** Whether what stands around name and arguments makes a JSON object of them. */
function objectOf(pieces: readonly Piece[]): ObjectShape | undefined {
  const text = pieces.map((piece) => (piece.kind === 'literal' ? piece.text : piece.kind === 'name' ? NAME : '{}')).join('');
  const start = text.lastIndexOf('{', text.indexOf(NAME));
  const end = start < 0 ? undefined : endOfObject(text, start);
  if (end === undefined || pieces.some((piece) => piece.kind === 'skipped')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(start, end)) as unknown;
  } catch {
    return undefined;
  }
  const members = Object.entries(value as object);
  const [name] = members.find(([, member]) => member === NAME) ?? [];
  const [args] = members.find(([, member]) => isRecord(member)) ?? [];
  if (name === undefined || args === undefined) return undefined;
  return { before: text.slice(0, start).trim(), after: text.slice(end).trim(), name, arguments: args };
}

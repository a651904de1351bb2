// Random answers in a wire format: what a model that knows nothing would write under the mask.

import { DEFAULT_LIMITS } from '../../lib/defaults.js';
import { readArguments } from '../../lib/formats/arguments.js';
import { capturedArguments, captureOf, textParts, type TextPart } from '../../lib/formats/captures.js';
import { compileTag } from '../../lib/formats/compile.js';
import { textBoundaries, type StructuralTag, type TagOptions, type WireFormat } from '../../lib/formats/index.js';
import type { Template, Vocabulary } from '../../lib/mask.js';
import { ProgramBuilder } from '../../lib/program/builder.js';
import { parseTools, type Tool } from '../../lib/tools/index.js';
import { drawFrom } from './engine.js';
import type { Random } from './random.js';

/** Tools whose arguments are of every kind that the styles treat in their own way. */
export const WALK_TOOLS: readonly Tool[] = parseTools([
  { name: 'add', description: 'Adds.', parameters: { a: { type: 'number' }, b: { type: 'integer' } } },
  {
    name: 'find-item',
    description: 'Finds.',
    parameters: {
      type: 'object',
      properties: {
        text: { type: 'string', maxLength: 12 },
        kind: { enum: ['red', 'blue', 3, null] },
        tags: { type: 'array', items: { type: 'string', maxLength: 4 }, maxItems: 2 },
        where: { type: ['object', 'null'], properties: { x: { type: 'boolean' } }, additionalProperties: false },
      },
      required: ['text'],
    },
  },
  {
    name: 'either',
    description: 'Takes a code or a small number.',
    parameters: {
      type: 'object',
      properties: { code: { anyOf: [{ type: 'string', pattern: '^[0-9]{3}$' }, { type: 'integer', minimum: 0, maximum: 9 }] } },
      required: ['code'],
    },
  },
  { name: 'now', description: 'Takes nothing.', parameters: { type: 'object', properties: {} } },
  { name: 'loose', description: 'Takes anything.', parameters: { type: 'object' }, strict: false },
]);

/** An answer that was walked, and what its captures say. */
export interface Walk {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly arguments: unknown; readonly begin: number; readonly end: number }[];
  readonly parts: readonly TextPart[];
  /** Tokens of thinking, those that hold a byte of it. */
  readonly thinkingTokens: number;
}

/** A tag as a caller compiles it. */
export function compiledAnswer(format: WireFormat, tag: StructuralTag, vocabulary: Vocabulary): Template {
  const { program } = compileTag(new ProgramBuilder(), tag, {
    whitespace: format.whitespace,
    undeclared: 'refused',
    limits: { ...DEFAULT_LIMITS, stringLength: 40, arrayItems: 3, additionalProperties: 2 },
    captureOf,
    vocabulary,
    controlTokens: true,
  });
  return vocabulary.compileProgram(program);
}

/** Walks with random tokens, now and then with what may begin a call, to the end. */
export function randomAnswer(template: Template, tag: StructuralTag, vocabulary: Vocabulary, random: Random, tokens: number): Walk {
  const matcher = template.matcher();
  const boundaries = textBoundaries(tag);
  const ends: number[] = [];
  for (let left = tokens; left > 0 && !matcher.atEnd; left--) {
    if (matcher.accepting && random.next() < 0.03) break;
    const boundary = boundaries.length > 0 && random.next() < 0.2 ? random.pick(boundaries) : undefined;
    if (boundary !== undefined && left > 40 && pushed(matcher, boundary, left - 1)) {
      ends.push(matcher.text().length);
      continue;
    }
    if (!taken(matcher, vocabulary, random, left)) break;
    ends.push(matcher.text().length);
  }
  if (!matcher.accepting) throw new Error(`the answer is not complete: ${JSON.stringify(matcher.text().toString())}`);
  const bytes = matcher.text();
  const captures = matcher.captures();
  const calls = captures.flatMap(({ name, begin, end }) => {
    const captured = capturedArguments(name);
    if (captured === undefined) return [];
    const { parameters } = WALK_TOOLS.find((tool) => tool.name === captured.tool) as Tool;
    const call = captures.findLast((span) => span.name === 'call' && span.begin <= begin && span.end >= end);
    if (call === undefined) throw new Error('arguments outside of a call');
    const args = readArguments(captured.style, bytes.subarray(begin, end).toString(), parameters);
    return [{ name: captured.tool, arguments: args, begin: call.begin, end: call.end }];
  });
  const parts = textParts(captures, bytes.length);
  const thoughts = parts.filter(({ kind }) => kind === 'thinking');
  const thinkingTokens = Math.max(0, ...thoughts.map((part) => ends.filter((end, index) => end > part.begin && (ends[index - 1] ?? 0) < part.end).length));
  return { text: bytes.toString(), calls, parts, thinkingTokens };
}

/** A random token after which the answer can still be completed; false if there is none. */
function taken(matcher: ReturnType<Template['matcher']>, vocabulary: Vocabulary, random: Random, left: number): boolean {
  // The exact mask takes long: first any token, which is nearly always right.
  const buffer = bufferOf(vocabulary);
  for (const mask of [() => matcher.mask(buffer), () => matcher.maskWithin(left)]) {
    const id = pickVisible(mask(), vocabulary, random);
    if (id === undefined) continue;
    if (!matcher.acceptToken(id)) throw new Error(`token ${id} was allowed and is not accepted`);
    if (matcher.canFinishWithin(left - 1)) return true;
    matcher.rollback(1);
  }
  return false;
}

/** Some styles allow any white space between tags: a walk that takes it whenever it may hardly gets on. */
function pickVisible(mask: Uint32Array, vocabulary: Vocabulary, random: Random): number | undefined {
  const draw = drawFrom(mask, vocabulary, random);
  let id = draw();
  for (let attempt = 0; attempt < 8 && id !== undefined && isBlank(vocabulary, id); attempt++) id = draw();
  return id;
}

const blank = new WeakMap<Vocabulary, Map<number, boolean>>();

function isBlank(vocabulary: Vocabulary, id: number): boolean {
  const known = blank.get(vocabulary) ?? new Map<number, boolean>();
  blank.set(vocabulary, known);
  const is = known.get(id) ?? vocabulary.bytes(id).every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
  known.set(id, is);
  return is;
}

const buffers = new WeakMap<Vocabulary, Uint32Array>();

/** For one mask at a time. */
function bufferOf(vocabulary: Vocabulary): Uint32Array {
  const buffer = buffers.get(vocabulary) ?? new Uint32Array(Math.ceil(vocabulary.size / 32));
  buffers.set(vocabulary, buffer);
  return buffer;
}

/** As one step, if the answer can still be completed. */
function pushed(matcher: ReturnType<Template['matcher']>, text: string, left: number): boolean {
  if (!matcher.acceptBytes(text)) return false;
  if (matcher.canFinishWithin(left)) return true;
  matcher.rollback(1);
  return false;
}

/** The choices that every format must know, by what they are called here. */
export const WALK_OPTIONS: Readonly<Record<string, TagOptions>> = Object.fromEntries(
  (['off', 'on', { maxTokens: 5 }] as const).flatMap((thinking) => [true, false].flatMap((parallelCalls) => Object.entries({
    auto: 'auto', required: 'required', named: { name: 'find-item' }, none: 'none',
    allowed: { allowed: ['add', 'either'] }, 'allowed required': { allowed: ['add', 'now'], mode: 'required' },
  } as const).map(([choice, toolChoice]) => [
    `${choice}, ${parallelCalls ? 'several calls' : 'one call'}, thinking ${typeof thinking === 'string' ? thinking : 'bounded'}`,
    { toolChoice, parallelCalls, thinking },
  ]))),
);

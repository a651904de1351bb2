// What tests of the mask engine share: the real Qwen vocabulary, schemas of every kind, random walks.

import { Ajv } from 'ajv';
import type { JsonSchemaObject } from '../../lib/schema/json-schema.js';
import { type Matcher, Vocabulary } from '../../lib/mask.js';
import { repositoryPath } from './shared-data.js';
import type { Random } from './random.js';

let vocabulary: Vocabulary | undefined;

/** The vocabulary of Qwen 2, which llama.cpp's sources carry; 151,936 tokens. */
export function qwenVocabulary(): Vocabulary {
  return (vocabulary ??= Vocabulary.fromGguf(repositoryPath('vendor/llama.cpp/models/ggml-vocab-qwen2.gguf')));
}

/** Schemas of every kind that the engine supports, by what they test. */
export const SCHEMAS: Readonly<Record<string, JsonSchemaObject>> = {
  number: { type: 'number' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
  string: { type: 'string' },
  'short string': { type: 'string', minLength: 2, maxLength: 5 },
  'several types': { type: ['integer', 'string', 'null'] },
  enum: { enum: ['red', 'green', 'greenish', 'a "quoted" one', 'back\\slash', 7, -0.5, null, true, ['x', 1], { k: [] }] },
  const: { const: { a: [1, 2, { b: 'ü' }], 'key "q"': null } },
  array: { type: 'array', items: { type: 'boolean' } },
  'bounded array': { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 3 },
  'array of arrays': { type: 'array', items: { type: 'array', items: { type: 'string', maxLength: 4 }, maxItems: 2 }, maxItems: 3 },
  'empty object': { type: 'object', properties: {}, additionalProperties: false },
  'required members': {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  },
  'optional members': {
    type: 'object',
    properties: { a: { type: 'boolean' }, ab: { type: 'null' }, 'a"b': { type: 'integer' }, z: { enum: ['x', 'xy'] } },
    required: ['ab'],
    additionalProperties: false,
  },
  nested: {
    type: 'object',
    properties: {
      who: { type: 'object', properties: { first: { type: 'string' } }, required: ['first'], additionalProperties: false },
      tags: { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 4 },
      where: { type: ['object', 'null'], properties: { lat: { type: 'number' }, lon: { type: 'number' } }, required: ['lat', 'lon'], additionalProperties: false },
    },
    required: ['who', 'tags'],
    additionalProperties: false,
  },
  'any value': { type: 'object', properties: { x: {} }, required: ['x'], additionalProperties: false },
  'map of integers': { type: 'object', additionalProperties: { type: 'integer' } },
};

const ajv = new Ajv({ strict: false, allowUnionTypes: true });

/** What ajv says of a text: undefined if it is valid, else why not. */
export function invalid(schema: JsonSchemaObject, text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${String(error)}`;
  }
  return ajv.validate(schema, value) ? undefined : ajv.errorsText();
}

/** The ids of a mask. */
export function idsOf(mask: Uint32Array): number[] {
  const ids: number[] = [];
  for (let word = 0; word < mask.length; word++) {
    for (let bits = mask[word] as number; bits !== 0; bits &= bits - 1) ids.push(word * 32 + 31 - Math.clz32(bits & -bits));
  }
  return ids;
}

const endTokens = new WeakMap<Vocabulary, ReadonlySet<number>>();

/** Draws random allowed ids that do not end the text, as many as are asked for; undefined if there is none. */
export function drawFrom(mask: Uint32Array, vocabulary: Vocabulary, random: Random): () => number | undefined {
  const ends = endTokens.get(vocabulary) ?? new Set(vocabulary.endTokens);
  endTokens.set(vocabulary, ends);
  let ids: readonly number[] | undefined;
  return () => {
    // Nearly full masks are common: try before listing 150,000 ids.
    for (let attempt = 0; attempt < 20 && ids === undefined; attempt++) {
      const id = random.below(mask.length * 32);
      if (((mask[id >>> 5] ?? 0) >>> (id & 31) & 1) === 1 && !ends.has(id)) return id;
    }
    ids ??= idsOf(mask).filter((id) => !ends.has(id));
    return ids.length === 0 ? undefined : random.pick(ids);
  };
}

/** A random allowed id that does not end the text; undefined if there is none. */
export function pickFrom(mask: Uint32Array, vocabulary: Vocabulary, random: Random): number | undefined {
  return drawFrom(mask, vocabulary, random)();
}

/** Accepts up to `steps` random allowed tokens, none that ends. Half of the time one with a quote, so that strings end. */
export function randomSteps(matcher: Matcher, vocabulary: Vocabulary, random: Random, steps: number): void {
  for (let step = 0; step < steps && !matcher.atEnd; step++) {
    const ids = idsOf(matcher.mask()).filter((id) => !vocabulary.endTokens.includes(id));
    const closing = random.next() < 0.5 ? ids.filter((id) => vocabulary.bytes(id).includes(0x22)) : [];
    matcher.acceptToken(random.pick(closing.length > 0 ? closing : ids));
  }
}

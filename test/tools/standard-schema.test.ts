// Tools from schemas of validation libraries: what the libraries say, and what is wrong where they cannot say it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import { defineTool, parseTools } from '../../lib/tools/index.js';
import { Vocabulary } from '../../lib/mask.js';
import { repositoryPath } from '../support/shared-data.js';

const VOCABULARY = repositoryPath('vendor/llama.cpp/models/ggml-vocab-qwen2.gguf');

const expected = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 7 }, unit: { enum: ['c', 'f'] } },
  required: ['city', 'days'],
};

/** Without what libraries add and nobody reads. */
function bare(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === '$schema' ? undefined : value)));
}

test('Zod, ArkType and Valibot give the same tool', () => {
  const tools = parseTools([
    { name: 'zod', parameters: z.object({ city: z.string(), days: z.int().min(1).max(7), unit: z.enum(['c', 'f']).optional() }) },
    { name: 'zod_mcp', inputSchema: z.object({ city: z.string(), days: z.int().min(1).max(7), unit: z.enum(['c', 'f']).optional() }) },
    { name: 'arktype', parameters: type({ city: 'string', days: '1 <= number.integer <= 7', 'unit?': "'c' | 'f'" }) },
    {
      name: 'valibot',
      parameters: toStandardJsonSchema(v.object({ city: v.string(), days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7)), unit: v.optional(v.picklist(['c', 'f'])) })),
    },
  ]);
  for (const { name, parameters } of tools) {
    const { properties, required, type: kind } = bare(parameters) as typeof expected;
    delete (properties.unit as { type?: string }).type;
    assert.deepEqual({ type: kind, properties, required }, expected, name);
    assert.equal(parameters.additionalProperties, false, name);
  }
});

test('the schema and the function stay with the tool, also when it is parsed again', async () => {
  const parameters = z.object({ day: z.iso.date().transform((day) => new Date(day)), guests: z.number().default(2) });
  const tool = defineTool({ name: 'book', parameters, execute: ({ day, guests }) => [day.getUTCDate(), guests] });
  const [again] = parseTools([tool]) as (typeof tool)[];
  assert.deepEqual(again, tool);
  assert.equal(again?.schema, parameters);
  // The input side: a text, and what has a default may be missing.
  assert.deepEqual((bare(tool.parameters) as typeof expected).required, ['day']);
  assert.equal((tool.parameters.properties?.['day'] as { type?: string }).type, 'string');
});

test('what has no JSON Schema is named by tool and path', () => {
  const rows: [string, unknown, string][] = [
    ['a date', z.object({ day: z.date() }), 'parameters.day'],
    ['deeper', z.object({ stay: z.object({ nights: z.array(z.object({ at: z.bigint() })) }) }), 'parameters.stay.nights.at'],
    ['under wrappers', z.object({ a: z.map(z.string(), z.string()).optional().nullable() }), 'parameters.a'],
    ['in a union', z.object({ a: z.union([z.string(), z.symbol()]) }), 'parameters.a[1]'],
    ['in a tuple', z.object({ a: z.tuple([z.string(), z.undefined()]) }), 'parameters.a[1]'],
    ['in a record', z.object({ a: z.record(z.string(), z.bigint()) }), 'parameters.a'],
    ['after a pipe', z.object({ a: z.object({ b: z.date() }).transform(String) }), 'parameters.a.b'],
    ['in valibot', toStandardJsonSchema(v.object({ a: v.date() })), 'parameters'],
  ];
  for (const [title, parameters, path] of rows) {
    assert.throws(() => parseTools([{ name: 'ok', parameters: {} }, { name: 'bad', parameters }]), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'SURECALL_INVALID_TOOLS', title);
      assert.ok(error.message.startsWith(`tools: [1] "bad": ${path}: has no JSON Schema: `), `${title}: ${error.message}`);
      return true;
    });
  }
});

test('what is no object, and what cannot give JSON Schema, is refused with advice', () => {
  assert.throws(() => parseTools([{ name: 'x', parameters: z.string() }]), { code: 'SURECALL_INVALID_TOOLS', message: /^tools: \[0\] "x": parameters\.type: must be "object", got "string"/ });
  assert.throws(() => parseTools([{ name: 'x', parameters: v.object({}) }]), { code: 'SURECALL_INVALID_TOOLS', message: /^tools: \[0\] "x": parameters: this schema of valibot cannot give JSON Schema; wrap it in toStandardJsonSchema/ });
  const hostile = { '~standard': { version: 1, vendor: '__proto__', validate: () => ({ value: 1 }), jsonSchema: { input: () => { throw new Error('no'); } } } };
  assert.throws(() => parseTools([{ name: 'x', parameters: hostile }]), { message: 'tools: [0] "x": parameters: has no JSON Schema: no' });
});

test('schemas of libraries compile, recursive ones included', { skip: !existsSync(VOCABULARY) && 'vendor/llama.cpp is not filled' }, () => {
  interface Category { name: string; children: Category[] }
  const category: z.ZodType<Category> = z.object({ name: z.string(), get children() { return z.array(category); } });
  const [tool] = parseTools([{ name: 'x', parameters: z.object({ root: category, at: z.email(), id: z.uuid(), when: z.iso.datetime(), n: z.number().positive(), t: z.tuple([z.literal('a'), z.boolean()]) }) }]);
  const template = Vocabulary.fromGguf(VOCABULARY).compileJsonSchema(tool?.parameters ?? false);
  const value = { root: { name: 'r', children: [{ name: 'c', children: [] }] }, at: 'a@b.co', id: '9b2d3f1c-7a58-4c1e-9f0a-2d9d5a3c7e11', when: '2026-11-21T10:00:00Z', n: 0.5, t: ['a', true] };
  const matcher = template.matcher();
  assert.ok(matcher.acceptBytes(JSON.stringify(value)) && matcher.accepting);
});

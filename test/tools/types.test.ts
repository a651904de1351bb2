// What the compiler knows of calls. The type checker is the test: `npm run lint` fails where an assertion does not hold,
// and where an error that is expected does not come.

import { test } from 'node:test';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import { defineTool, type ArgumentsOf, type CallResult, type CallsOf, type Model, type ToolCall } from '../../lib/index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Does not compile unless `Holds` is true. */
function typed<Holds extends true>(): Holds | void {}

/** Never called: only its types matter. */
export async function useOf(model: Model): Promise<void> {
  const add = defineTool({
    name: 'add',
    parameters: { a: { type: 'number' }, b: { type: 'int' } },
    execute: ({ a, b }) => {
      typed<Same<typeof a, number>>();
      return a + b;
    },
  });
  const search = defineTool({
    name: 'search',
    parameters: {
      type: 'object',
      properties: { query: { type: 'string' }, limit: { type: ['integer', 'null'] }, order: { enum: ['new', 'old'] } },
      required: ['query'],
    },
  });
  const book = defineTool({ name: 'book', parameters: z.object({ day: z.iso.date(), guests: z.number().int().default(2) }),
    execute: (args) => { typed<Same<typeof args, { day: string; guests: number }>>(); } });
  const anything = defineTool({ name: 'anything', parameters: { a: { type: 'number' } }, strict: false });

  const { calls } = await model.caller([add, search, book, anything]).call('x');
  for (const call of calls) {
    if (call.name === 'add') typed<Same<typeof call.arguments, { a: number; b: number }>>();
    if (call.name === 'search') typed<Same<typeof call.arguments, { query: string; limit?: number | null; order?: 'new' | 'old' }>>();
    // What the model writes: guests has a default, so it may be missing.
    if (call.name === 'book') typed<Same<typeof call.arguments, { day: string; guests?: number | undefined }>>();
    if (call.name === 'anything') typed<Same<typeof call.arguments, Record<string, unknown>>>();
    // @ts-expect-error there is no such tool
    if (call.name === 'subtract') return;
    // @ts-expect-error only known once the name is
    void call.arguments.query;
  }
  for await (const { calls: [first] } of model.caller([add]).batch(['x'])) typed<Same<typeof first, ToolCall<'add', { a: number; b: number }> | undefined>>();

  // Callers and results of known tools go where any would.
  const general: CallResult = await model.caller([add, book]).call('x');
  void general;
  const fromFile: Parameters<Model['caller']>[0] = JSON.parse('[]') as [];
  typed<Same<Awaited<ReturnType<ReturnType<typeof useCaller>['call']>>['calls'][number], ToolCall>>();
  function useCaller() { return model.caller(fromFile); }

  // @ts-expect-error a parameter needs a type
  defineTool({ name: 'x', parameters: { a: { kind: 'number' } } });
  // @ts-expect-error no type of JSON Schema
  defineTool({ name: 'x', parameters: { type: 'object', properties: { a: { type: 'strin' } } } });
  // @ts-expect-error b is a number
  defineTool({ name: 'x', parameters: { b: { type: 'number' } }, execute: ({ b }) => b.length });
}

/** Definitions that did not go through defineTool, in the shapes of others. */
export async function useOfShapes(model: Model): Promise<void> {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
  const caller = model.caller([
    { type: 'function', function: { name: 'chat', parameters: schema } },
    { type: 'function', name: 'responses', parameters: schema, strict: true },
    { name: 'mcp', inputSchema: { type: 'object', properties: { n: { const: 3 } }, required: ['n'] } },
    { name: 'claude', input_schema: { type: 'object', properties: {} } },
    { title: 'titled', type: 'object', properties: { yes: { type: 'boolean' } } },
    { name: 'ark', parameters: type({ when: 'string', 'count?': 'number' }) },
    { name: 'valibot', parameters: toStandardJsonSchema(v.object({ tags: v.array(v.string()) })) },
  ]);
  const [call] = (await caller.call('x')).calls;
  switch (call?.name) {
    case 'chat':
    case 'responses': return void typed<Same<typeof call.arguments, { city: string }>>();
    case 'mcp': return void typed<Same<typeof call.arguments, { n: 3 }>>();
    case 'claude': return void typed<Same<typeof call.arguments, {}>>();
    case 'titled': return void typed<Same<typeof call.arguments, { yes?: boolean }>>();
    case 'ark': return void typed<Same<typeof call.arguments, { when: string; count?: number }>>();
    case 'valibot': return void typed<Same<typeof call.arguments, { tags: string[] }>>();
    case undefined: return;
  }
  typed<Same<typeof call, never>>();
}

type Listed = { tools: [{ name: 'a'; inputSchema: { type: 'object'; properties: { x: { type: 'null' } } } }, { name: string; inputSchema: object }] };

test('the types of arguments are inferred from schemas', () => {
  typed<Same<ArgumentsOf<{ type: 'object'; properties: { t: { type: 'array'; prefixItems: [{ type: 'string' }, { type: 'number' }]; minItems: 2; items: false } } }>, { t?: [string, number] }>>();
  typed<Same<ArgumentsOf<{ properties: { t: { type: 'array'; items: { anyOf: [{ type: 'string' }, { const: null }] } } } }>, { t?: (string | null)[] }>>();
  typed<Same<ArgumentsOf<{ type: 'object'; additionalProperties: { type: 'integer' } }>, { [name: string]: number }>>();
  typed<Same<ArgumentsOf<{ type: 'object'; properties: { a: { $ref: '#/$defs/p' } }; required: ['a']; $defs: { p: { type: 'object'; properties: { x: { type: 'number' } }; required: ['x'] } } }>, { a: { x: number } }>>();
  typed<Same<ArgumentsOf<{ type: 'object'; properties: { inner: { type: 'object'; properties: { a: {} }; additionalProperties: true } } }>, { inner?: { [name: string]: unknown; a?: unknown } }>>();
  // Parameters of the seed dialect may be called like keywords.
  typed<Same<ArgumentsOf<{ type: { type: 'string' }; properties: { type: 'bool' }; enum: { enum: [1, 2] } }>, { type: string; properties: boolean; enum: 1 | 2 }>>();
  // A tree: inference of what refers to itself ends.
  type Tree = ArgumentsOf<{ type: 'object'; properties: { value: { type: 'string' }; children: { type: 'array'; items: { $ref: '#' } } }; required: ['value', 'children'] }>;
  const tree: Tree = { value: 'root', children: [{ value: 'leaf', children: [] }] };
  // @ts-expect-error the value is a text at every depth
  const wrong: Tree = { value: 'root', children: [{ value: 1, children: [] }] };
  void [tree, wrong];
  typed<Same<ArgumentsOf<{ type: 'object'; properties: { kind: { type: 'string' } }; required: ['kind']; oneOf: [{ properties: { kind: { const: 'a' } } }, { properties: { kind: { const: 'b' } } }] }>['kind'], string & ('a' | 'b')>>();
  typed<Same<CallsOf<Listed>['name'], string>>();
  typed<Same<CallsOf<[]>, never>>();
});

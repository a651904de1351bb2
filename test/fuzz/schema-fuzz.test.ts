// A short run of the schema fuzzer; `npm run fuzz:schemas` is the long one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonSchema } from '../../lib/schema/json-schema.js';
import { repeatsMember } from './schema-checks.js';
import { fuzz, smallVocabulary } from './schema-fuzz.js';

const vocabulary = smallVocabulary();

test('random schemas accept what ajv accepts, and nothing else', () => {
  const { failures, compiled, walks, valid, invalid } = fuzz(1, 250, { vocabulary, walks: 1, instances: 15 });
  assert.deepEqual(failures, []);
  // Otherwise the generator makes nothing of interest.
  assert.ok(compiled > 120 && walks > 120 && valid > 500 && invalid > 300, `${compiled} compiled, ${walks} walks, ${valid} valid, ${invalid} invalid`);
});

test('members of one name are noticed', () => {
  assert.ok(repeatsMember(String.raw`{"a":[{"b":1}],"\u0061":2}`));
  assert.ok(!repeatsMember(String.raw`{"a":{"a":"a:a"},"b":["a",{"a":":"}]}`));
});

const found: Readonly<Record<string, readonly [schema: JsonSchema, yes: readonly string[], no: readonly string[]]>> = {
  'unique items of which none is possible': [{ type: 'array', items: false, uniqueItems: true }, ['[]'], ['[1]', '[,]']],
  'a recursive schema that lists objects': [
    { $ref: '#/$defs/tree', $defs: { tree: { properties: { a: { $ref: '#/$defs/tree' } }, enum: [{ a: { a: 1 } }, { a: 1 }, 1] } } },
    ['1', '{"a":1}', '{"a":{"a":1}}'], ['2', '{}', '{"a":2}'],
  ],
  'anything but an empty list': [{ not: { const: [] } }, ['[1]', '{}', '0'], ['[]']],
  'anything but a list, in an old draft': [{ $schema: 'http://json-schema.org/draft-04/schema#', not: { enum: [[1], { a: 2 }] } }, ['[2]', '[1,1]', '{"a":1}'], ['[1]', '{"a":2}']],
  'a required member of the schema itself': [
    { properties: { a: { $ref: '#', minimum: 1 } }, required: ['a'], anyOf: [{ type: 'object' }, { type: 'number' }] }, ['2', '{"a":2}', '{"a":{"a":1}}'], ['{"a":0}', '{}'],
  ],
  'a name other than one': [{ type: 'object', not: { propertyNames: { const: 'x' } } }, ['{"y":1}', '{"x":1,"y":2}'], ['{}', '{"x":1}', String.raw`{"\u0078":1}`]],
  'a name that must be there': [{ type: 'object', not: { propertyNames: { not: { const: 'b' } } } }, ['{"b":1}', '{"b":1,"a":2}'], ['{}', '{"a":1}']],
};

for (const [name, [schema, yes, no]] of Object.entries(found)) {
  test(`found by fuzzing: ${name}`, () => {
    const matcher = vocabulary.compileJsonSchema(schema).matcher();
    const accepts = (text: string): boolean => {
      matcher.reset();
      return matcher.acceptBytes(text) && matcher.accepting;
    };
    for (const text of yes) assert.ok(accepts(text), `accepts ${text}`);
    for (const text of no) assert.ok(!accepts(text), `refuses ${text}`);
  });
}

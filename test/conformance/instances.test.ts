// How instances are spelled for outside suites and benchmarks: test/support/instances.ts, and the JSON under it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keywordOf, keywordOfMessage } from '../../bench/maskbench/keyword.js';
import { parseExact, plain, spell } from '../../lib/text/exact-json.js';
import { schemaText, spellings } from '../support/instances.js';

const EXACT: readonly (readonly [text: string, spelled: string])[] = [
  ['{"a" : 1.0, "b": [1e-08, -0, 12345678901234567890]}', '{"a":1.0,"b":[1e-08,-0,12345678901234567890]}'],
  ['{"b":1,"10":2,"9":3}', '{"b":1,"10":2,"9":3}'],
  ['"\\u0041\\/\\u001f\\n é 😀"', '"A/\\u001f\\n é 😀"'],
  ['{"__proto__":{"x":true}}', '{"__proto__":{"x":true}}'],
  ['[ ]', '[]'],
];

test('JSON keeps its numbers and the order of its members', () => {
  for (const [text, spelled] of EXACT) {
    const value = parseExact(text);
    assert.equal(spell(value), spelled);
    assert.deepEqual(plain(value), JSON.parse(text));
  }
  for (const text of ['', '{', '[1,]', '01', '{"a":1,}', '"a', 'nul', '1 2', '{a:1}']) assert.throws(() => parseExact(text), SyntaxError, text);
});

const ORDERS: readonly (readonly [what: string, schema: unknown, instance: string, spelled: readonly string[]])[] = [
  ['as declared', { properties: { b: {}, a: {} } }, '{"a":1,"b":2}', ['{"b":2,"a":1}', '{"a":1,"b":2}']],
  ['additional members last', { properties: { b: {} } }, '{"z":0,"y":0,"b":2}', ['{"b":2,"z":0,"y":0}', '{"z":0,"y":0,"b":2}']],
  ['required ones before those', { properties: { b: {} }, required: ['y'] }, '{"z":0,"y":0,"b":2}', ['{"b":2,"y":0,"z":0}', '{"z":0,"y":0,"b":2}']],
  ['allOf where it stands', { allOf: [{ properties: { z: {} } }], properties: { a: {} } }, '{"a":1,"z":2}', ['{"z":2,"a":1}', '{"a":1,"z":2}']],
  ['through $ref', { $ref: '#/$defs/x', $defs: { x: { properties: { b: {}, a: {} } } } }, '{"a":1,"b":2}', ['{"b":2,"a":1}', '{"a":1,"b":2}']],
  [
    'the branch that fits',
    { anyOf: [{ properties: { k: { const: 1 }, a: {} } }, { properties: { a: {}, k: { const: 2 } } }] },
    '{"k":2,"a":1}',
    ['{"a":1,"k":2}', '{"k":2,"a":1}'],
  ],
  ['in items', { items: { properties: { b: {}, a: {} } } }, '[{"a":1,"b":2}]', ['[{"b":2,"a":1}]', '[{"a":1,"b":2}]']],
  ['in tuples', { items: [true, { properties: { b: {}, a: {} } }] }, '[0,{"a":1,"b":2}]', ['[0,{"b":2,"a":1}]', '[0,{"a":1,"b":2}]']],
  ['as the constant', { const: { b: 1, a: [{ d: 1, c: 2 }] } }, '{"a":[{"c":2,"d":1}],"b":1}', ['{"b":1,"a":[{"d":1,"c":2}]}', '{"a":[{"c":2,"d":1}],"b":1}']],
  ['a cycle', { $ref: '#' }, '{"b":2,"a":1}', ['{"b":2,"a":1}']],
  ['malformed keywords', { properties: 1, required: 2, allOf: {}, enum: {}, $ref: 3 }, '{"a":1}', ['{"a":1}']],
];

test('members are spelled in declared order, then in that of the file', () => {
  for (const [what, schema, instance, spelled] of ORDERS) assert.deepEqual(spellings(parseExact(instance), schema), spelled, what);
});

test('whole numbers are a last resort, and only on demand', () => {
  const instance = parseExact('[1.0,2.50,-3.00]');
  assert.deepEqual(spellings(instance, {}), ['[1.0,2.50,-3.00]']);
  assert.deepEqual(spellings(instance, {}, { wholeNumbers: true }), ['[1.0,2.50,-3.00]', '[1,2.50,-3]']);
});

test('other engines read a schema in the order that JavaScript sees', () => {
  assert.equal(schemaText(parseExact('{"properties":{"b":{"minimum":1.0},"2":{},"1":{}}}')), '{"properties":{"1":{},"2":{},"b":{"minimum":1.0}}}');
});

test('a refusal is about the last keyword of its pointer', () => {
  assert.equal(keywordOf('/properties/pattern/format'), 'format');
  assert.equal(keywordOf('/properties/format'), 'properties');
  assert.equal(keywordOf('/anyOf/0/not'), 'not');
  assert.equal(keywordOf('/items/anyOf/1'), 'anyOf');
  assert.equal(keywordOf(''), undefined);
  assert.equal(keywordOfMessage('Unimplemented keys: ["if","then"]'), 'if,then');
  assert.equal(keywordOfMessage('[03:12:21] /x/y.cc:4944: Unsupported type "strnig"\n'), 'Unsupported type …');
});

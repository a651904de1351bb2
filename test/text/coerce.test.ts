import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SurecallError } from '../../lib/errors.js';
import type { JsonSchema } from '../../lib/schema/json-schema.js';
import { coerce } from '../../lib/text/index.js';
import { randomJson, seededRandom } from '../support/random.js';

const place = { tool: 'fn_x', path: 'p' };
const numbers: JsonSchema = { type: 'array', items: { type: 'number' } };
const point: JsonSchema = {
  type: 'object',
  properties: { x: { type: 'number' }, label: { type: 'string' } },
  required: ['x'],
  additionalProperties: false,
};
const tree: JsonSchema = {
  $defs: { node: { type: 'object', properties: { n: { type: 'integer' }, next: { $ref: '#/$defs/node' } } } },
  $ref: '#/$defs/node',
};

const converted: readonly (readonly [schema: JsonSchema, value: unknown, result: unknown])[] = [
  [{ type: 'number' }, '3', 3],
  [{ type: 'number' }, ' -2.5e3 ', -2500],
  [{ type: 'integer' }, '3', 3],
  [{ type: 'integer' }, '3.0', 3],
  [{ type: 'integer' }, 3.0, 3],
  [{ type: 'boolean' }, 'true', true],
  [{ type: 'boolean' }, 'False', false],
  [{ type: 'boolean' }, 'TRUE', true],
  [{ type: 'null' }, 'None', null],
  [{ type: ['integer', 'null'] }, 'null', null],
  [{ type: ['string', 'null'] }, 'null', 'null'],
  [{ type: 'string' }, 3, '3'],
  [{ type: 'string' }, 2.5, '2.5'],
  [{ type: 'string' }, true, 'true'],
  [numbers, 5, [5]],
  [numbers, '5', [5]],
  [numbers, '[1, "2"]', [1, 2]],
  [{ type: 'array', items: { type: 'string' } }, 'a', ['a']],
  [{ type: 'array', items: { type: 'string' } }, '[abc]', ['[abc]']],
  [{ type: 'array', items: point }, { x: '1' }, [{ x: 1 }]],
  [{ type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'integer' } }, [1, '2'], ['1', 2]],
  [point, '{"x": "1.5", "label": 7}', { x: 1.5, label: '7' }],
  [point, { x: '4' }, { x: 4 }],
  [{ enum: ['Celsius', 'Fahrenheit'] }, 'celsius', 'Celsius'],
  [{ type: 'integer', enum: [1, 2, 3] }, '3', 3],
  [{ enum: [1, 2, 'x'] }, '2', 2],
  [{ type: 'string', enum: ['1', '2'] }, 2, '2'],
  [{ const: 'On' }, 'on', 'On'],
  [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, '3', '3'],
  [{ anyOf: [{ type: 'integer' }, { type: 'boolean' }] }, 'true', true],
  [{ oneOf: [{ type: 'null' }, { type: 'number' }] }, '7', 7],
  [{ allOf: [{ type: 'number' }, { minimum: 0 }] }, '7', 7],
  [tree, { n: '1', next: { n: '2' } }, { n: 1, next: { n: 2 } }],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, { a: '1' }, { a: 1 }],
  [{ type: 'object', patternProperties: { '^n': { type: 'integer' } } }, { n1: '1', m: '1' }, { n1: 1, m: '1' }],
  [true, 'anything', 'anything'],
  [{}, 'anything', 'anything'],
];

for (const [schema, value, result] of converted) {
  test(`coerce ${JSON.stringify(value)} to ${JSON.stringify(schema)} gives ${JSON.stringify(result)}`, () => {
    assert.deepEqual(coerce(value, schema, place), result);
  });
}

const refused: readonly (readonly [schema: JsonSchema, value: unknown, message: string])[] = [
  [{ type: 'integer' }, 'three', 'parameter "p": expected integer, got "three"'],
  [{ type: 'integer' }, 3.7, 'parameter "p": expected integer, got 3.7'],
  [{ type: 'integer' }, '3.7', 'parameter "p": expected integer, got "3.7"'],
  [{ type: 'integer' }, '9007199254740993', 'parameter "p": expected integer, got "9007199254740993"'],
  [{ type: 'integer' }, '', 'parameter "p": expected integer, got ""'],
  [{ type: 'number' }, '007', 'parameter "p": expected number, got "007"'],
  [{ type: 'number' }, '1e999', 'parameter "p": expected number, got "1e999"'],
  [{ type: 'number' }, '1,000', 'parameter "p": expected number, got "1,000"'],
  [{ type: 'number' }, true, 'parameter "p": expected number, got true'],
  [{ type: 'number' }, null, 'parameter "p": expected number, got null'],
  [{ type: 'boolean' }, 1, 'parameter "p": expected boolean, got 1'],
  [{ type: 'boolean' }, 'yes', 'parameter "p": expected boolean, got "yes"'],
  [{ type: 'string' }, null, 'parameter "p": expected string, got null'],
  [{ type: 'string' }, ['a'], 'parameter "p": expected string, got ["a"]'],
  [{ type: 'string' }, { a: 1 }, 'parameter "p": expected string, got {"a":1}'],
  [{ type: ['integer', 'null'] }, 'x', 'parameter "p": expected integer or null, got "x"'],
  [numbers, null, 'parameter "p": expected array, got null'],
  [numbers, [1, 'x'], 'parameter "p[1]": expected number, got "x"'],
  [point, { label: 'a' }, 'parameter "p.x": expected number, got nothing'],
  [point, { x: 1, y: 2 }, 'parameter "p.y": expected no such parameter, got 2'],
  [point, '{"x": "a"}', 'parameter "p.x": expected number, got "a"'],
  [{ enum: ['A', 'B'] }, 'c', 'parameter "p": expected one of "A", "B", got "c"'],
  [{ enum: ['on', 'ON'] }, 'On', 'parameter "p": expected one of "on", "ON", got "On"'],
  [{ anyOf: [{ type: 'integer' }, { type: 'boolean' }] }, 'x', 'parameter "p": expected integer or boolean, got "x"'],
  [false, 1, 'parameter "p": expected no such parameter, got 1'],
];

for (const [schema, value, message] of refused) {
  test(`coerce ${JSON.stringify(value)} to ${JSON.stringify(schema)} is an error`, () => {
    assert.throws(() => coerce(value, schema, place), (error: unknown) => {
      assert.ok(error instanceof SurecallError);
      assert.equal(error.code, 'SURECALL_COERCION');
      assert.equal(error.message, `fn_x: ${message}`);
      return true;
    });
  });
}

test('coerce names the arguments as a whole where there is no path', () => {
  assert.throws(() => coerce(3, point, { tool: 'f' }), { message: 'f: arguments: expected object, got 3' });
});

test('coerce returns right values as the same reference and never changes its input', () => {
  const right = { x: 1, label: 'a' };
  assert.equal(coerce(right, point, place), right);
  const list = [1, 2];
  assert.equal(coerce(list, numbers, place), list);
  const wrong = { x: '1', label: 'a' };
  coerce(wrong, point, place);
  assert.deepEqual(wrong, { x: '1', label: 'a' });
});

test('coerce without a schema returns any JSON as the same reference (500 seeds)', () => {
  for (let seed = 0; seed < 500; seed++) {
    const value = randomJson(seededRandom(seed), 3);
    assert.equal(coerce(value, true, place), value);
    assert.equal(coerce(value, {}, place), value);
  }
});

test('coerce keeps a member called __proto__ a member', () => {
  const value = JSON.parse('{"__proto__": "1"}') as unknown;
  const result = coerce(value, { type: 'object', additionalProperties: { type: 'integer' } }, place);
  assert.equal(JSON.stringify(result), '{"__proto__":1}');
});

test('coerce ends on a $ref that leads to itself', () => {
  assert.throws(() => coerce(1, { $ref: '#' }, place), { code: 'SURECALL_COERCION' });
});

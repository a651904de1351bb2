// BFCL's rules in small, on items of our own: these run where BFCL's data is absent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BfclCategory, BfclItem, DocParameter } from '../../../lib/bench/bfcl/item.js';
import { javaValue } from '../../../lib/bench/bfcl/java.js';
import { javascriptValue } from '../../../lib/bench/bfcl/javascript.js';
import { bfclFault } from '../../../lib/bench/bfcl/score.js';
import { meantTool } from '../../../lib/bench/bfcl/traits.js';
import { exact, type ExactJson, parseExact, spell } from '../../../lib/text/exact-json.js';

/** An item with one function f of one parameter x. */
function item(doc: DocParameter, right: readonly unknown[], category: BfclCategory = 'simple_python'): BfclItem {
  const groundTruth = [{ name: 'm.f', parameters: new Map([['x', right.map((value) => (typeof value === 'string' && /^-?\d/.test(value) ? parseExact(value) : exact(value)))]]) }];
  return { id: '', category, messages: [], tools: [], docs: [{ name: 'm.f', parameters: { properties: { x: doc } } }], groundTruth };
}

const call = (args: string) => ({ name: 'm_f', arguments: parseExact(args) as never });
const isRight = (one: BfclItem, ...args: string[]) => bfclFault(one, args.map(call)) === undefined;

test('values are compared as Python does, with their declared types', () => {
  const table: readonly (readonly [doc: DocParameter, right: readonly unknown[], yes: readonly string[], no: readonly string[]])[] = [
    [{ type: 'integer' }, [5], ['5'], ['5.0', '6', '"5"', 'true', 'null']],
    [{ type: 'float' }, ['5.0'], ['5', '5.0', '5e0'], ['5.1', '"5"']],
    [{ type: 'boolean' }, [true], ['true'], ['false', '1']],
    [{ type: 'string' }, ['New York', 'NYC'], ['"New York"', '"new-york"', '"nyc."'], ['"Newark"', '5']],
    [{ type: 'array', items: { type: 'integer' } }, [[1, 2]], ['[1, 2]'], ['[2, 1]', '[1]', '["1", "2"]', '1']],
    [{ type: 'array', items: { type: 'string' } }, [['a-b'], ''], ['["A B"]', '[]'], ['["c"]']],
    [{ type: 'dict' }, [{ a: [1, 2], b: ['x', ''] }], ['{"a": 2}', '{"b": "X", "a": 1}'], ['{"a": 3}', '{"b": "x"}', '{"a": 1, "c": 1}']],
    [{ type: 'array', items: { type: 'dict' } }, [[{ a: [1] }]], ['[{"a": 1}]'], ['[{"a": 2}]', '[]']],
    // The right value is of another type than the declared one.
    [{ type: 'integer' }, ['n'], ['"n"'], ['"N"', '1.5']],
  ];
  for (const [doc, right, yes, no] of table) {
    for (const value of yes) assert.ok(isRight(item(doc, right), `{"x": ${value}}`), `${doc.type} ${value}`);
    for (const value of no) assert.ok(!isRight(item(doc, right), `{"x": ${value}}`), `${doc.type} ${value}`);
  }
});

test('names, numbers of calls, missing and unexpected parameters', () => {
  const one = item({ type: 'integer' }, [1, '']);
  assert.ok(isRight(one, '{"x": 1}') && isRight(one, '{}'));
  assert.ok(!isRight(one) && !isRight(one, '{"x": 1}', '{"x": 1}') && !isRight(one, '{"x": 1, "constructor": 1}'));
  assert.equal(bfclFault(one, [{ name: 'm.f', arguments: parseExact('{"x": 1}') as never }]), 'calls m.f');
  assert.ok(!isRight(item({ type: 'integer' }, [1]), '{}'));
  const none = { ...one, groundTruth: undefined };
  assert.ok(isRight(none) && !isRight(none, '{}'));
  const [first] = one.groundTruth ?? [];
  assert.ok(first);
  const both: BfclItem = { ...one, category: 'parallel', groundTruth: [first, { ...first, parameters: new Map([['x', [parseExact('2')]]]) }] };
  assert.ok(isRight(both, '{"x": 2}', '{"x": 1}') && !isRight(both, '{"x": 2}', '{"x": 2}'));
});

test('Java and JavaScript arguments are source text', () => {
  const text = (value: ExactJson) => spell(value);
  const java: readonly (readonly [source: string, doc: DocParameter, value: string])[] = [
    ['12', { type: 'integer' }, '12'], ['12', { type: 'long' }, '"12"'], ['12L', { type: 'long' }, '12'], ['1.5f', { type: 'float' }, '1.5'], ['3', { type: 'double' }, '3.0'],
    ['true', { type: 'boolean' }, 'true'], ['new int[]{1, 2}', { type: 'Array', items: { type: 'integer' } }, '[1,2]'], ['xs', { type: 'Array' }, '"xs"'],
    ['new ArrayList<>(Arrays.asList("a", "b"))', { type: 'ArrayList', items: { type: 'String' } }, '["a","b"]'],
    ['new ArrayList<Integer>() {{ add(1); add(2); }}', { type: 'ArrayList', items: { type: 'integer' } }, '[1,2]'],
    ['new HashMap<String, Object>() {{ put("k", 1); put("l", "v"); }}', { type: 'HashMap' }, '{"k":1,"l":"v"}'], ['new HashMap<>()', { type: 'HashMap' }, '{}'],
  ];
  for (const [source, doc, value] of java) assert.equal(text(javaValue(source, doc)), value, source);
  const javascript: readonly (readonly [source: string, doc: DocParameter, value: string])[] = [
    [`'a'`, { type: 'String' }, '"a"'], ['a', { type: 'String' }, '"a"'], ['-3', { type: 'integer' }, '-3'], ['2.5', { type: 'float' }, '2.5'], ['7n', { type: 'Bigint' }, '7'],
    ['[1, 2]', { type: 'array', items: { type: 'integer' } }, '[1,2]'], ['new Array(1)', { type: 'array', items: { type: 'integer' } }, '[1]'], ['[[1], [2, 3]]', { type: 'array' }, '[[1],[2,3]]'],
    [`{'a': 1, b: [true], c: {'d': 'x, y'}}`, { type: 'dict' }, '{"a":1,"b":[true],"c":{"d":"x, y"}}'], ['{}', { type: 'dict' }, '{}'], ['obj', { type: 'dict' }, '"obj"'],
  ];
  for (const [source, doc, value] of javascript) assert.equal(text(javascriptValue(source, doc)), value, source);
  assert.ok(isRight(item({ type: 'integer' }, [3], 'simple_java'), '{"x": "3"}') && !isRight(item({ type: 'integer' }, [3], 'simple_java'), '{"x": 3}'));
});

test('definitions are read as they are meant', () => {
  const parameters = {
    type: 'object' as const,
    properties: {
      list: { type: 'array' as const, items: { type: 'string' as const }, enum: ['a', 'b'] },
      maybe: { type: 'string' as const, enum: ['x'], default: null },
      inner: { type: 'object' as const, properties: { n: { type: 'integer' as const, default: null } } },
      open: { type: 'object' as const, properties: {} },
    },
  };
  const { function: meant } = meantTool({ type: 'function', function: { name: 'f', parameters } });
  assert.deepEqual(meant.parameters?.properties, {
    list: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
    maybe: { type: ['string', 'null'], enum: ['x', null], default: null },
    inner: { type: 'object', properties: { n: { type: ['integer', 'null'], default: null } } },
    open: { type: 'object', properties: {} },
  });
});

// Schemas under the XML styles: what an object may hold is the same in all of them, and the same as in JSON.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import type { JsonSchemaFormat, JsonSchemaStyle, StructuralTag } from '../../lib/formats/structural-tag.js';
import { XML_STYLES, type XmlStyleName } from '../../lib/formats/xml-styles.js';
import type { CompileOptions, Template } from '../../lib/mask.js';
import type { JsonSchema, JsonSchemaObject } from '../../lib/schema/json-schema.js';
import { pickFrom, qwenVocabulary } from '../support/engine.js';
import { seededRandom } from '../support/random.js';
import { objectsOf, readXml } from '../support/xml.js';

const vocabulary = qwenVocabulary();
const decoder = new TextDecoder();
const STYLES = Object.keys(XML_STYLES) as XmlStyleName[];

function compile(schema: JsonSchema, style: JsonSchemaStyle, format: Partial<JsonSchemaFormat> = {}, options: CompileOptions = {}): Template {
  const tag: StructuralTag = { type: 'structural_tag', format: { type: 'json_schema', json_schema: schema, style, ...format } };
  return vocabulary.compileStructuralTag(tag, options);
}

function accepts(template: Template, text: string): boolean {
  const matcher = template.matcher();
  return matcher.acceptBytes(text) && matcher.accepting;
}

/** A member as models write it: strings as they are, the rest as JSON, in cohere_xml as tags. */
function tag(style: XmlStyleName, name: string | undefined, value: unknown): string {
  const type = typeof value === 'string' ? 'string' : value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  switch (style) {
    case 'qwen_xml': return `<parameter=${name}>${text}</parameter>`;
    case 'minimax_xml': return `<parameter name="${name}">${text}</parameter>`;
    case 'deepseek_xml': return `<｜DSML｜parameter name="${name}" string="${type === 'string'}">${text}</｜DSML｜parameter>`;
    case 'glm_xml': return `<arg_key>${name}</arg_key><arg_value>${text}</arg_value>`;
    case 'kimi_k3_xml': return `<|open|>argument key="${name}" type="${type}"<|sep|>${text}<|close|>argument<|sep|>`;
    case 'cohere_xml': {
      const kind = ({ string: 'raw', array: 'list', object: 'dict' } as Record<string, string>)[type] ?? 'json';
      const inside = type === 'array' ? (value as unknown[]).map((item) => tag(style, undefined, item)).join('') : type === 'object' ? tags(style, value as object) : text;
      return `<cofl:value${name === undefined ? '' : ` name="${name}"`} type="${kind}">${inside}</cofl:value>`;
    }
  }
}

function tags(style: XmlStyleName, value: object): string {
  return Object.entries(value).map(([name, member]) => tag(style, name, member)).join('');
}

const TREE: JsonSchemaObject = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 4 }, parts: { type: 'array', items: { $ref: '#' }, maxItems: 2 } },
  required: ['name'],
  additionalProperties: false,
};

const CASES: Readonly<Record<string, readonly [schema: JsonSchemaObject, valid: readonly object[], invalid: readonly object[], format?: Partial<JsonSchemaFormat>]>> = {
  'declared order': [
    { properties: { a: { type: 'integer' }, b: { type: 'string', minLength: 1 } }, required: ['b'], additionalProperties: false },
    [{ b: 'x' }, { a: 1, b: '<b>\n"&' }],
    [{}, { a: 1 }, { b: '' }, { b: 'x', a: 1 }, { b: 'x', c: 1 }, { a: 'y', b: 'x' }, { a: 1, b: 2.5, c: 3 }],
  ],
  'any order': [
    { properties: { a: { type: 'integer' }, b: { type: 'boolean' }, c: { type: 'null' } }, required: ['a', 'b'], additionalProperties: false },
    [{ a: 1, b: true }, { b: true, a: 1 }, { c: null, b: true, a: 1 }],
    [{ a: 1 }, { a: 1, c: null }, { a: 1, b: 1 }],
    { any_order: true },
  ],
  'required, not declared': [{ properties: { a: { type: 'string' } }, required: ['z', 'y'], additionalProperties: { type: 'integer' } }, [{ z: 1, y: 2 }, { y: 2, n: 0, z: 1 }], [{ z: 1 }, { z: 1, y: 'x' }]],
  'additional members': [{ properties: { a: { type: 'integer' } }, additionalProperties: { type: 'integer' } }, [{}, { b: 1, c: 2 }, { a: 1, b: 2 }], [{ a: 'x' }, { b: 'x' }, { b: {} }]],
  patternProperties: [{ patternProperties: { '^n-': { type: 'integer' }, 's$': { type: 'string' } }, additionalProperties: false }, [{ 'n-1': 1 }, { 'é s': 'x' }], [{ 'n-1': 'x' }, { x: 1 }, { 'n-s': 'x' }]],
  propertyNames: [{ propertyNames: { maxLength: 2 }, additionalProperties: { type: 'integer' } }, [{ ab: 1 }], [{ abc: 1 }]],
  counts: [{ additionalProperties: { type: 'integer' }, minProperties: 1, maxProperties: 2 }, [{ a: 1 }, { a: 1, b: 2 }], [{}, { a: 1, b: 2, c: 3 }]],
  witness: [{ properties: { a: { type: 'integer' } }, additionalProperties: { type: 'integer' }, not: { additionalProperties: { maximum: 5 } } }, [{ b: 9 }, { a: 9 }, { a: 1, b: 1, c: 6 }], [{}, { a: 1 }, { b: 1 }]],
  enums: [{ properties: { a: { enum: ['x', 'xy', 7, null, [1], { k: 'v' }] } }, required: ['a'] }, [{ a: 'xy' }, { a: 7 }, { a: null }, { a: [1] }, { a: { k: 'v' } }], [{ a: 'y' }, { a: 8 }, { a: [2] }, { a: { k: 'w' } }]],
  'an enum of objects': [{ enum: [{ a: 1, b: 'x' }, {}, 7] }, [{}, { a: 1, b: 'x' }], [{ a: 1 }, { a: 1, b: 'y' }]],
  'strings of a shape': [{ properties: { a: { type: 'string', pattern: '^[a-z]+$', maxLength: 3 }, b: { type: 'string', format: 'date' }, c: { type: 'string', not: { const: 'no' } } } }, [{ a: 'abc', b: '2024-02-29', c: 'yes' }], [{ a: 'abcd' }, { a: 'A' }, { b: 'soon' }, { c: 'no' }]],
  'values inside': [
    { properties: { o: { type: 'object', properties: { x: { type: 'string' }, y: { type: 'integer' } }, required: ['x'], additionalProperties: false }, l: { type: 'array', items: { type: 'boolean' }, minItems: 1, contains: { const: true } } } },
    [{ o: { x: 'a' }, l: [true] }, { o: { x: '', y: 1 } }, { l: [false, true, false] }],
    [{ o: {} }, { o: { x: 1 } }, { l: [] }, { l: [false] }, { o: [] }],
  ],
  'items that differ': [{ properties: { l: { type: 'array', items: { enum: ['a', 1] }, uniqueItems: true } }, required: ['l'] }, [{ l: [] }, { l: [1, 'a'] }], [{ l: [1, 1] }]],
  recursion: [TREE, [{ name: 'a' }, { name: 'a', parts: [{ name: 'b', parts: [] }, { name: 'c' }] }], [{ name: 'a', parts: [{}] }, { name: 'abcde' }]],
  'only the object part': [{ anyOf: [{ type: 'string' }, { type: 'array' }, { properties: { a: { type: 'integer' } }, type: 'object', required: ['a'] }] }, [{ a: 1 }], [{}, { a: 'x' }]],
};

for (const style of STYLES) {
  test(`${style}: an object holds what it may hold in JSON`, () => {
    for (const [what, [schema, valid, invalid, format]] of Object.entries(CASES)) {
      const template = compile(schema, style, format);
      for (const value of valid) assert.ok(accepts(template, tags(style, value)), `${what}: accepts ${tags(style, value)}`);
      for (const value of invalid) assert.ok(!accepts(template, tags(style, value)), `${what}: refuses ${tags(style, value)}`);
    }
  });

  test(`${style}: white space stands around tags and in them around JSON`, () => {
    const template = compile({ properties: { a: { type: 'integer' }, b: { type: 'string', maxLength: 1 } }, additionalProperties: false }, style);
    const [a, b] = [tag(style, 'a', 1), tag(style, 'b', 'x')];
    for (const text of ['', '\n\t ', ` ${a}\n`, `${a}\n${b} `, a.replace(/1(?=<)/, '\n1 ')]) assert.ok(accepts(template, text), text);
    for (const text of [`${a},${b}`, `{${a}}`, b.replace(/x(?=<)/, 'x '), '{}', '{"a":1}']) assert.ok(!accepts(template, text), text);
  });

  test(`${style}: what random walks write reads back as a valid object`, () => {
    const random = seededRandom(7);
    const ajv = new Ajv({ strict: false });
    const limits = { arrayItems: 3, additionalProperties: 3, stringLength: 20 };
    for (const [what, [schema, , , format]] of Object.entries(CASES)) {
      if (what === 'strings of a shape') continue; // ajv knows no formats here
      const validate = ajv.compile(schema);
      const template = compile(schema, style, format, { limits });
      const least = template.matcher().tokensToAccept(500);
      for (const budget of [least, least + 12]) {
        const matcher = template.matcher();
        for (let left = budget; !matcher.atEnd && !(matcher.accepting && (left === 0 || random.next() < 0.1)); left--) {
          const id = pickFrom(matcher.maskWithin(left), vocabulary, random);
          // What would go on may be too long: then the text ends here.
          if (id === undefined && matcher.accepting) break;
          assert.ok(id !== undefined, `${what}, budget ${budget}: dead end after ${decoder.decode(matcher.text())}`);
          assert.ok(matcher.acceptToken(id));
        }
        const text = decoder.decode(matcher.text());
        const members = readXml(style, text);
        assert.ok(members !== undefined, `${what}: reads ${text}`);
        assert.ok([...objectsOf(members)].some((value) => validate(value)), `${what}: ${text}`);
      }
    }
  });
}

test('members in any order, inside too, only where the format asks for it', () => {
  const schema: JsonSchema = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a', 'b'], additionalProperties: false };
  const format = (order?: boolean): JsonSchemaFormat => ({ type: 'json_schema', json_schema: schema, ...(order === undefined ? {} : { any_order: order }) });
  const accepted = (formats: JsonSchemaFormat[], text: string, options: CompileOptions = {}): boolean =>
    accepts(vocabulary.compileStructuralTag({ type: 'structural_tag', format: { type: 'sequence', elements: formats } }, options), text);
  assert.ok(accepted([format(true), format()], '{"b":1,"a":2}{"a":1,"b":2}'));
  assert.ok(!accepted([format(true), format()], '{"b":1,"a":2}{"b":1,"a":2}'));
  assert.ok(accepted([format()], '{"b":1,"a":2}', { propertyOrder: 'any' }));
  assert.ok(!accepted([format(false)], '{"b":1,"a":2}', { propertyOrder: 'any' }));
  assert.ok(accepts(compile({ properties: { o: schema } }, 'qwen_xml', { any_order: true }), '<parameter=o>{"b":1,"a":2}</parameter>'));
});

test('a schema without objects is an error, which names it', () => {
  for (const schema of [{ type: 'string' }, { type: ['array', 'null'] }, false, { enum: [1] }] as JsonSchema[]) {
    assert.throws(() => compile(schema, 'glm_xml'), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message: /\/format\/json_schema.*accepts no object/ }, JSON.stringify(schema));
  }
});

test('members whose name cannot be read back are left out, and an object that needs them is refused', () => {
  const schema = { properties: { 'a>b': { type: 'integer' }, c: { type: 'integer' } }, additionalProperties: false } as const;
  assert.ok(accepts(compile(schema, 'qwen_xml'), '<parameter=c>1</parameter>'));
  assert.ok(!accepts(compile(schema, 'qwen_xml'), '<parameter=a>b>1</parameter>'));
  assert.ok(accepts(compile(schema, 'minimax_xml'), '<parameter name="a>b">1</parameter>'));
  assert.throws(() => compile({ ...schema, required: ['a>b'] }, 'qwen_xml'), { code: 'SURECALL_UNSUPPORTED_SCHEMA' });
});

test('the old type is the style qwen_xml', () => {
  const tag: StructuralTag = { type: 'structural_tag', format: { type: 'qwen_xml_parameter', json_schema: { properties: { a: { type: 'integer' } } } } };
  assert.ok(accepts(vocabulary.compileStructuralTag(tag), '<parameter=a>\n1\n</parameter>'));
});

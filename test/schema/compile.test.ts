// Which texts a schema accepts, as tables, and which schemas are refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompileOptions } from '../../lib/mask.js';
import { SchemaDocuments } from '../../lib/schema/document.js';
import type { JsonSchema } from '../../lib/schema/json-schema.js';
import { qwenVocabulary, SCHEMAS } from '../support/engine.js';

const vocabulary = qwenVocabulary();

function accepts(schema: JsonSchema, text: string, options: CompileOptions = {}): boolean {
  const matcher = vocabulary.compileJsonSchema(schema, options).matcher();
  return matcher.acceptBytes(text) && matcher.accepting;
}

function table(name: string, schema: JsonSchema, yes: readonly string[], no: readonly string[], options: CompileOptions = {}): void {
  test(name, () => {
    for (const text of yes) assert.ok(accepts(schema, text, options), `accepts ${text}`);
    for (const text of no) assert.ok(!accepts(schema, text, options), `refuses ${text}`);
  });
}

table('numbers are JSON numbers', { type: 'number' },
  ['0', '-0', '7', '12', '-3', '1.5', '0.001', '1e5', '1E-7', '2.5e+10', '123456789012345'],
  ['', '-', '01', '-01', '1.', '.5', '--2', '+1', '1e', '1e+', '0x1', 'NaN', 'Infinity', '1 ', ' 1', '1,', '1e100']);
table('integers have neither fraction nor exponent', { type: 'integer' },
  ['0', '-0', '5', '-120'], ['1.0', '1e3', '00', '-', '1.', '5 ']);
table('limits of numbers are options', { type: 'number' },
  ['12', '1.5', '9'], ['123', '1.55', '1e1'], { limits: { integerDigits: 2, fractionDigits: 1, exponentDigits: 0 } });
table('strings are UTF-8 with JSON escapes', { type: 'string' },
  ['""', '"a"', '"日本 😀"', String.raw`"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"`, '"\u007f"'],
  ['"', '"a', 'a', "'a'", '"\n"', '"\u0001"', String.raw`"\x41"`, String.raw`"\'"`, String.raw`"\u12G4"`, String.raw`"\uD83D"`, String.raw`"\uDE00\uD83D"`, '"a"b']);
table('lenient strings take any character after a backslash', { type: 'string' },
  [String.raw`"C:\Users\john"`, String.raw`"\d+\'\u12"`, String.raw`"a\"b"`], [String.raw`"a\"`, '"\n"', '"\\\n"'], { escapes: 'lenient' });
table('lengths of strings are counted in code points', { type: 'string', minLength: 2, maxLength: 3 },
  ['"ab"', '"日本"', '"😀😀😀"', String.raw`"\u0041\n"`, String.raw`"\uD83D\uDE00b"`], ['""', '"a"', '"abcd"', '"😀"', String.raw`"\uD83D\uDE00"`]);
table('a required length is counted even where escapes are lenient', { type: 'string', minLength: 3 },
  ['"abc"'], ['"ab"', String.raw`"\u0041"`, String.raw`"a\qb"`], { escapes: 'lenient' });
table('booleans and null', { type: ['boolean', 'null'] }, ['true', 'false', 'null'], ['True', 'nul', 'truefalse', '"true"', '']);
table('nullable adds null', { type: 'integer', nullable: true } as JsonSchema, ['1', 'null'], ['"1"']);
table('enum values are spelled as JSON', SCHEMAS['enum'] as JsonSchema,
  ['"red"', '"green"', '"greenish"', String.raw`"a \"quoted\" one"`, '7', '-0.5', 'null', 'true', '["x",1]', '{"k":[]}'],
  ['red', '"gree"', '"greenis"', '8', 'false', '["x"]', '{"k":[1]}']);
table('enum values that a declared type excludes are left out', { type: 'string', enum: ['a', 1, null] }, ['"a"'], ['1', 'null']);
table('spaced spelling puts one space after comma and colon', { type: 'object', properties: { a: { type: 'array', items: { type: 'integer' } }, b: { const: { x: [1, 2] } } }, required: ['a', 'b'] },
  ['{"a": [1, 2], "b": {"x": [1, 2]}}', '{"a": [], "b": {"x": [1, 2]}}'],
  ['{"a":[1,2],"b":{"x":[1,2]}}', '{"a": [1,2], "b": {"x": [1, 2]}}', '{ "a": [1, 2], "b": {"x": [1, 2]}}'], { whitespace: 'spaced' });
table('flexible white space is any JSON white space, bounded', { type: 'object', properties: { a: { type: 'array', items: { type: 'integer' } } }, required: ['a'] },
  ['{"a":[1,2]}', '{\n  "a": [\n    1,\n    2\n  ]\n}', '{\t"a" :[ ]}'], [`{${' '.repeat(21)}"a":[]}`, '{"a":[1 1]}', ' {"a":[]}'], { whitespace: 'flexible' });
table('arrays count their items', { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 3 }, ['[1,2]', '[1,2,3]'], ['[]', '[1]', '[1,2,3,4]', '[1,]', '[,1,2]']);
table('an array of no items', { type: 'array', maxItems: 0 }, ['[]'], ['[1]']);
table('optional members in declared order, each at most once', SCHEMAS['optional members'] as JsonSchema,
  ['{"ab":null}', '{"a":true,"ab":null}', String.raw`{"ab":null,"a\"b":1,"z":"xy"}`, '{"ab":null,"z":"x"}'],
  ['{}', '{"a":true}', '{"ab":null,"a":true}', '{"ab":null,"ab":null}', '{"ab":null,}', '{,"ab":null}', '{"ab":null,"q":1}']);
table('objects without declared members are open', { type: 'object' }, ['{}', '{"x":1}', '{"x":{"y":[null,"z"]},"w":false}'], ['{"x"}', '[]', '{x:1}']);
table('any value', true, ['null', '[1,[2,{"a":"b"}]]', '"x"', '-1.5e3', '{}'], ['undefined', '[1,]', '']);
table('no type and no keyword: any value', { description: 'whatever' }, ['1', '"x"', '{}'], ['x']);

table('alternatives that have only the empty array in common', { oneOf: [{ type: 'array', items: { enum: ['a'] } }, { type: 'array', items: { enum: ['b'] }, maxItems: 2 }] },
  ['["a"]', '["a","a"]', '["b"]', '["b","b"]'], ['[]', '["a","b"]', '["b","b","b"]', '["c"]']);
table('a branch that asks for items beside the empty array', { oneOf: [{ type: 'array', items: { const: 1 } }, { type: 'array', items: { const: 2 }, contains: true }] },
  ['[]', '[1]', '[2,2]'], ['[1,2]']);
table('objects that would need a member which no name may have are left out',
  { type: ['object', 'integer'], not: { type: 'object', properties: { a: true }, additionalProperties: { type: 'string' } }, properties: { a: true }, additionalProperties: { type: 'string' } },
  ['1'], ['{}', '{"a":1}', '{"a":"x"}', '{"b":"x"}', '{"b":1}']);

test('branches that the keywords beside tell apart need no complement', () => {
  const kinds = ['point', 'line', 'area', 'text', 'group', 'image', 'link', 'note'];
  const branches = kinds.map((kind) => ({ properties: { kind: { enum: [kind] }, [kind]: { type: 'integer' as const } }, required: [kind] }));
  const schema: JsonSchema = { type: 'object', properties: { kind: { type: 'string' } }, required: ['kind'], oneOf: branches };
  const options = { limits: { alternatives: kinds.length } };
  assert.ok(accepts(schema, '{"kind":"line","line":1}', options));
  assert.ok(accepts(schema, '{"kind":"line","line":1,"note":"x"}', options));
  assert.ok(!accepts(schema, '{"kind":"line","note":1}', options));
  assert.throws(() => accepts({ ...schema, required: [] }, '{}', options), { code: 'SURECALL_UNSUPPORTED_SCHEMA' });
});

test('references of tools whose schemas have the same identifier stay apart', () => {
  const tool = (type: 'string' | 'integer') => ({
    type: 'json_schema' as const,
    json_schema: { $id: 'https://example.com/tool', type: 'array', items: { $ref: '#/$defs/item' }, minItems: 1, $defs: { item: { type } } } as JsonSchema,
  });
  const template = vocabulary.compileStructuralTag({ type: 'structural_tag', format: { type: 'sequence', elements: [tool('string'), tool('integer')] } });
  for (const [text, isRight] of [['["a"][1]', true], ['["a"]["a"]', false], ['[1][1]', false]] as const) {
    const matcher = template.matcher();
    assert.equal(matcher.acceptBytes(text) && matcher.accepting, isRight, text);
  }
});

test('what cannot be enforced is refused with keyword and pointer', () => {
  const refused: [JsonSchema, RegExp][] = [
    [{ type: 'object', properties: { 'a/b': { type: 'array', items: { type: 'string' }, uniqueItems: true } } }, /\/properties\/a~1b\/uniqueItems/],
    [{ type: 'array', items: { type: 'string', pattern: '(' } }, /\/items\/pattern/],
    [{ not: { type: 'string', format: 'uri' } }, /\/not\/format/],
    [{ anyOf: [] }, /\/anyOf: must be a list of schemas/],
    [{ $ref: '#/$defs/x' }, /\/\$ref: "#\/\$defs\/x" leads nowhere/],
    [{ $ref: 'https://example.com/other' }, /\/\$ref: .* nor among the documents/],
    [{ $ref: '#' }, /refers to itself/],
    [{ type: 'strng' } as unknown as JsonSchema, /\/type: unknown type "strng"/],
    [{ type: 'array', minItems: -1 }, /\/minItems/],
    [{ type: 'object', required: 1 } as unknown as JsonSchema, /\/required: must be a list/],
    [{ type: 'object', properties: [] } as unknown as JsonSchema, /\/properties: must be an object/],
    [{ enum: 1 } as unknown as JsonSchema, /\/enum: must be a list/],
    [{ type: 7 } as unknown as JsonSchema, /\/type: unknown type 7/],
    [7 as unknown as JsonSchema, /must be an object or a boolean/],
  ];
  for (const schema of [false, { type: 'string', minLength: 3, maxLength: 2 }, { enum: [] }, { not: {} }, { type: 'object', required: ['a'], additionalProperties: false }] as JsonSchema[]) {
    refused.push([schema, /unsatisfiable/]);
  }
  for (const [schema, message] of refused) {
    assert.throws(() => vocabulary.compileJsonSchema(schema), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message }, JSON.stringify(schema));
  }
});

test('relax reports what is not enforced', () => {
  const schema: JsonSchema = { type: 'object', properties: { n: { type: 'array', items: { type: 'integer' }, uniqueItems: true } }, required: ['n'] };
  const template = vocabulary.compileJsonSchema(schema, { relax: true });
  assert.deepEqual(template.unenforced, ['/properties/n/uniqueItems']);
  const matcher = template.matcher();
  assert.ok(matcher.acceptBytes('{"n":[1,1]}') && matcher.accepting);
});

test('hostile schemas end in an error', () => {
  let deep: JsonSchema = { type: 'integer' };
  for (let i = 0; i < 10_000; i++) deep = { type: 'array', items: deep };
  assert.throws(() => vocabulary.compileJsonSchema(deep), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message: /nest/ });
  // Alternatives that multiply, patterns that explode, references in a circle, lists without end.
  const many = Array.from({ length: 40 }, (_, i) => ({ anyOf: [{ required: [`a${i}`] }, { required: [`b${i}`] }] }));
  const hostile: JsonSchema[] = [
    { type: 'object', allOf: many },
    { type: 'string', pattern: '^(a{1,1000}){1,1000}$' },
    { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } } },
    { enum: Array.from({ length: 200_000 }, (_, i) => i) },
  ];
  for (const schema of hostile) {
    assert.throws(() => vocabulary.compileJsonSchema(schema), { code: 'SURECALL_UNSUPPORTED_SCHEMA' }, JSON.stringify(schema).slice(0, 200));
  }
  const circle: Record<string, unknown> = { type: 'object' };
  circle['properties'] = { self: circle };
  assert.ok(vocabulary.compileJsonSchema(circle as JsonSchema), 'an object that holds itself is a recursive schema');
});

table('names that begin differently, each with its own pattern', {
  type: 'object',
  properties: { title: { type: 'string' }, title_x: { type: 'null' } },
  patternProperties: { '^title_[a-z]+$': { type: ['integer', 'null'] }, '^(text_(en|de))$': { type: 'string' }, '^t': { not: { const: 7 } } },
  additionalProperties: false,
},
['{"title":"a","title_x":null}', '{"title_en":1,"text_de":"b"}', '{"tx":true}', '{"title_":"any"}', '{"text_en2":null}'],
['{"title":1}', '{"title_x":1}', '{"title_en":"a"}', '{"title_en":7}', '{"tx":7}', '{"text_en":1}', '{"other":1}']);

table('kinds of strings of which some hold others', { anyOf: [{ pattern: 'a', minLength: 2 }, { pattern: 'a', minLength: 3 }, { enum: ['x', 'aa'] }, { enum: ['y', 'x'] }] , type: 'string' },
  ['"ab"', '"bba"', '"x"', '"y"', '"aa"'], ['"a"', '"bb"', '""', '"z"']);

table('a pattern that is one text', { type: 'object', properties: { kind: { type: 'string' } }, required: ['kind'], oneOf: [
  { properties: { kind: { pattern: '^Run@1$' }, n: { type: 'integer' } } }, { properties: { kind: { not: { pattern: '^Run@1$' } }, n: { type: 'null' } } },
] }, ['{"kind":"Run@1","n":1}', '{"kind":"Run@2","n":null}', '{"kind":"Run@1"}'], ['{"kind":"Run@1","n":null}', '{"kind":"Run","n":1}']);

test('in large documents equal schemas are one', () => {
  const documents = new SchemaDocuments();
  const root = documents.root({ $defs: { s: { type: 'string' } } }, '');
  for (let i = 0; i < 300; i++) documents.child(root, { enum: [i] }, `/f${i}`);
  const found = (schema: JsonSchema): unknown => documents.child(root, structuredClone(schema), '/p');
  const members: JsonSchema = { properties: { kind: { enum: ['a'] }, title: { const: 1 } }, required: ['kind'] };
  assert.equal(found(members), found({ ...members, title: 'a title', description: 'or a description' }));
  assert.notEqual(found(members), found({ ...members, required: ['title'] }));
  assert.notEqual(found(members), found({ properties: { title: { const: 1 }, kind: { enum: ['a'] } }, required: ['kind'] }));
  assert.notEqual(found(members), found({ properties: { kind: { enum: ['a'] } }, required: ['kind'] }), 'a member of the name of an annotation counts');
  assert.notEqual(found({ $anchor: 'x', const: 1 }), found({ $anchor: 'x', const: 1 }));
  assert.equal(found({ $ref: '#/$defs/s' }), found({ $ref: '#/$defs/s', description: 'a string' }));
});

test('equal schemas with identifiers of their own, or with another order of members, stay apart', () => {
  const filler = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, { enum: [i] }]));
  const based = (id: string, value: number): JsonSchema => ({ $id: id, properties: { v: { $ref: '#/$defs/v' } }, $defs: { v: { const: value } } });
  const schema: JsonSchema = { properties: {
    ...filler, one: based('https://a.test/one', 1), two: based('https://a.test/two', 2),
    ab: { properties: { a: { const: 1 }, b: { const: 2 } } }, ba: { properties: { b: { const: 2 }, a: { const: 1 } } },
  } };
  assert.ok(accepts(schema, '{"one":{"v":1},"two":{"v":2},"ab":{"a":1,"b":2},"ba":{"b":2,"a":1}}'));
  for (const text of ['{"one":{"v":2}}', '{"two":{"v":1}}', '{"ba":{"a":1,"b":2}}']) assert.ok(!accepts(schema, text), text);
});

test('references that only lead on to others', () => {
  const $defs: Record<string, JsonSchema> = { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/c', description: 'the end' }, c: { enum: [1] }, x: { $ref: '#/$defs/y' }, y: { $ref: '#/$defs/x' } };
  const at = ($ref: string): JsonSchema => ({ type: 'object', properties: { v: { $ref } }, $defs });
  assert.ok(accepts(at('#/$defs/a'), '{"v":1}'));
  assert.ok(!accepts(at('#/$defs/a'), '{"v":2}'));
  assert.throws(() => vocabulary.compileJsonSchema(at('#/$defs/x')), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message: /refers to itself/ });
  assert.throws(() => vocabulary.compileJsonSchema(at('#/$defs/missing')), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message: /missing/ });
});

test('a large text in many places is one that all but the first call', () => {
  const uri: JsonSchema = { type: 'string', pattern: '^(https?|ftp)://[a-z0-9.-]{1,60}(/[a-z]{2,7}){1,9}$' };
  const schema = (count: number): JsonSchema => ({ type: 'object', properties: Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, uri])), additionalProperties: false });
  const size = (count: number): number => vocabulary.compileJsonSchema(schema(count)).stats.automatonBytes;
  assert.ok(size(40) < 2 * size(3), `${size(3)} and ${size(40)} bytes`);
  const text = '"http://a-b.example/abc/defg"';
  assert.ok(accepts(schema(3), `{"p0":${text},"p1":${text},"p2":${text}}`));
  for (const bad of ['"http://a b/abc"', '"http://a"', '"gopher://a/abc"']) assert.ok(!accepts(schema(3), `{"p0":${text},"p1":${text},"p2":${bad}}`), bad);
});

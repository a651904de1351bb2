import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SurecallError, type ErrorCode } from '../../lib/errors.js';
import { defineTool, parseTools } from '../../lib/tools/index.js';

const closedSchema = (properties: Record<string, unknown>, required: string[]): unknown => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

test('the seed dialect: all parameters required, in declared order', () => {
  const [tool] = parseTools([
    {
      name: 'fn_add',
      description: 'Add.',
      parameters: { b: { type: 'number' }, a: { type: 'number', description: 'first' } },
      returns: { type: 'number' },
    },
  ]);
  assert.deepEqual(tool, {
    name: 'fn_add',
    description: 'Add.',
    parameters: closedSchema({ b: { type: 'number' }, a: { type: 'number', description: 'first' } }, ['b', 'a']),
    returns: { type: 'number' },
    strict: true,
  });
  assert.deepEqual(Object.keys(tool?.parameters.properties ?? {}), ['b', 'a']);
});

const schema = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'], additionalProperties: false };

test('OpenAI chat, OpenAI responses and plain tools give the same shape, also mixed', () => {
  const tools = parseTools([
    { type: 'function', function: { name: 'a', description: 'd', parameters: schema, strict: true } },
    { type: 'function', name: 'b', description: 'd', parameters: schema, strict: null },
    { name: 'c', description: 'd', parameters: schema },
    { name: 'd', description: 'd', parameters: { q: { type: 'string' } } },
  ]);
  const expected = ['a', 'b', 'c', 'd'].map((name) => ({ name, description: 'd', parameters: schema, strict: true }));
  assert.deepEqual(tools, expected);
});

test('parsing twice changes nothing', () => {
  const once = parseTools([
    { name: 'a', parameters: { type: { type: 'str' } } },
    { name: 'b', parameters: { anyOf: [{ required: ['x'] }], properties: { x: { type: 'null' } } } },
    { type: 'function', name: 'c', strict: false },
  ]);
  assert.deepEqual(parseTools(once), once);
});

test('OpenAI tools without parameters take none; strict false is kept', () => {
  const [tool] = parseTools([{ type: 'function', function: { name: 'now', strict: false } }]);
  assert.deepEqual(tool, { name: 'now', description: '', parameters: closedSchema({}, []), strict: false });
});

test('a parameter may be called like a keyword of JSON Schema', () => {
  const names = ['type', 'properties', 'required', 'additionalProperties', '$ref', 'anyOf', 'description', 'items', 'enum', 'title', 'if'];
  for (const name of names) {
    const [tool] = parseTools([{ name: 'f', parameters: { [name]: { type: 'string' } } }]);
    assert.deepEqual(tool?.parameters, closedSchema({ [name]: { type: 'string' } }, [name]), name);
  }
  const all = Object.fromEntries(names.map((name) => [name, { type: 'object' }]));
  assert.deepEqual(parseTools([{ name: 'f', parameters: all }])[0]?.parameters, closedSchema(all, names));
});

test('a JSON Schema may have properties called like keywords, and may leave out its type', () => {
  const properties = { type: { type: 'string' }, properties: { type: 'object', properties: { a: { type: 'null' } } } };
  const [tool] = parseTools([{ name: 'f', parameters: { properties } }]);
  assert.deepEqual(tool?.parameters, { type: 'object', properties, additionalProperties: false });
});

test('no parameters: an empty map, an empty schema', () => {
  assert.deepEqual(parseTools([{ name: 'f', parameters: {} }])[0]?.parameters, closedSchema({}, []));
  const open = { type: 'object', properties: {} };
  assert.deepEqual(parseTools([{ name: 'f', parameters: open }])[0]?.parameters, { ...open, additionalProperties: false });
});

test('undeclared arguments stay as the schema says where it says something', () => {
  for (const extra of [{ additionalProperties: true }, { patternProperties: {} }, { allOf: [] }, { $ref: '#/$defs/a' }]) {
    const parameters = { type: 'object', properties: {}, ...extra };
    assert.deepEqual(parseTools([{ name: 'f', parameters }])[0]?.parameters, parameters);
  }
});

test('Python spellings of types, in the seed dialect only, at any depth', () => {
  const parameters = {
    a: { type: 'int' }, b: { type: 'float' }, c: { type: 'bool' }, d: { type: 'str' }, e: { type: ['list', 'none'], items: { type: 'str' } },
    f: { type: 'dict', properties: { g: { type: 'int' } } },
  };
  assert.deepEqual(parseTools([{ name: 'f', parameters }])[0]?.parameters.properties, {
    a: { type: 'integer' }, b: { type: 'number' }, c: { type: 'boolean' }, d: { type: 'string' },
    e: { type: ['array', 'null'], items: { type: 'string' } },
    f: { type: 'object', properties: { g: { type: 'integer' } } },
  });
});

test('values are not taken for schemas', () => {
  const parameters = { a: { type: 'object', default: { type: 'x' }, enum: [{ type: 'y' }], examples: [{ type: 'z' }] } };
  assert.deepEqual(parseTools([{ name: 'f', parameters }])[0]?.parameters.properties, parameters);
});

const ok = { name: 'ok', parameters: {} };
const typeList = 'known types: null, boolean, object, array, number, string, integer';
const refused: readonly (readonly [input: unknown, code: ErrorCode, message: string])[] = [
  [[], 'SURECALL_EMPTY_TOOLS', 'f.json: the list of tools is empty'],
  [{ tools: [] }, 'SURECALL_EMPTY_TOOLS', 'f.json: the list of tools is empty'],
  [{ tools: {} }, 'SURECALL_INVALID_TOOLS', 'f.json: must be a list of tools, got an object'],
  [null, 'SURECALL_INVALID_TOOLS', 'f.json: must be a list of tools, got null'],
  [[ok, 7], 'SURECALL_INVALID_TOOLS', 'f.json: [1]: must be an object, got 7'],
  [[[]], 'SURECALL_INVALID_TOOLS', 'f.json: [0]: must be an object, got a list'],
  [[{ parameters: {} }], 'SURECALL_INVALID_TOOLS', 'f.json: [0]: name: is missing'],
  [[{ name: '', parameters: {} }], 'SURECALL_INVALID_TOOLS', 'f.json: [0]: name: is empty'],
  [[{ name: ' ', parameters: {} }], 'SURECALL_INVALID_TOOLS', 'f.json: [0]: name: is empty'],
  [[{ name: 3, parameters: {} }], 'SURECALL_INVALID_TOOLS', 'f.json: [0]: name: must be a string, got 3'],
  [[ok, { name: 'x', parameters: {} }, ok], 'SURECALL_DUPLICATE_TOOL', 'f.json: [2] "ok": name: already used by [0]'],
  [[{ name: 'x' }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": parameters: must be an object, got nothing'],
  [[{ name: 'x', parameters: null }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": parameters: must be an object, got null'],
  [[{ name: 'x', parameters: ['a'] }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": parameters: must be an object, got ["a"]'],
  [[{ name: 'x', parameters: { a: 'number' } }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": parameters.a: must be an object with a type, got "number"'],
  [[{ name: 'x', parameters: { a: {} } }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": parameters.a.type: is missing'],
  [[{ name: 'x', parameters: { a: { type: 'strng' } } }], 'SURECALL_UNKNOWN_TYPE', `f.json: [0] "x": parameters.a.type: unknown type "strng"; ${typeList}`],
  [[{ name: 'x', parameters: { a: { type: 5 } } }], 'SURECALL_UNKNOWN_TYPE', `f.json: [0] "x": parameters.a.type: unknown type 5; ${typeList}`],
  [[{ name: 'x', parameters: { a: { type: 'toString' } } }], 'SURECALL_UNKNOWN_TYPE', `f.json: [0] "x": parameters.a.type: unknown type "toString"; ${typeList}`],
  [[{ name: 'x', parameters: { a: { type: [] } } }], 'SURECALL_UNKNOWN_TYPE', 'f.json: [0] "x": parameters.a.type: is an empty list of types'],
  [[{ name: 'x', parameters: { a: { type: 'array', items: { type: 'strng' } } } }], 'SURECALL_UNKNOWN_TYPE', `f.json: [0] "x": parameters.a.items.type: unknown type "strng"; ${typeList}`],
  [[{ name: 'x', parameters: { type: 'object', properties: { a: { type: 'int' } } } }], 'SURECALL_UNKNOWN_TYPE', `f.json: [0] "x": parameters.properties.a.type: unknown type "int"; ${typeList}`],
  [[{ name: 'x', parameters: { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'x' }] } } } }], 'SURECALL_UNKNOWN_TYPE', `f.json: [0] "x": parameters.properties.a.anyOf[1].type: unknown type "x"; ${typeList}`],
  [[{ name: 'x', parameters: { type: 'object', properties: { a: 'string' } } }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": parameters.properties.a: must be a schema (an object), got "string"'],
  [[{ name: 'x', parameters: { type: 'string' } }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": parameters.type: must be "object", got "string"'],
  [[{ name: 'x', parameters: { a: { type: 'number' }, required: ['a'] } }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": parameters: is neither a JSON Schema of type object nor a map from parameter names to objects with a type'],
  [[{ name: 'x', parameters: {}, returns: { type: 'void' } }], 'SURECALL_UNKNOWN_TYPE', `f.json: [0] "x": returns.type: unknown type "void"; ${typeList}`],
  [[{ name: 'x', parameters: {}, description: 7 }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": description: must be a string, got 7'],
  [[{ name: 'x', parameters: {}, strict: 'yes' }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": strict: must be true or false, got "yes"'],
  [[{ type: 'retrieval' }], 'SURECALL_INVALID_TOOLS', 'f.json: [0]: type: must be "function", got "retrieval"'],
  [[{ type: 'function', function: [] }], 'SURECALL_INVALID_TOOLS', 'f.json: [0]: function: must be an object, got a list'],
  [[{ type: 'function', function: { name: 'x', parameters: 7 } }], 'SURECALL_INVALID_TOOLS', 'f.json: [0] "x": function.parameters: must be an object, got 7'],
];

for (const [input, code, message] of refused) {
  test(`parseTools refuses ${JSON.stringify(input)}`, () => {
    assert.throws(() => parseTools(input, 'f.json'), (error: unknown) => {
      assert.ok(error instanceof SurecallError);
      assert.deepEqual([error.code, error.message], [code, message]);
      return true;
    });
  });
}

test('a cyclic or very deep schema is an error, not a full stack', () => {
  const cyclic: Record<string, unknown> = { type: 'array' };
  cyclic['items'] = cyclic;
  assert.throws(() => parseTools([{ name: 'f', parameters: { a: cyclic } }]), { code: 'SURECALL_INVALID_TOOLS' });
});

test('defineTool keeps execute and checks the definition', async () => {
  const add = defineTool({
    name: 'add',
    parameters: { a: { type: 'number' }, b: { type: 'number' } },
    execute: async ({ a, b }) => a + b,
  });
  assert.equal(await add.execute?.({ a: 40, b: 2 }, { id: 'call_0', signal: new AbortController().signal }), 42);
  assert.deepEqual(add.parameters.required, ['a', 'b']);
  assert.ok('execute' in (parseTools([add])[0] ?? {}));
  assert.throws(() => defineTool({ name: '', parameters: {} }), { message: 'defineTool: name: is empty' });
});

test("MCP's tools/list: the result and its list; annotations are ignored", () => {
  const inputSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const listed = {
    tools: [
      { name: 'weather', title: 'Weather', description: 'Weather of a city.', inputSchema, outputSchema: { type: 'object', properties: {} }, annotations: { readOnlyHint: true }, _meta: { x: 1 } },
      { name: 'now', title: 'The time', inputSchema: { type: 'object' }, icons: [] },
    ],
    nextCursor: 'abc',
  };
  const tools = parseTools(listed);
  assert.deepEqual(tools, [
    { name: 'weather', description: 'Weather of a city.', parameters: { ...inputSchema, additionalProperties: false }, returns: { type: 'object', properties: {} }, strict: true },
    { name: 'now', description: 'The time', parameters: { type: 'object', properties: {}, additionalProperties: false }, strict: true },
  ]);
  assert.deepEqual(parseTools(listed.tools), tools);
  assert.throws(() => parseTools({ tools: [{ name: 'x', inputSchema: { type: 'strin' } }] }, 'mcp.json'), {
    code: 'SURECALL_UNKNOWN_TYPE', message: /^mcp\.json: \[0\] "x": inputSchema\.type: unknown type "strin"/,
  });
});

test('input_schema, and a JSON Schema by itself, named by its title', () => {
  const shape = { type: 'object', properties: { q: { type: 'string', title: 'Q' } }, required: ['q'] };
  const tools = parseTools([{ name: 'a', description: 'd', input_schema: shape }, { title: 'b', description: 'd', ...shape }]);
  assert.deepEqual(tools, ['a', 'b'].map((name) => ({ name, description: 'd', parameters: { ...shape, additionalProperties: false }, strict: true })));
  assert.throws(() => parseTools([shape]), { code: 'SURECALL_INVALID_TOOLS', message: 'tools: [0]: title: is missing: a JSON Schema needs one to be a tool' });
});

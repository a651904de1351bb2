import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPrompts, readTools } from '../../lib/cli/files.js';
import { SurecallError, type ErrorCode } from '../../lib/errors.js';
import { temporaryFolder } from '../support/fake-command.js';

test('prompts and functions are read, with a byte order mark too', (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const prompts = folder.write('p.json', '\ufeff[{"prompt": "a", "id": 7}, {"prompt": ""}]');
  assert.deepEqual(readPrompts(prompts), ['a', '']);
  const functions = folder.write('f.json', [{ name: 'f', parameters: { a: { type: 'number' } } }]);
  assert.deepEqual(readTools(functions).map(({ name }) => name), ['f']);
});

const bad: readonly (readonly [content: string | Buffer, code: ErrorCode, message: string])[] = [
  ['[{"prompt": "a"},\n {"prompt" "b"}]', 'SURECALL_BAD_JSON', ':2:12: is not JSON: colon expected'],
  ['[{"prompt": "a"},]', 'SURECALL_BAD_JSON', ':1:18: is not JSON: value expected'],
  ['// no\n[]', 'SURECALL_BAD_JSON', ':1:1: is not JSON: invalid comment token'],
  ["[{'prompt': 'a'}]", 'SURECALL_BAD_JSON', ':1:3: is not JSON: invalid symbol'],
  ['[{"prompt": "a\nb"}]', 'SURECALL_BAD_JSON', ':1:13: is not JSON: unexpected end of string'],
  ['[', 'SURECALL_BAD_JSON', ':1:2: is not JSON: close bracket expected'],
  ['', 'SURECALL_BAD_JSON', ': is empty'],
  [' \n', 'SURECALL_BAD_JSON', ': is empty'],
  [Buffer.from([0x5b, 0xff, 0x5d]), 'SURECALL_INVALID_INPUT_FILE', ': is not UTF-8 text'],
  ['{"prompt": "a"}', 'SURECALL_INVALID_INPUT_FILE', ': must be a list of objects with a prompt, got {"prompt":"a"}'],
  ['[{"prompt": "a"}, 7]', 'SURECALL_INVALID_INPUT_FILE', ': [1]: must be an object with a prompt, got 7'],
  ['[{"prompt": "a"}, {"promt": "b"}]', 'SURECALL_INVALID_INPUT_FILE', ': [1]: prompt: is missing'],
  ['[{"prompt": 7}]', 'SURECALL_INVALID_INPUT_FILE', ': [0]: prompt: must be a string, got 7'],
];

for (const [content, code, message] of bad) {
  test(`a prompts file with ${JSON.stringify(content.toString())}`, (t) => {
    const path = temporaryFolder(t.after.bind(t)).write('p.json', content);
    assert.throws(() => readPrompts(path), (error: unknown) => {
      assert.ok(error instanceof SurecallError);
      assert.deepEqual([error.code, error.message], [code, `${path}${message}`]);
      return true;
    });
  });
}

test('missing files and folders', (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const missing = folder.path('none.json');
  assert.throws(() => readTools(missing), { code: 'SURECALL_FILE_NOT_FOUND', message: `${missing}: no such file` });
  assert.throws(() => readTools(folder.path('')), { code: 'SURECALL_INVALID_INPUT_FILE', message: `${folder.path('')}: is a folder` });
});

test('functions may have any shape: the result of an MCP server, tools of a request to OpenAI, schemas', (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const schema = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] };
  const files: readonly unknown[] = [
    { tools: [{ name: 'f', title: 'F', inputSchema: schema, annotations: { readOnlyHint: true } }], nextCursor: 'more' },
    { model: 'm', messages: [], tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
    [{ type: 'function', name: 'f', parameters: schema, strict: true }],
    [{ name: 'f', input_schema: schema }],
    [{ ...schema, title: 'f' }],
    [{ name: 'f', parameters: { q: { type: 'string' } } }],
  ];
  for (const [index, content] of files.entries()) {
    const [tool] = readTools(folder.write(`${index}.json`, content));
    assert.deepEqual([tool?.name, tool?.parameters.properties, tool?.parameters.required], ['f', schema.properties, ['q']], String(index));
  }
});

test('faults in functions name the file', (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const path = folder.write('f.json', [{ name: 'f', parameters: { a: { type: 'strng' } } }]);
  assert.throws(() => readTools(path), { code: 'SURECALL_UNKNOWN_TYPE', message: /f\.json: \[0\] "f": parameters\.a\.type: unknown type "strng"/ });
});

test('JSON that is nested without end is an error with a code', (t) => {
  const path = temporaryFolder(t.after.bind(t)).write('p.json', '['.repeat(200_000));
  assert.throws(() => readPrompts(path), { code: 'SURECALL_BAD_JSON' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_CODES, SurecallError, describeError, shown } from '../lib/errors.js';

test('an error has a code, and keeps cause and details', () => {
  const cause = new Error('disk');
  const error = new SurecallError('SURECALL_MODEL_LOAD', 'm.gguf: truncated', { cause, details: { path: 'm.gguf' } });
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.name, error.code, error.message, error.cause, error.details],
    ['SurecallError', 'SURECALL_MODEL_LOAD', 'm.gguf: truncated', cause, { path: 'm.gguf' }],
  );
  assert.ok(!('cause' in new SurecallError('SURECALL_USAGE', 'm')));
});

test('every code is spelled alike and says what it means', () => {
  for (const [code, meaning] of Object.entries(ERROR_CODES)) {
    assert.match(code, /^SURECALL_[A-Z_]+$/);
    assert.notEqual(meaning, '');
  }
});

test('describeError gives anything a code', () => {
  assert.deepEqual(describeError(new SurecallError('SURECALL_PARSE', 'm')), { code: 'SURECALL_PARSE', message: 'm' });
  assert.deepEqual(describeError(new TypeError('m')), { code: 'SURECALL_INTERNAL', message: 'm' });
  assert.deepEqual(describeError('m'), { code: 'SURECALL_INTERNAL', message: 'm' });
});

test('shown gives JSON text, cut where it is long, for any value', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  assert.deepEqual([undefined, null, 'a"', { a: 1 }, 10n, cyclic].map((value) => shown(value)), [
    'nothing', 'null', '"a\\""', '{"a":1}', '10', '[object Object]',
  ]);
  assert.equal(shown('x'.repeat(100)).length, 83);
});

// Malformed structural tags: each is refused with the path to its fault.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SurecallError } from '../../lib/errors.js';
import { compileTag } from '../../lib/formats/compile.js';
import { ProgramBuilder } from '../../lib/program/builder.js';
import { qwenVocabulary } from '../support/engine.js';

const x = { type: 'const_string', value: 'x' };
const tag = { begin: '<a>', content: x, end: '</a>' };
const token = (reference: unknown) => ({ type: 'token', token: reference });

/** By the path of the fault: formats that have it. */
const FAULTS: readonly (readonly [path: string, format: unknown])[] = [
  ['/format', undefined],
  ['/format', null],
  ['/format', ['const_string']],
  ['/format/type', {}],
  ['/format/type', { type: 'unknown' }],
  ['/format/type', { type: '__proto__' }],
  ['/format/value', { type: 'const_string' }],
  ['/format/value', { type: 'const_string', value: 1 }],
  ['/format/value', { type: 'const_string', value: '\ud800' }],
  ['/format/valeu', { ...x, valeu: 'x' }],
  ['/format/a~1b~0', { ...x, 'a/b~': 1 }],
  ['/format/json_schema', { type: 'json_schema' }],
  ['/format/json_schema', { type: 'json_schema', json_schema: 'x' }],
  ['/format/style', { type: 'json_schema', json_schema: {}, style: 'yaml' }],
  ['/format/any_order', { type: 'json_schema', json_schema: {}, any_order: 'yes' }],
  ['/format/grammar', { type: 'grammar', grammar: 1 }],
  ['/format/pattern', { type: 'regex', pattern: '(' }],
  ['/format/pattern', { type: 'regex', pattern: 'a)|(b' }],
  ['/format/pattern', { type: 'regex', pattern: '(a)\\1' }],
  ['/format/excludes', { type: 'any_text', excludes: 'x' }],
  ['/format/excludes/1', { type: 'any_text', excludes: ['x', ''] }],
  ['/format/max_tokens', { type: 'any_text', max_tokens: -1 }],
  ['/format/max_tokens', { type: 'any_text', max_tokens: 2 ** 31 }],
  ['/format/max_chars', { type: 'any_text', max_chars: 1.5 }],
  ['/format/elements', { type: 'sequence', elements: [] }],
  ['/format/elements', { type: 'or', elements: {} }],
  ['/format/elements/1/value', { type: 'sequence', elements: [x, { type: 'const_string' }] }],
  ['/format/content', { type: 'optional' }],
  ['/format/content/type', { type: 'star', content: { type: 'x' } }],
  ['/format/min', { type: 'repeat', min: -1, max: 2, content: x }],
  ['/format/max', { type: 'repeat', min: 1, content: x }],
  ['/format/max', { type: 'repeat', min: 0, max: -2, content: x }],
  ['/format/max', { type: 'repeat', min: 3, max: 2, content: x }],
  ['/format/begin', { type: 'tag', content: x, end: '' }],
  ['/format/begin', { type: 'tag', ...tag, begin: x }],
  ['/format/end', { type: 'tag', ...tag, end: [] }],
  ['/format/end', { type: 'tag', ...tag, content: { type: 'any_text' }, end: ['', ''] }],
  ['/format/end', { type: 'tag', ...tag, content: { type: 'sequence', elements: [x, { type: 'any_text' }] }, end: '' }],
  ['/format/end/1', { type: 'tag', ...tag, end: ['x', 1] }],
  ['/format/triggers', { type: 'triggered_tags', triggers: [], tags: [tag] }],
  ['/format/triggers/0', { type: 'triggered_tags', triggers: [''], tags: [tag] }],
  ['/format/triggers/1', { type: 'triggered_tags', triggers: ['<', '<a'], tags: [tag] }],
  ['/format/triggers/0', { type: 'triggered_tags', triggers: ['<a', '<'], tags: [tag] }],
  ['/format/triggers/1', { type: 'triggered_tags', triggers: ['<a', '<b'], tags: [tag] }],
  ['/format/triggers/0', { type: 'triggered_tags', triggers: ['<a'], tags: [tag], excludes: ['a'] }],
  ['/format/tags', { type: 'triggered_tags', triggers: ['<'], tags: [] }],
  ['/format/tags/0/type', { type: 'triggered_tags', triggers: ['<'], tags: [{ ...tag, type: 'sequence' }] }],
  ['/format/tags/0/begin', { type: 'triggered_tags', triggers: ['['], tags: [tag] }],
  ['/format/tags/0/begin', { type: 'triggered_tags', triggers: ['<'], tags: [{ ...tag, begin: token(1) }] }],
  ['/format/at_least_one', { type: 'triggered_tags', triggers: ['<'], tags: [tag], at_least_one: 1 }],
  ['/format/separator', { type: 'tags_with_separator', tags: [tag] }],
  ['/format/tags/0/content', { type: 'tags_with_separator', tags: [{ begin: '', end: '' }], separator: '' }],
  ['/format/rules', { type: 'dispatch', rules: [] }],
  ['/format/rules/0', { type: 'dispatch', rules: [['a']] }],
  ['/format/rules/0/0', { type: 'dispatch', rules: [['', x]] }],
  ['/format/rules/1/0', { type: 'dispatch', rules: [['a', x], ['ab', x]] }],
  ['/format/rules/0/1/type', { type: 'dispatch', rules: [['a', {}]] }],
  ['/format/loop', { type: 'dispatch', rules: [['a', x]], loop: null }],
  ['/format/token', token(-1)],
  ['/format/token', token(1.5)],
  ['/format/token', token(10_000_000)],
  ['/format/token', token('<|no such token|>')],
  ['/format/exclude_tokens/1', { type: 'any_tokens', exclude_tokens: [1, '<|none|>'] }],
  ['/format/exclude_tokens', { type: 'exclude_token', exclude_tokens: 1 }],
  ['/format/tags', { type: 'token_triggered_tags', trigger_tokens: [1] }],
  ['/format/tags/0/begin', { type: 'token_triggered_tags', trigger_tokens: [1], tags: [tag] }],
  ['/format/tags/0/begin', { type: 'token_triggered_tags', trigger_tokens: [1], tags: [{ ...tag, begin: token(2) }] }],
  ['/format/trigger_tokens/1', { type: 'token_triggered_tags', trigger_tokens: [1, 2], tags: [{ ...tag, begin: token(1) }] }],
  ['/format/trigger_tokens/0', { type: 'token_triggered_tags', trigger_tokens: [1], tags: [{ ...tag, begin: token(1) }], exclude_tokens: [1] }],
  ['/format/rules/1/0', { type: 'token_dispatch', rules: [[1, x], [1, x]] }],
  ['/format/rules/0/0', { type: 'token_dispatch', rules: [[true, x]] }],
  ['/format/end/token', { type: 'tag', ...tag, end: token('<|none|>') }],
];

function faultOf(tag_: unknown): SurecallError {
  try {
    compileTag(new ProgramBuilder(), tag_ as never, { vocabulary: qwenVocabulary() });
  } catch (error) {
    assert.ok(error instanceof SurecallError, String(error));
    assert.equal(error.code, 'SURECALL_INVALID_TAG', error.message);
    return error;
  }
  return assert.fail(`compiled: ${JSON.stringify(tag_)}`);
}

test('every fault is named by its path', () => {
  for (const [path, format] of FAULTS) {
    const error = faultOf({ type: 'structural_tag', format });
    assert.equal(error.details?.['path'], path, error.message);
    assert.ok(error.message.includes(`structural tag at ${path}:`), error.message);
  }
  for (const [path, whole] of [['', 'text'], ['', null], ['', []], ['/type', { format: x }], ['/type', { type: 'tag', format: x }], ['/formats', { type: 'structural_tag', format: x, formats: [] }]] as const) {
    assert.equal(faultOf(whole).details?.['path'], path);
  }
});

test('deep nesting is an error, not a crash', () => {
  let format: unknown = x;
  for (let i = 0; i < 10_000; i++) format = { type: 'optional', content: format };
  assert.match(faultOf({ type: 'structural_tag', format }).message, /nest more than 256 deep/);
  let tags: unknown = x;
  for (let i = 0; i < 10_000; i++) tags = { type: 'tags_with_separator', separator: '', tags: [{ begin: '', content: tags, end: '' }] };
  assert.match(faultOf({ type: 'structural_tag', format: tags }).message, /nest more than 256 deep/);
});

test('tokens need a vocabulary', () => {
  assert.throws(() => compileTag(new ProgramBuilder(), { type: 'structural_tag', format: token(1) as never }), /compile the tag with one/);
});

// Formats that speak of tokens, over a real vocabulary.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Format } from '../../lib/formats/structural-tag.js';
import { idsOf, qwenVocabulary } from '../support/engine.js';
import { seededRandom } from '../support/random.js';

const vocabulary = qwenVocabulary();
const START = vocabulary.tokenId('<|im_start|>') as number;
const [HELLO = 0] = vocabulary.tokenize(' hello');
const [WORLD = 0] = vocabulary.tokenize(' world');
const everyday = vocabulary.size - vocabulary.endTokens.length - unused();

function unused(): number {
  return Array.from({ length: vocabulary.size }, (_, id) => id).filter((id) => vocabulary.kind(id) === 'unused').length;
}

function matcherOf(format: Format) {
  return vocabulary.compileStructuralTag({ type: 'structural_tag', format }).matcher();
}

const token = (reference: number | string) => ({ type: 'token', token: reference }) as const;

test('tokens are found by what they are written like', () => {
  assert.equal(vocabulary.spelling(START), '<|im_start|>');
  assert.equal(vocabulary.tokenId(' hello'), HELLO);
  assert.equal(vocabulary.tokenId('no such token'), undefined);
});

test('one token', () => {
  for (const reference of [START, '<|im_start|>']) {
    const matcher = matcherOf(token(reference));
    assert.deepEqual(idsOf(matcher.mask()), [START]);
    assert.ok(!matcher.acceptBytes('<|im_start|>'));
    assert.deepEqual([...matcher.forcedTokens()], [START]);
    assert.ok(matcher.acceptToken(START) && matcher.atEnd);
  }
});

test('any token but some', () => {
  const matcher = matcherOf({ type: 'exclude_token', exclude_tokens: [HELLO, '<|im_start|>'] });
  assert.equal(matcher.maskCount(), everyday - 2);
  assert.ok(!matcher.acceptToken(HELLO) && !matcher.acceptToken(START));
  assert.ok(!matcher.acceptToken(vocabulary.endTokens[0] as number));
  assert.ok(matcher.acceptToken(WORLD) && matcher.atEnd);
  assert.equal(matcher.text().toString(), ' world');
});

test('any tokens, up to the end token', () => {
  const matcher = matcherOf({ type: 'tag', begin: token(START), content: { type: 'any_tokens', max_tokens: 2 }, end: token(HELLO) });
  assert.ok(matcher.acceptToken(START));
  assert.equal(matcher.maskCount(), everyday);
  assert.ok(matcher.acceptToken(WORLD));
  assert.ok(matcher.acceptToken(START));
  assert.deepEqual(idsOf(matcher.mask()), [HELLO]);
  assert.ok(matcher.acceptToken(HELLO) && matcher.atEnd);
});

test('tokens and then text: every token is read in both ways', () => {
  const matcher = matcherOf({ type: 'sequence', elements: [{ type: 'any_tokens' }, { type: 'const_string', value: ' hello world' }] });
  for (const id of [HELLO, HELLO, WORLD]) assert.ok(matcher.acceptToken(id));
  assert.ok(matcher.accepting);
  assert.ok(matcher.acceptToken(WORLD) && !matcher.accepting);
});

test('tags at trigger tokens', () => {
  const tags = [
    { begin: token(START), content: { type: 'const_string', value: 'a' }, end: token(WORLD) },
    { begin: token('<|im_start|>'), content: { type: 'const_string', value: 'b' }, end: '!' },
  ] as const;
  const format = { type: 'token_triggered_tags', trigger_tokens: [START], tags, exclude_tokens: [HELLO] } as const;
  const free = matcherOf(format);
  assert.ok(free.accepting);
  assert.ok(free.acceptToken(WORLD) && !free.acceptToken(HELLO) && free.acceptToken(START) && !free.accepting);
  assert.equal(free.maskCount(), 2);
  assert.ok(free.acceptBytes('b!') && free.accepting && free.acceptToken(WORLD));
  const one = matcherOf({ ...format, at_least_one: true, stop_after_first: true });
  assert.deepEqual(idsOf(one.mask()), [START]);
  assert.ok(one.acceptToken(START) && one.acceptBytes('a') && one.acceptToken(WORLD) && one.atEnd);
  const some = matcherOf({ ...format, at_least_one: true });
  assert.deepEqual(idsOf(some.mask()), [START]);
  assert.ok(some.acceptToken(START) && some.acceptBytes('b!') && some.acceptToken(WORLD) && some.accepting);
});

test('dispatch at tokens', () => {
  const x = { type: 'const_string', value: 'x' } as const;
  const loop = matcherOf({ type: 'token_dispatch', rules: [[START, x], [' hello', x]] });
  for (const id of [WORLD, HELLO]) assert.ok(loop.acceptToken(id));
  assert.ok(!loop.accepting && loop.acceptBytes('x') && loop.acceptToken(START) && loop.acceptBytes('x') && loop.accepting);
  const once = matcherOf({ type: 'token_dispatch', rules: [[START, x]], loop: false });
  assert.ok(once.acceptToken(WORLD) && once.acceptToken(START) && once.acceptBytes('x') && once.atEnd);
});

test('masks of tokens are what single tokens say', () => {
  const matcher = matcherOf({
    type: 'sequence',
    elements: [{ type: 'any_tokens', exclude_tokens: [HELLO, START], max_tokens: 3 }, { type: 'regex', pattern: ' hello( world)?' }],
  });
  const random = seededRandom(1);
  for (let step = 0; step < 4; step++) {
    const allowed = new Set(idsOf(matcher.mask()));
    for (let id = 0; id < vocabulary.size; id++) {
      const taken = matcher.acceptToken(id);
      if (taken) matcher.rollback(1);
      assert.equal(taken, allowed.has(id), `${id} at step ${step}`);
    }
    const next = step === 1 ? HELLO : random.pick([...allowed]);
    assert.ok(matcher.acceptToken(next));
  }
});

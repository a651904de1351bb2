// The masks against brute force over the whole vocabulary, and the promises of the matcher.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idsOf, invalid, pickFrom, qwenVocabulary, randomSteps, SCHEMAS } from '../support/engine.js';
import { seededRandom } from '../support/random.js';

const vocabulary = qwenVocabulary();
const decoder = new TextDecoder();

test('a mask is exactly the tokens that acceptToken takes, over all 151,936 tokens', () => {
  const random = seededRandom(1);
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const matcher = vocabulary.compileJsonSchema(schema).matcher();
    randomSteps(matcher, vocabulary, random, random.below(12));
    const mask = matcher.mask();
    const before = decoder.decode(matcher.text());
    for (let id = 0; id < vocabulary.size; id++) {
      const allowed = ((mask[id >>> 5] ?? 0) >>> (id & 31)) & 1;
      const accepted = matcher.acceptToken(id);
      if (accepted) matcher.rollback(1);
      assert.equal(accepted, allowed === 1, `${name}, after ${before}: token ${id} ${vocabulary.spelling(id)}`);
    }
    assert.deepEqual(matcher.mask(), mask, `${name}: rollback restores the mask`);
  }
});

test('a mask is exactly the tokens whose bytes a second matcher takes one at a time', () => {
  const random = seededRandom(2);
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const template = vocabulary.compileJsonSchema(schema, { whitespace: 'flexible' });
    const matcher = template.matcher();
    randomSteps(matcher, vocabulary, random, random.below(8));
    const bytewise = vocabulary.compileJsonSchema(schema, { whitespace: 'flexible' }).matcher();
    assert.ok(bytewise.acceptBytes(matcher.text()));
    const mask = matcher.mask();
    for (let i = 0; i < 4000; i++) {
      const id = random.below(vocabulary.size);
      const bytes = vocabulary.bytes(id);
      if (vocabulary.kind(id) !== 'text' || vocabulary.endTokens.includes(id)) continue;
      let taken = 0;
      while (taken < bytes.length && bytewise.acceptBytes(bytes.subarray(taken, taken + 1))) taken++;
      bytewise.rollback(taken);
      assert.equal(((mask[id >>> 5] ?? 0) >>> (id & 31)) & 1, taken === bytes.length ? 1 : 0, `${name}: token ${id}`);
    }
  }
});

test('end tokens are allowed exactly where the text is complete', () => {
  const matcher = vocabulary.compileJsonSchema({ type: 'integer' }).matcher();
  const ends = [...vocabulary.endTokens];
  assert.ok(ends.length > 0);
  assert.ok(!ends.some((id) => idsOf(matcher.mask()).includes(id)));
  assert.ok(matcher.acceptBytes('-12'));
  assert.ok(matcher.accepting);
  assert.ok(ends.every((id) => idsOf(matcher.mask()).includes(id)));
  assert.ok(matcher.acceptToken(ends[0] as number));
  assert.ok(matcher.finished);
  assert.deepEqual(idsOf(matcher.mask()), []);
  matcher.rollback(1);
  assert.ok(!matcher.finished && matcher.acceptBytes('3'));
});

test('random walks end in valid JSON for every schema, white space and budget', () => {
  const random = seededRandom(3);
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    for (const whitespace of ['compact', 'spaced', 'flexible'] as const) {
      const template = vocabulary.compileJsonSchema(schema, { whitespace, limits: { stringLength: 60, arrayItems: 4, additionalProperties: 3 } });
      const least = template.matcher().tokensToAccept(1000);
      for (const budget of [least, least + 1, least + 7, 120]) {
        const matcher = template.matcher();
        let left = budget;
        while (!matcher.atEnd && !(matcher.accepting && (left === 0 || random.next() < 0.2))) {
          const mask = left > 100 ? matcher.mask() : matcher.maskWithin(left);
          const id = pickFrom(mask, vocabulary, random);
          assert.ok(id !== undefined, `${name}, ${whitespace}, budget ${budget}: dead end after ${decoder.decode(matcher.text())}`);
          assert.ok(matcher.acceptToken(id));
          left--;
        }
        const text = decoder.decode(matcher.text());
        assert.equal(invalid(schema, text), undefined, `${name}, ${whitespace}, budget ${budget}: ${text}`);
      }
      if (least > 0) assert.equal(idsOf(template.matcher().maskWithin(least - 1)).length, 0, `${name}: ${least} is the least`);
    }
  }
});

test('forced tokens are the canonical tokens of what is forced', () => {
  const schema = SCHEMAS['nested'];
  assert.ok(schema !== undefined);
  const template = vocabulary.compileJsonSchema(schema, { whitespace: 'spaced' });
  const text = '{"who": {"first": "Zoë \\"Z\\" O\'Hara"}, "tags": ["x", "yes"], "where": {"lat": -1.5, "lon": 20}}';
  for (let cut = 0; cut <= Buffer.byteLength(text); cut++) {
    const bytes = Buffer.from(text).subarray(0, cut);
    const matcher = template.matcher();
    // A left context of whole tokens, as in decoding.
    const tokens = vocabulary.tokenize(bytes.toString('utf8'));
    if (!bytes.equals(Buffer.from(bytes.toString('utf8')))) continue;
    for (const id of tokens) assert.ok(matcher.acceptToken(id));
    const { bytes: forced, tokens: stay, heldBack } = matcher.forced();
    const spelled = vocabulary.detokenize([...stay, ...heldBack]);
    assert.equal(spelled, decoder.decode(forced));
    const canonical = vocabulary.tokenize(bytes.toString('utf8') + decoder.decode(forced));
    const chosen = [...tokens, ...stay, ...heldBack];
    // Where the chosen tokens are a prefix of the canonical ones, the forced ones continue them canonically.
    if (tokens.every((id, index) => canonical[index] === id)) assert.deepEqual(chosen, [...canonical], `after ${bytes.toString()}`);
    // Tokens that stay are the beginning of the canonical tokens of every continuation.
    const whole = [...vocabulary.tokenize(text)];
    if (Buffer.from(text).subarray(0, cut + forced.length).equals(Buffer.concat([bytes, forced])) && tokens.every((id, i) => whole[i] === id)) {
      assert.deepEqual([...tokens, ...stay], whole.slice(0, tokens.length + stay.length), `after ${bytes.toString()}`);
    }
  }
});

test('captures tell where the parts stand', () => {
  const template = vocabulary.compileJsonSchema({ type: 'array', items: { type: 'string' } }, { escapes: 'lenient' });
  const matcher = template.matcher();
  const text = '["a\\qb","","ü\\""]';
  assert.ok(matcher.acceptBytes(text));
  const bytes = Buffer.from(text);
  assert.deepEqual(matcher.captures().map(({ name, begin, end }) => [name, bytes.subarray(begin, end).toString()]), [
    ['string', 'a\\qb'],
    ['string', ''],
    ['string', 'ü\\"'],
  ]);
});

test('small memory allowances change nothing but time', () => {
  const schema = SCHEMAS['nested'];
  assert.ok(schema !== undefined);
  const roomy = vocabulary.compileJsonSchema(schema).matcher();
  const tight = vocabulary.compileJsonSchema(schema, { stateBytes: 1 << 16, maskBytes: 1 << 16 }).matcher();
  const random = seededRandom(5);
  for (let walk = 0; walk < 5; walk++) {
    roomy.reset();
    tight.reset();
    for (let step = 0; step < 60 && !roomy.atEnd; step++) {
      const mask = roomy.mask();
      assert.deepEqual(tight.mask(), mask);
      const id = random.pick(idsOf(mask));
      assert.ok(roomy.acceptToken(id) && tight.acceptToken(id));
    }
  }
});

test('wrong arguments are errors, never crashes', () => {
  const matcher = vocabulary.compileJsonSchema({ type: 'string' }).matcher();
  assert.equal(matcher.acceptToken(vocabulary.size), false);
  assert.throws(() => matcher.rollback(1), { code: 'SURECALL_INVALID_OPTION' });
  assert.throws(() => matcher.acceptToken('x' as unknown as number), { code: 'SURECALL_INVALID_OPTION' });
  assert.throws(() => matcher.acceptToken(-1), { code: 'SURECALL_INVALID_OPTION' });
  assert.throws(() => matcher.mask(new Uint32Array(3)), { code: 'SURECALL_INVALID_OPTION' });
  assert.throws(() => matcher.argmax(new Float32Array(3)), { code: 'SURECALL_INVALID_OPTION' });
  assert.throws(() => vocabulary.bytes(1e9), { code: 'SURECALL_INVALID_OPTION' });
  assert.throws(() => vocabulary.compileProgram(new Uint8Array(7)), { code: 'SURECALL_INVALID_PROGRAM' });
});

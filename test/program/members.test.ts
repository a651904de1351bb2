// Unordered members through the builder: objects whose properties may come in any order, lists of distinct values.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Template } from '../../lib/mask.js';
import { ProgramBuilder, type MemberPart } from '../../lib/program/builder.js';
import { qwenVocabulary } from '../support/engine.js';

const vocabulary = qwenVocabulary();

function accepts(template: Template, text: string): boolean {
  const matcher = template.matcher();
  return matcher.acceptBytes(text) && matcher.accepting;
}

test('the properties of an object in any order', () => {
  const builder = new ProgramBuilder();
  const string = builder.sequence(builder.text('"'), builder.textValue({}), builder.text('"'));
  const property = (name: string, required: boolean): MemberPart => ({
    node: builder.sequence(builder.text(`"${name}":`), builder.capture(name, string)),
    required,
  });
  const name = builder.textValue({ avoid: ['a|ab|b'] });
  const rest = builder.sequence(builder.text('"'), name, builder.text('":'), builder.regex('\\d'));
  const members = builder.members([property('a', true), property('ab', false), property('b', true)], {
    rest,
    separator: builder.text(','),
    max: 4,
  });
  assert.equal(
    members,
    builder.members([property('a', true), property('ab', false), property('b', true)], { rest, separator: builder.text(','), max: 4 }),
    'equal nodes are made once',
  );
  const template = vocabulary.compileProgram(builder.finish(builder.sequence(builder.text('{'), members, builder.text('}'))));
  for (const text of ['{"a":"","b":""}', '{"b":"x","ab":"y","a":"z"}', '{"c":1,"b":"","a":"","ab":""}', '{"c":1,"a":"","d":2,"b":""}']) {
    assert.ok(accepts(template, text), text);
  }
  for (const text of ['{}', '{"a":""}', '{"a":"","a":"","b":""}', '{"c":1,"d":2,"e":3', '{"b":"","a":"","c":1,"ab":"","d":2}', '{"a":1,"b":""}']) {
    assert.ok(!accepts(template, text), text);
  }
  const matcher = template.matcher();
  matcher.acceptBytes('{"b":"x","a":"yz"}');
  assert.deepEqual(
    matcher.captures().map(({ name, begin, end }) => [name, begin, end]),
    [['b', 5, 8], ['a', 13, 17]],
  );
});

test('distinct items', () => {
  const builder = new ProgramBuilder();
  const items = ['1', '12', '"x"', 'null'].map((text) => ({ node: builder.text(text), required: false }));
  const list = builder.sequence(builder.text('['), builder.members(items, { separator: builder.text(','), min: 2 }), builder.text(']'));
  const template = vocabulary.compileProgram(builder.finish(list));
  for (const text of ['[1,12]', '[12,1]', '[null,"x",12,1]']) assert.ok(accepts(template, text), text);
  for (const text of ['[1]', '[1,1]', '[12,1,12]', '[]', '[1,2]']) assert.ok(!accepts(template, text), text);
});

test('what cannot work is refused', () => {
  const compile = (parts: (builder: ProgramBuilder) => readonly MemberPart[], min = 0, max = Infinity): Template => {
    const builder = new ProgramBuilder();
    return vocabulary.compileProgram(builder.finish(builder.members(parts(builder), { min, max })));
  };
  const one = (builder: ProgramBuilder): readonly MemberPart[] => [{ node: builder.text('a'), required: true }];
  assert.throws(() => compile((builder) => [{ node: builder.regex('a*'), required: false }]), /SURECALL_INVALID_PROGRAM|may be empty/);
  assert.throws(() => compile(one, 2), /fewer members than min/);
  assert.throws(() => compile(one, 0, 0), /more members are required than max/);
});

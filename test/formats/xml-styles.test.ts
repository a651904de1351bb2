// The table of XML styles: what a member looks like in each, and what it must not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XML_STYLES, xmlStyle, type XmlStyleName } from '../../lib/formats/xml-styles.js';
import { ProgramBuilder, type ProgramNode } from '../../lib/program/builder.js';
import type { StyledValue, ValueParts, ValueStyle } from '../../lib/schema/object-style.js';
import { qwenVocabulary } from '../support/engine.js';

const vocabulary = qwenVocabulary();

function accepted(build: (builder: ProgramBuilder) => ProgramNode, text: string): boolean {
  const builder = new ProgramBuilder();
  const matcher = vocabulary.compileProgram(builder.finish(build(builder))).matcher();
  return matcher.acceptBytes(text) && matcher.accepting;
}

/** A string, or a number, or null. */
const value = (builder: ProgramBuilder, parts: Partial<ValueParts> = {}): StyledValue => ({
  json: () => builder.regex('"x"|1'),
  parts: () => ({
    strings: [{ match: ['[^]*'], avoid: [], min: 1 }],
    literals: [],
    others: new Map([['number', builder.regex('\\d+')], ['null', builder.text('null')]]),
    isAny: false,
    ...parts,
  }),
});

const EXAMPLES: Readonly<Record<XmlStyleName, readonly [accepted: readonly string[], refused: readonly string[]]>> = {
  qwen_xml: [
    ['<parameter=k>Bob</parameter>', '<parameter=k>\t12\n</parameter>', '<parameter=k><b a="1">\n</p></parameter>'],
    ['<parameter=k></parameter>', '<parameter=k>a</parameter>b</parameter>', '<parameter=j>a</parameter>', '<parameter="k">a</parameter>'],
  ],
  minimax_xml: [['<parameter name="k">a<b>c</parameter>', '<parameter name="k"> 1 </parameter>'], ['<parameter=k>a</parameter>', '<parameter name=k>a</parameter>']],
  deepseek_xml: [
    ['<｜DSML｜parameter name="k" string="true">a</parameter></｜DSML｜parameter>', '<｜DSML｜parameter name="k" string="false"> 1</｜DSML｜parameter>'],
    ['<｜DSML｜parameter name="k">a</｜DSML｜parameter>', '<｜DSML｜parameter name="k" string="yes">a</｜DSML｜parameter>', '<｜DSML｜parameter name="k" string="true">a</parameter>'],
  ],
  glm_xml: [
    ['<arg_key>k</arg_key><arg_value>a</arg_value>', '<arg_key>k</arg_key>\n<arg_value>1</arg_value>'],
    ['<arg_key>k</arg_key><arg_value></arg_value>', '<arg_key>k </arg_key><arg_value>1</arg_value>'],
  ],
  cohere_xml: [
    ['<cofl:value name="k" type="raw">a</cofl:value>', '<cofl:value name="k" type="json">12</cofl:value>', '<cofl:value name="k" type="json"> null</cofl:value>'],
    ['<cofl:value name="k" type="json">a</cofl:value>', '<cofl:value type="raw">a</cofl:value>', '<cofl:value name="k" type="raw">a</cofl:value_extra>'],
  ],
  kimi_k3_xml: [
    [
      '<|open|>argument key="k" type="string"<|sep|>a<|close|>argument text<|close|>argument<|sep|>',
      '<|open|>argument key="k" type="number"<|sep|>3<|close|>argument<|sep|>',
      '<|open|>argument key="k" type="null"<|sep|>null<|close|>argument<|sep|>',
    ],
    [
      '<|open|>argument key="k" type="number"<|sep|>a<|close|>argument<|sep|>',
      '<|open|>argument key="k" type="integer"<|sep|>3<|close|>argument<|sep|>',
      '<|open|>argument key="k" type="null"<|sep|>3<|close|>argument<|sep|>',
    ],
  ],
};

for (const [name, [good, bad]] of Object.entries(EXAMPLES) as [XmlStyleName, (typeof EXAMPLES)[XmlStyleName]][]) {
  test(`${name}: a member`, () => {
    const member = (builder: ProgramBuilder): ProgramNode => xmlStyle(builder, name).member('k', value(builder));
    for (const text of good) assert.ok(accepted(member, text), `accepts ${text}`);
    for (const text of bad) assert.ok(!accepted(member, text), `refuses ${text}`);
  });
}

test('white space is bounded, so that no model stays in it', () => {
  const gap = (builder: ProgramBuilder): ProgramNode => xmlStyle(builder, 'qwen_xml', { whitespaceRun: 3 }).object.open;
  for (const text of ['', ' ', '\n\t ']) assert.ok(accepted(gap, text), JSON.stringify(text));
  assert.ok(!accepted(gap, '\n\n\n\n'));
});

test('names that a schema does not declare', () => {
  const other = (names: Parameters<ValueStyle['other']>[0]) => (builder: ProgramBuilder): ProgramNode =>
    xmlStyle(builder, 'qwen_xml').other(names, value(builder, { strings: [] }));
  assert.ok(accepted(other({}), '<parameter=any_1>1</parameter>'));
  assert.ok(!accepted(other({}), '<parameter=1st>1</parameter>'));
  assert.ok(!accepted(other({ not: ['any_1'] }), '<parameter=any_1>1</parameter>'));
  // A pattern says what they are, but they end at the tag, in the same line.
  assert.ok(accepted(other({ match: ['x[^]*'] }), '<parameter=x-1 é>1</parameter>'));
  for (const name of ['y', 'x>y', 'x\ny']) assert.ok(!accepted(other({ match: ['x[^]*'] }), `<parameter=${name}>1</parameter>`), name);
});

test('names that cannot be read back', () => {
  const builder = new ProgramBuilder();
  assert.ok(!xmlStyle(builder, 'qwen_xml').canName('a>b') && xmlStyle(builder, 'qwen_xml').canName('a"b'));
  assert.ok(!xmlStyle(builder, 'minimax_xml').canName('a"b') && xmlStyle(builder, 'minimax_xml').canName('a>b'));
  assert.ok(!xmlStyle(builder, 'glm_xml').canName('a</arg_key>') && xmlStyle(builder, 'glm_xml').canName('a"b>'));
});

test('values of which nothing is known', () => {
  const any = (name: XmlStyleName) => (builder: ProgramBuilder): ProgramNode => xmlStyle(builder, name).member('k', value(builder, { isAny: true }));
  assert.ok(accepted(any('kimi_k3_xml'), '<|open|>argument key="k" type="integer"<|sep|>42<|close|>argument<|sep|>'));
  assert.ok(!accepted(any('kimi_k3_xml'), '<|open|>argument key="k" type="bogus"<|sep|>x<|close|>argument<|sep|>'));
  assert.ok(accepted(any('cohere_xml'), '<cofl:value name="k" type="json">"x"</cofl:value>'));
  assert.ok(!accepted(any('cohere_xml'), '<cofl:value name="k" type="raw">x</cofl:value>'));
});

test('items of lists have no name', () => {
  const item = (builder: ProgramBuilder): ProgramNode => (xmlStyle(builder, 'cohere_xml').inside as ValueStyle).item(value(builder));
  assert.ok(accepted(item, '<cofl:value type="raw">x</cofl:value>'));
  assert.ok(!accepted(item, '<cofl:value name="k" type="raw">x</cofl:value>'));
});

test('literals that hold the closing tag cannot be written', () => {
  const member = (builder: ProgramBuilder): ProgramNode =>
    xmlStyle(builder, 'qwen_xml').member('k', value(builder, { strings: [], literals: ['a', 'x</parameter>'], others: new Map() }));
  assert.ok(accepted(member, '<parameter=k>a</parameter>'));
  assert.ok(!accepted(member, '<parameter=k>x</parameter></parameter>'));
});

test('no closing tag overlaps with itself, so a string ends at the first', () => {
  for (const [name, { close }] of Object.entries(XML_STYLES)) {
    for (let length = 1; length < close.length; length++) assert.ok(!close.endsWith(close.slice(0, length)), name);
  }
});

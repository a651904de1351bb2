// Grammars: what they accept, and what is wrong with those that are none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SurecallError } from '../../lib/errors.js';
import { idsOf, qwenVocabulary } from '../support/engine.js';
import { seededRandom } from '../support/random.js';

const vocabulary = qwenVocabulary();

function compile(grammar: string) {
  return vocabulary.compileStructuralTag({ type: 'structural_tag', format: { type: 'grammar', grammar } });
}

function accepts(template: ReturnType<typeof compile>, text: string): boolean {
  const matcher = template.matcher();
  return matcher.acceptBytes(text) && matcher.accepting;
}

const JSON_GRAMMAR = String.raw`
root   ::= ws value ws       # any JSON value
value  ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws (string ws ":" ws value (ws "," ws string ws ":" ws value)*)? ws "}"
array  ::= "[" ws (value (ws "," ws value)*)? ws "]"
string ::= "\"" ([^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\""
number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)?
ws     ::= [ \n\t\r]*
`;

const CASES: Readonly<Record<string, readonly [grammar: string, accepted: readonly string[], refused: readonly string[]]>> = {
  'literals and alternatives': ['root ::= "a" "b" | "c" | ""', ['ab', 'c', ''], ['a', 'abc']],
  'escapes': [String.raw`root ::= "\"\\\/\'\?\n\t\x41\u00e9\U0001F600\e\0"`, ['"\\/\'?\n\tAé😀\x1b\0'], ['"']],
  'classes': [String.raw`root ::= [a-c\-\]^] [^0-9\n] [\u4e00-\u9fff] [^] [x-]`, ['axé中\nx'.replace('é', ''), ']x中 -', '-é中\n-'], ['dx中 x', 'a1中 x', 'ax中 y']],
  'repeats': ['root ::= "a"? "b"* "c"+ "d"{2} "e"{1,2} "f"{2,} ("g" "h"){0}', ['cddeff', 'abbccddeefff'], ['cdeff', 'cddeeeff', 'cddef', 'cddeffgh']],
  'long repeats': ['root ::= [a-z]{3,5000} "!"', ['abc!', `${'x'.repeat(5000)}!`], ['ab!', `${'x'.repeat(5001)}!`]],
  'groups': ['root ::= ("a" | "b" ("c" | ())) "d"', ['ad', 'bcd', 'bd'], ['acd', 'd']],
  'rules over several lines': ['# one\nroot ::= item\n  ("," item)*\n  | "-"\n\nitem ::= # two\n [0-9]+', ['1', '1,22', '-'], ['', '1,', ',1']],
  'names': ['root ::= a-b.c_1\na-b.c_1 ::= "x"', ['x'], ['y']],
  'right recursion': ['root ::= "a" root | "b"', ['b', `${'a'.repeat(3000)}b`], ['a', 'ba']],
  'nested recursion': ['root ::= "(" root ")" root | ""', ['', '()(())', `${'('.repeat(500)}${')'.repeat(500)}`], ['(', '())']],
  'left recursion': ['root ::= root "+" term | root "-" term | term\nterm ::= [0-9] | "(" root ")"', ['1', '1+2-3', '(1+2)-3'], ['+1', '1+', '1+()']],
  'temperature': ['root[temperature=0.7] ::= "a"', ['a'], ['b']],
  'dispatch': [
    'root ::= body "</answer>"\nbody ::= TagDispatch(("<t>", x), ("<u>", y), excludes=("</answer>",),)\nx ::= "1"\ny ::= "2"',
    ['</answer>', 'a<t>1b<u>2</answer>'], ['a', '<t>2</answer>', '</answer></answer>'],
  ],
  'dispatch once': ['root ::= TagDispatch(("<t>", x), loop_after_dispatch=false)\nx ::= "1"', ['', 'a', 'a<t>1'], ['a<t>1b', '<t>']],
  'JSON': [JSON_GRAMMAR, ['{"a": [1, -2.5e3, {"b\\u00e9": null}], "": "\\""}', ' [ ] '], ['{"a" 1}', '[1,]', '01', '"\n"']],
};

for (const [name, [grammar, accepted, refused]] of Object.entries(CASES)) {
  test(`grammar: ${name}`, () => {
    const template = compile(grammar);
    for (const text of accepted) assert.ok(accepts(template, text), `accepts ${JSON.stringify(text)}`);
    for (const text of refused) assert.ok(!accepts(template, text), `refuses ${JSON.stringify(text)}`);
  });
}

test('grammars of tokens', () => {
  const [comma = 0] = vocabulary.tokenize(',');
  const end = vocabulary.tokenId('<|im_start|>') as number;
  const some = compile(`root ::= Token(${comma}, ${end}) "x"`);
  assert.deepEqual(idsOf(some.matcher().mask()), [comma, end].sort((a, b) => a - b));
  const dispatch = compile(`root ::= TokenTagDispatch((${end}, x), excludes=(${comma},), loop_after_dispatch=false)\nx ::= "1"`).matcher();
  assert.ok(!dispatch.acceptToken(comma));
  assert.ok(dispatch.acceptToken(vocabulary.tokenize(' hello')[0] as number));
  assert.ok(dispatch.acceptToken(end));
  assert.equal(dispatch.forcedBytes().toString(), '1');
  const but = compile(`root ::= ExcludeToken(${comma}){2}`).matcher();
  assert.ok(!but.acceptToken(comma) && but.acceptToken(end) && but.acceptToken(end) && but.atEnd);
});

test('walks through a grammar never end in a dead end', () => {
  const template = compile(JSON_GRAMMAR);
  const random = seededRandom(5);
  for (let round = 0; round < 10; round++) {
    const matcher = template.matcher();
    for (let left = 25; left > 0 && !matcher.finished; left--) {
      const ids = idsOf(matcher.maskWithin(left));
      assert.ok(ids.length > 0, matcher.text().toString());
      assert.ok(matcher.acceptToken(random.pick(ids)));
    }
    assert.doesNotThrow(() => JSON.parse(matcher.text().toString()));
  }
});

test('large grammars compile', () => {
  const chain = Array.from({ length: 5000 }, (_, i) => `r${i} ::= "a" r${i + 1} | "b"`).join('\n');
  assert.ok(accepts(compile(`root ::= r0\n${chain}\nr5000 ::= "c"`), `${'a'.repeat(5000)}c`));
  const names = Array.from({ length: 3000 }, (_, i) => `"name ${i}"`).join(' | ');
  assert.ok(accepts(compile(`root ::= ${names}`), 'name 2999'));
});

const FAULTS: readonly (readonly [grammar: string, line: number, column: number, why: RegExp])[] = [
  ['', 1, 1, /no rule "root"/],
  ['start ::= "a"', 1, 1, /no rule "root"/],
  ['root ::= a', 1, 10, /rule "a" is not defined/],
  ['root ::= "a"\nroot ::= "b"', 2, 1, /defined twice/],
  ['root ::= "a" x ::= "b"', 1, 14, /line of its own/],
  ['root = "a"', 1, 1, /expected a rule/],
  ['root ::= "a', 1, 10, /no closing quote/],
  ['root ::= "a\n"', 1, 10, /no closing quote/],
  ['root ::= [a', 1, 10, /no \]/],
  ['root ::= []', 1, 10, /empty class/],
  ['root ::= [z-a]', 1, 12, /ends before it begins/],
  ['root ::= [\\d]', 1, 12, /unknown escape/],
  ['root ::= "\\ud800"', 1, 12, /no character/],
  ['root ::= "a"{,4}', 1, 14, /whole number/],
  ['root ::= "a"{3,2}', 1, 13, /less than its minimum/],
  ['root ::= "a"++', 1, 14, /two repeats/],
  ['root ::= ("a"', 1, 14, /expected "\)"/],
  ['root ::= "a" )', 1, 14, /expected a rule|line of its own/],
  ['root ::=\n  "é" (="b")', 2, 7, /lookahead/],
  ['root[max_tokens=3] ::= "a"', 1, 1, /unknown option/],
  ['root ::= "a" root', 1, 1, /never be completed/],
  ['root ::= root', 1, 1, /never be completed/],
  ['root ::= a "x" | "y"\na ::= b | "z"\nb ::= root "w"', 3, 7, /left recursion.*|"root" calls itself/],
  ['root ::= "a"? root "b" | "c"', 1, 15, /calls itself before anything else \(root -> root\)/],
  ['root ::= Token()', 1, 10, /names no token/],
  ['root ::= TagDispatch(("a", b), ("ab", b))\nb ::= "x"', 1, 10, /keeps "ab"/],
  ['root ::= TagDispatch(("a", b), stop="x")\nb ::= "x"', 1, 32, /unknown argument/],
  [`root ::= ${'('.repeat(10_000)}`, 1, 210, /nest more than/],
];

test('faults in grammars are named by line and column', () => {
  for (const [grammar, line, column, why] of FAULTS) {
    assert.throws(() => compile(grammar), (error) => {
      assert.ok(error instanceof SurecallError && error.code === 'SURECALL_INVALID_TAG', String(error));
      assert.match(error.message, why);
      assert.ok(error.message.startsWith(`structural tag at /format/grammar: line ${line}, column ${column}: `), error.message);
      return true;
    }, grammar.slice(0, 80));
  }
});

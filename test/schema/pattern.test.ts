import assert from 'node:assert/strict';
import test from 'node:test';
import { compilePattern, literalPattern, patternMatches, type TextPatterns, wholePattern } from '../../lib/schema/pattern.js';
import { type Random, seededRandom } from '../support/random.js';
import { readRows, sharedPath } from '../support/shared-data.js';

// What the engine makes of a pattern is tested in native/test/text_test.cc. Its syntax is JavaScript's, so here
// JavaScript itself says what a pattern accepts as a whole.
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

function accepts({ match, avoid, min = 0, max = Infinity }: TextPatterns, text: string): boolean {
  const length = [...text].length;
  return length >= min && length <= max && match.every((pattern) => whole(pattern).test(text)) && !avoid.some((pattern) => whole(pattern).test(text));
}

/** [pattern, texts in which it is found, texts in which it is not] */
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['', ['', 'x', '\n'], []],
  ['a', ['a', 'xay', '\na'], ['', 'b']],
  ['^a', ['a', 'ab'], ['ba', '']],
  ['a$', ['a', 'ba'], ['ab', 'a\n']],
  ['^a$', ['a'], ['aa', 'a\n']],
  ['^a|b$', ['a', 'ax', 'xb'], ['xa', 'bx']],
  ['^(?:a|^b)$', ['a', 'b'], ['ab']],
  ['(^|,)a(,|$)', ['a', 'b,a', 'a,b'], ['ba', 'b,ab']],
  ['^$', [''], ['a']],
  ['$^', [''], ['a']],
  ['a^', [], ['', 'a', 'aa']],
  [String.raw`^\bfoo\b`, ['foo', 'foo bar'], ['food', ' foo']],
  [String.raw`\Boo`, ['foo'], ['oo', ' oo']],
  ['^(?!foo$).*', ['fo', 'food', ''], ['foo']],
  ['^(?!.*--)[a-z-]+$', ['a-b'], ['a--b', '']],
  [String.raw`^(?=.*\d)(?=.*[a-z]).{4,}$`, ['abc1'], ['abcd', '1234', 'ab1']],
  ['^(?:(?!,).)*$', ['abc'], ['a,b']],
  ['(?<=a)b', ['ab'], ['b', 'cb']],
  ['(?<!a)b', ['b', 'cb'], ['ab']],
  ['^[^]*$', ['', '\n\u2028'], []],
  ['^.$', ['a', '😀'], ['\n', '', 'ab']],
  ['^[😀-😂]$', ['😁'], ['😃']],
  [String.raw`^\p{Lu}\P{L}$`, ['É1'], ['é1', 'ÉÉ']],
  [String.raw`^[\p{Script=Greek}\d]+$`, ['αβ1'], ['a']],
  [String.raw`^[^\p{L}]+$`, ['123'], ['1a']],
  [String.raw`^\u{1F600}\x41\cA\0\t$`, ['😀A\x01\0\t'], ['A']],
  [String.raw`^\ud83d\ude00$`, ['😀'], ['\ud83d']],
  [String.raw`^[\^\-\]\\]+$`, ['^-]\\'], ['a']],
  ['^(?<year>[0-9]{4})-(?<month>[0-9]{2})$', ['2024-05'], ['2024']],
  ['^a*?b+?c??$', ['aabb', 'bc'], ['a']],
  ['^a{2}b{1,}c{0,2}$', ['aab', 'aabbcc'], ['ab', 'aabccc']],
  ['^/[^/]+/$', ['/a/'], ['//']],
];

test('a pattern is found where JavaScript finds it', () => {
  for (const [source, found, absent] of CASES) {
    const patterns = compilePattern(source);
    for (const text of found) assert.ok(accepts(patterns, text), `${source} refuses ${JSON.stringify(text)}: ${JSON.stringify(patterns)}`);
    for (const text of absent) assert.ok(!accepts(patterns, text), `${source} accepts ${JSON.stringify(text)}: ${JSON.stringify(patterns)}`);
    for (const text of [...found, ...absent]) assert.equal(patternMatches(source, text), found.includes(text), source);
  }
});

test('patterns that are only valid without the flag u', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [String.raw`^[\w-.]+$`, ['a-.b'], ['a b']],
    [String.raw`^a\-b\_\@$`, ['a-b_@'], ['a\\-b']],
    ['^a{,2}$', ['a{,2}'], ['aa']],
    ['^{}]$', ['{}]'], ['']],
    [String.raw`^\e\d$`, ['e1'], ['1']],
    [String.raw`^😀\-$`, ['😀-'], ['-']],
    [String.raw`^[😀\_]$`, ['😀', '_'], ['a']],
  ];
  for (const [source, found, absent] of cases) {
    assert.throws(() => new RegExp(source, 'u'));
    const patterns = compilePattern(source);
    for (const text of found) assert.ok(accepts(patterns, text), `${source} refuses ${text}`);
    for (const text of absent) assert.ok(!accepts(patterns, text), `${source} accepts ${text}`);
  }
});

test('modifiers are compiled away', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['^(?i:straße[k-m])$', ['STRAßEK', 'straße\u212a', 'strASSEk'.replace('SS', 'ẞ')], ['strassek']],
    ['^(?i:[^a])b$', ['xb'], ['Ab', 'ab', 'xB']],
    ['(?m:^b$)', ['a\nb\nc', 'b'], ['ab']],
    ['^(?s:.)$', ['\n'], ['']],
    ['^(?i:a(?-i:b))$', ['Ab'], ['AB']],
  ];
  for (const [source, found, absent] of cases) {
    const patterns = compilePattern(source);
    for (const text of found) assert.ok(accepts(patterns, text), `${source} refuses ${text}`);
    for (const text of absent) assert.ok(!accepts(patterns, text), `${source} accepts ${text}`);
  }
});

test('long repeats of one character become a length', () => {
  assert.deepEqual(compilePattern('^.{1,255}$'), { match: ['.*'], avoid: [], min: 1, max: 255 });
  assert.deepEqual(compilePattern('^[a-f]{0,64}$'), { match: ['[a-f]*'], avoid: [], min: 0, max: 64 });
  assert.deepEqual(compilePattern('^(?!x)(?=.{1,255}$)(?=a{2,99}$)a'), { match: ['(?!x)a[^]*', '.*', 'a*'], avoid: [], min: 2, max: 99 });
  assert.deepEqual(compilePattern('^(?=.{1,255})a'), { match: ['(?=.{1,255})a[^]*'], avoid: [] });
  assert.deepEqual(compilePattern('^(?=.{0,255}$)'), { match: ['[^]*', '.*'], avoid: [], min: 0, max: 255 });
  assert.deepEqual(compilePattern('^.{1,255}'), { match: ['.{1,255}[^]*'], avoid: [] });
  assert.deepEqual(compilePattern('^[a-f]{2,8}$'), { match: ['[a-f]{2,8}'], avoid: [] });
  assert.equal(wholePattern('^.{1,255}$'), '.{1,255}');
});

test('what cannot be enforced is refused', () => {
  for (const [source, message] of [
    [String.raw`(a)\1`, /the backreference \\1/],
    [String.raw`(?<x>a)\k<x>`, /the backreference \\k<x>/],
    ['(', /Unterminated group/],
    ['a**', /Nothing to repeat/],
    ['(?P<n>a)', /Invalid group/],
    ['(?i)a', /Invalid group/],
    ['[z-a]', /Range out of order/],
  ] as const) {
    assert.throws(() => compilePattern(source), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message });
  }
  assert.throws(() => patternMatches('(', ''), { code: 'SURECALL_UNSUPPORTED_SCHEMA' });
});

test('literals match themselves', () => {
  const texts = ['a.b', '', '^$\\/|()[]{}*+?-', 'é\n\0😀"', '\u2028 \u00a0'];
  const pattern = whole(literalPattern(texts));
  for (const text of texts) assert.ok(pattern.test(text), JSON.stringify(text));
  for (const text of ['axb', 'a', '^$']) assert.ok(!pattern.test(text), text);
  assert.ok(!whole(literalPattern([])).test(''));
});

function randomPattern(random: Random, depth: number): string {
  const part = () => randomPattern(random, depth - 1);
  if (depth === 0 || random.next() < 0.2) {
    return random.pick(['a', 'b', '-', '[ab]', '[^a]', String.raw`\w`, String.raw`\s`, '.', 'é', '^', '$', String.raw`\b`, String.raw`\B`, String.raw`\p{L}`]);
  }
  switch (random.below(5)) {
    case 0:
      return part() + part();
    case 1:
      return `(?:${part()}|${part()})`;
    case 2:
      return `(${random.pick(['?=', '?!', '?<=', '?<!'])}${part()})${part()}`;
    case 3:
      return `(${part()})`;
    default:
      return `(?:${part()})${random.pick(['*', '+?', '?', '{2}', '{0,2}'])}`;
  }
}

test('random patterns agree with JavaScript', () => {
  // Without characters above U+FFFF: V8 finds \B in the middle of one, where the standard does not look.
  const alphabet = ['a', 'b', '-', ' ', '\n', 'é', '日'];
  for (let seed = 1; seed <= 1000; seed++) {
    const random = seededRandom(seed);
    const source = randomPattern(random, 4);
    const patterns = compilePattern(source);
    for (let i = 0; i < 40; i++) {
      const text = Array.from({ length: random.below(7) }, () => random.pick(alphabet)).join('');
      assert.equal(accepts(patterns, text), patternMatches(source, text), `seed ${seed}: ${source} on ${JSON.stringify(text)}`);
    }
  }
});

interface SuiteRow {
  readonly file: string;
  readonly schema: { readonly pattern?: string };
  readonly tests: readonly { readonly data: unknown; readonly valid: boolean; readonly description: string }[];
}

const suite = sharedPath('data/json-schema-test-suite-2020-12.jsonl.gz');
test('patterns of the JSON Schema Test Suite', { skip: suite === undefined && 'json-schema-test-suite-2020-12.jsonl.gz is absent' }, () => {
  let compared = 0;
  for (const { schema, tests } of readRows(suite as string) as SuiteRow[]) {
    if (typeof schema !== 'object' || typeof schema.pattern !== 'string' || Object.keys(schema).some((key) => key !== '$schema' && key !== 'pattern' && key !== 'type')) continue;
    const patterns = compilePattern(schema.pattern);
    for (const { data, valid, description } of tests) {
      if (typeof data !== 'string') continue;
      assert.equal(accepts(patterns, data), valid, `${schema.pattern}: ${description}`);
      compared++;
    }
  }
  assert.ok(compared > 50, `${compared} tests`);
});

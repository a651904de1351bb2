// Structural tags: what each format accepts, by tables, and free text against a plain search.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Format, StructuralTag } from '../../lib/formats/structural-tag.js';
import type { Template } from '../../lib/mask.js';
import { idsOf, pickFrom, qwenVocabulary } from '../support/engine.js';
import { seededRandom } from '../support/random.js';
import { readRows, sharedPath } from '../support/shared-data.js';

const vocabulary = qwenVocabulary();

function compile(format: Format): Template {
  return vocabulary.compileStructuralTag({ type: 'structural_tag', format });
}

function accepts(template: Template, text: string): boolean {
  const matcher = template.matcher();
  return matcher.acceptBytes(text) && matcher.accepting;
}

const constant = (value: string): Format => ({ type: 'const_string', value });
const tag = (begin: string, content: Format, end: string | readonly string[]) => ({ type: 'tag', begin, content, end }) as const;
const x = constant('x');
const ANY: Format = { type: 'any_text' };
const AB = [tag('<a>', x, '</a>'), tag('<b>', constant('y'), '</b>')];

const CASES: Readonly<Record<string, readonly [format: Format, accepted: readonly string[], refused: readonly string[]]>> = {
  'plus': [{ type: 'plus', content: x }, ['x', 'xxx'], ['', 'xy']],
  'star': [{ type: 'star', content: x }, ['', 'x', 'xxx'], ['xy']],
  'repeat': [{ type: 'repeat', min: 2, max: 3, content: x }, ['xx', 'xxx'], ['', 'x', 'xxxx']],
  'repeat without bound': [{ type: 'repeat', min: 1, max: -1, content: x }, ['x', 'x'.repeat(500)], ['']],
  'repeat of what may be empty': [{ type: 'repeat', min: 3, max: 3, content: { type: 'optional', content: x } }, ['', 'xxx'], ['xxxx']],
  'any text': [ANY, ['', 'é\n"<😀', '\0'], []],
  'any text with excludes': [{ type: 'any_text', excludes: ['<a', 'b>'] }, ['', '<', '<<b', 'a>b'], ['<a', 'x<ay', '<b>']],
  'any text with excludes in other excludes': [{ type: 'any_text', excludes: ['abc', 'b'] }, ['ac'], ['abc', 'b']],
  'any text of few characters': [{ type: 'any_text', max_chars: 3 }, ['', '😀é中'], ['abcd']],
  'no text': [{ type: 'any_text', max_chars: 0 }, [''], ['a']],
  'no token': [{ type: 'any_text', max_tokens: 0 }, [''], ['a']],
  'without limits': [{ type: 'any_text', max_chars: null, max_tokens: null }, ['', 'a'.repeat(5000)], []],
  'any text in a tag': [tag('<t>', ANY, '</t>'), ['<t></t>', '<t></</</t>', '<t><t></t>'], ['<t>', '<t></t></t>', '<t></t>x']],
  'ends that overlap with themselves': [tag('', ANY, 'aab'), ['aab', 'aaab', 'abaab'], ['aabaab', 'aabb']],
  'several ends': [tag('', ANY, ['!!', '?']), ['a!b!!', 'a?', '!?'], ['a!', 'a?!!', '!!!', 'a!!?']],
  'an empty end': [tag('', { type: 'any_text', max_chars: 2 }, ['!', '']), ['ab', 'a', 'ab!'], ['abc', '!!']],
  'excludes that begin the end': [tag('', { type: 'any_text', excludes: ['<e'] }, '<end>'), ['a<<end>'], ['a<ex<end>']],
  'inner tags have their own ends': [tag('(', tag('[', ANY, ']'), ')'), ['([)])'], ['(])']],
  'text inside a sequence inside a tag': [
    tag('(', { type: 'sequence', elements: [ANY, x, { type: 'optional', content: ANY }] }, ')'), ['(x)', '(axa)', '(xxx)'], ['(a)', '(x)x)'],
  ],
  'regex': [{ type: 'regex', pattern: 'a|b+|^$|c(?=d)d' }, ['a', 'bbb', '', 'cd'], ['ab', 'c', 'ca']],
  'regex with classes': [{ type: 'regex', pattern: '\\p{Lu}\\w{2,}' }, ['Éab', 'Zab9'], ['éab', 'Za']],
  'triggered tags': [
    { type: 'triggered_tags', triggers: ['<a', '<b'], tags: AB },
    ['', 'free < text', '<a>x</a>', 'u<a>x</a>v<b>y</b>w', '<a>x</a><a>x</a>'],
    ['<a', '<a>y</a>', 'u<a>x</a', '<ab'],
  ],
  'triggered tags, at least one': [
    { type: 'triggered_tags', triggers: ['<'], tags: AB, at_least_one: true }, ['<a>x</a>', '<a>x</a>text<b>y</b>'], ['', 'text', 'text<a>x</a>', '<a>x</a><'],
  ],
  'triggered tags, at most one': [
    { type: 'triggered_tags', triggers: ['<'], tags: AB, stop_after_first: true }, ['', 'text', 'text<a>x</a>'], ['<a>x</a>text', '<a>x</a><b>y</b>'],
  ],
  'triggered tags, exactly one': [
    { type: 'triggered_tags', triggers: ['<'], tags: AB, at_least_one: true, stop_after_first: true }, ['<a>x</a>'], ['', 't<a>x</a>', '<a>x</a>t'],
  ],
  'triggered tags with excludes in a tag': [
    tag('(', { type: 'triggered_tags', triggers: ['<'], tags: AB, excludes: ['no'] }, ')'),
    ['()', '(n)', '(n<a>x</a>o)'], ['(no)', '(<a>x</a>no)', '(a)b)', '(<)'],
  ],
  'triggers that overlap with themselves': [
    { type: 'triggered_tags', triggers: ['aa'], tags: [tag('aab', x, '')] }, ['a', 'aabx', 'baabx', 'aabxa'], ['aa', 'aaabx', 'aaaabx'],
  ],
  'tags of which one begins another': [
    { type: 'triggered_tags', triggers: ['<'], tags: [tag('<a', x, '>'), tag('<ax', x, '>')] }, ['<ax>', '<axx>'], ['<a>', '<axxx>'],
  ],
  'separated tags': [{ type: 'tags_with_separator', tags: AB, separator: ',' }, ['', '<a>x</a>', '<b>y</b>,<a>x</a>'], [',', '<a>x</a>,', '<a>x</a><a>x</a>']],
  'dispatch': [
    { type: 'dispatch', rules: [['#', { type: 'regex', pattern: '\\d' }], ['@', x]] }, ['', 'a#1b@x', '#1#2'], ['#', '#a', '@', 'a@y'],
  ],
  'dispatch once': [{ type: 'dispatch', rules: [['#', x]], loop: false }, ['', 'ab', 'a#x'], ['#xa', '#x#x', '#']],
  'dispatch in a tag': [tag('(', { type: 'dispatch', rules: [['#', x]] }, ')'), ['()', '(a#xb)'], ['(a)b)', '(#)']],
};

for (const [name, [format, accepted, refused]] of Object.entries(CASES)) {
  test(`structural tag: ${name}`, () => {
    const template = compile(format);
    for (const text of accepted) assert.ok(accepts(template, text), `accepts ${JSON.stringify(text)}`);
    for (const text of refused) assert.ok(!accepts(template, text), `refuses ${JSON.stringify(text)}`);
  });
}

/** Reads free text from left to right: the first string that is complete decides. Undefined: none is. */
function firstComplete(text: string, strings: readonly string[]): { readonly at: number; readonly found: string } | undefined {
  for (let end = 1; end <= text.length; end++) {
    const found = strings.find((one) => text.slice(0, end).endsWith(one));
    if (found !== undefined) return { at: end, found };
  }
  return undefined;
}

/** The oracle for triggered tags with content x, in a tag that ends at `end`. */
function triggeredOracle(text: string, triggers: readonly string[], excludes: readonly string[], end: string): boolean {
  let rest = text;
  for (;;) {
    const first = firstComplete(rest, [...triggers, ...excludes, end]);
    if (first === undefined || excludes.includes(first.found)) return false;
    rest = rest.slice(first.at);
    if (first.found === end) return rest === '';
    if (!rest.startsWith('x')) return false;
    rest = rest.slice(1);
  }
}

test('free text agrees with a search from left to right', () => {
  const random = seededRandom(7);
  const word = (least: number, most: number): string => Array.from({ length: least + random.below(most - least + 1) }, () => random.pick(['a', 'b', 'x', 'é'])).join('');
  let compared = 0;
  for (let round = 0; round < 150; round++) {
    const strings = Array.from({ length: 2 + random.below(3) }, () => word(1, 4));
    const isAmbiguous = strings.some((one, i) => strings.some((other, j) => i !== j && other.includes(one)));
    if (isAmbiguous) continue;
    const [end = '', trigger = '', ...excludes] = strings;
    const template = compile(tag('', { type: 'triggered_tags', triggers: [trigger], tags: [tag(trigger, x, '')], excludes }, end));
    for (let i = 0; i < 80; i++) {
      const text = Array.from({ length: random.below(5) }, () => (random.next() < 0.4 ? random.pick([...strings, `${trigger}x`]) : word(0, 3))).join('') + (random.next() < 0.7 ? end : '');
      assert.equal(accepts(template, text), triggeredOracle(text, [trigger], excludes, end), JSON.stringify({ text, trigger, excludes, end }));
      compared++;
    }
  }
  assert.ok(compared > 3000);
});

test('masks of free text are what single tokens say', () => {
  const formats: Format[] = [
    tag('<think>', { type: 'any_text', excludes: ['"q', '，'] }, ['</think>', ' end']),
    tag('', { type: 'any_text', max_tokens: 3, max_chars: 12 }, 'END'),
    { type: 'triggered_tags', triggers: ['<｜tool', 'the'], tags: [tag('<｜tool>', x, '!'), tag('the cat', x, '!')] },
  ];
  const random = seededRandom(3);
  for (const format of formats) {
    const template = compile(format);
    for (let round = 0; round < 3; round++) {
      const matcher = template.matcher();
      for (let step = 0; step < 6; step++) {
        const mask = matcher.mask();
        const allowed = new Set(idsOf(mask));
        for (let id = random.below(7); id < vocabulary.size; id += 7) {
          const taken = matcher.acceptToken(id);
          if (taken) matcher.rollback(1);
          assert.equal(taken, allowed.has(id), `${id} ${JSON.stringify(vocabulary.spelling(id))} after ${JSON.stringify(matcher.text().toString())}`);
        }
        const id = pickFrom(mask, vocabulary, random);
        if (id === undefined) break;
        matcher.acceptToken(id);
      }
    }
  }
});

test('max_tokens counts tokens that hold a byte of the text', () => {
  const matcher = compile(tag('<think>', { type: 'any_text', max_tokens: 3 }, '</think>')).matcher();
  for (const id of vocabulary.tokenize('<think>')) assert.ok(matcher.acceptToken(id));
  for (const id of vocabulary.tokenize(' one two three')) assert.ok(matcher.acceptToken(id));
  assert.equal(matcher.forcedBytes().toString(), '</think>');
  assert.ok(!matcher.acceptBytes(' four'));
  assert.ok(matcher.acceptBytes('</think>'));
  assert.ok(matcher.atEnd);
});

test('400 tools in one tag compile at once', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } }, required: ['city'] } as const;
  const tags = Array.from({ length: 400 }, (_, i) => tag(`<call>{"name": "tool_${i}", "arguments": `, { type: 'json_schema', json_schema: parameters }, '}</call>'));
  const begin = performance.now();
  const matcher = compile({ type: 'triggered_tags', triggers: ['<call>'], tags }).matcher();
  assert.ok(matcher.acceptBytes('Well. <call>{"name": "tool_39'));
  assert.ok(matcher.maskCount() > 10);
  // Some 30 ms on one core; machines that run tests are slow and busy.
  assert.ok(performance.now() - begin < 1500);
  assert.ok(matcher.acceptBytes('9", "arguments": {"city":"Ulm"}}</call> Done.') && matcher.accepting);
});

test('formats nest as deep as the limit says', () => {
  let format: Format = ANY;
  for (let i = 0; i < 250; i++) format = i % 2 === 0 ? tag('(', format, ')') : { type: 'optional', content: format };
  assert.ok(accepts(compile(format), `${'('.repeat(125)}text${')'.repeat(125)}`));
});

test('the tags of all model families compile', (context) => {
  const path = sharedPath('data/builtin-tool-formats.jsonl.gz');
  if (path === undefined) return context.skip('../shared/data is not there');
  for (const row of readRows(path)) {
    const { model, structural_tag: whole } = row as { model: string; structural_tag: StructuralTag };
    assert.ok(vocabulary.compileStructuralTag(whole).stats, model);
  }
});

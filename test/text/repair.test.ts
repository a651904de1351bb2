import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repairEscapes } from '../../lib/text/index.js';
import { hostileText, randomJson, seededRandom } from '../support/random.js';

// String.raw: what stands in the table is what the model wrote.
const cases: readonly (readonly [name: string, text: string, repaired: string])[] = [
  ['Windows path', String.raw`{"path": "C:\Users\john\config.ini"}`, String.raw`{"path": "C:\\Users\\john\\config.ini"}`],
  ['path that is right already', String.raw`{"path": "C:\\Users\\john"}`, String.raw`{"path": "C:\\Users\\john"}`],
  ['lower-case users, \\u without digits', String.raw`"c:\users"`, String.raw`"c:\\users"`],
  ['\\u with three digits', String.raw`"\u12G4 \u123"`, String.raw`"\\u12G4 \\u123"`],
  ['\\u at the end of the text', String.raw`"\u`, String.raw`"\\u`],
  ['\\u with four digits', String.raw`"\u00e9\uABCD"`, String.raw`"\u00e9\uABCD"`],
  ['lone surrogate escape', String.raw`"\ud83d"`, String.raw`"\ud83d"`],
  ['regular expression', String.raw`{"regex": "\d+\s*[\w.]"}`, String.raw`{"regex": "\\d+\\s*[\\w.]"}`],
  ['escaped apostrophe', String.raw`{"t": "Hello {user}\'s profile!"}`, String.raw`{"t": "Hello {user}'s profile!"}`],
  ['escaped quotes', String.raw`{"t": "Say \"hello\" to {name}"}`, String.raw`{"t": "Say \"hello\" to {name}"}`],
  ['all valid escapes', String.raw`"\"\\\/\b\f\n\r\t"`, String.raw`"\"\\\/\b\f\n\r\t"`],
  ['a valid escape stays, even in a path', String.raw`"C:\new"`, String.raw`"C:\new"`],
  ['backslash before a backslash pair', String.raw`"\\\d"`, String.raw`"\\\\d"`],
  ['backslash at the end of the text', '"abc\\', '"abc\\\\'],
  ['raw line break and tab', '"a\n\tb\r"', String.raw`"a\n\tb\r"`],
  ['raw control characters', '"\0\u001f\b\f"', String.raw`"\u0000\u001f\b\f"`],
  ['backslash before a raw line break', '"a\\\nb"', String.raw`"a\\\nb"`],
  ['outside strings nothing changes', '{\n\t"a": 1,\\d \'x\n}', '{\n\t"a": 1,\\d \'x\n}'],
  ['member names are strings too', String.raw`{"a\d": 1}`, String.raw`{"a\\d": 1}`],
  ['DEL and line separators are fine in JSON', '"\u007f\u2028"', '"\u007f\u2028"'],
  ['empty', '', ''],
];

for (const [name, text, repaired] of cases) {
  test(`repairEscapes: ${name}`, () => {
    assert.equal(repairEscapes(text), repaired);
    assert.equal(repairEscapes(repaired), repaired, 'a second repair changes nothing');
  });
}

test('repairEscapes inside one string also escapes bare quotes', () => {
  const inside = (text: string): string => repairEscapes(text, { within: 'string' });
  assert.equal(inside(String.raw`C:\Users\john`), String.raw`C:\\Users\\john`);
  assert.equal(inside('Say "hello"'), String.raw`Say \"hello\"`);
  assert.equal(inside('ends with \\'), String.raw`ends with \\`);
  assert.equal(inside('plain'), 'plain');
});

test('repairEscapes leaves valid JSON as it is (1,000 seeds)', () => {
  for (let seed = 0; seed < 1000; seed++) {
    const random = seededRandom(seed);
    const text = JSON.stringify(randomJson(random, 3), null, random.below(3));
    assert.equal(repairEscapes(text), text, `seed ${seed}`);
  }
});

test('repairEscapes is idempotent on any text and never fails (2,000 seeds)', () => {
  for (let seed = 0; seed < 2000; seed++) {
    const text = hostileText(seededRandom(seed), 40);
    const once = repairEscapes(text);
    assert.equal(repairEscapes(once), once, `seed ${seed}`);
  }
});

test('the inside of any string is JSON once repaired (2,000 seeds)', () => {
  for (let seed = 0; seed < 2000; seed++) {
    const inside = repairEscapes(hostileText(seededRandom(seed), 40), { within: 'string' });
    assert.equal(typeof JSON.parse(`"${inside}"`), 'string', `seed ${seed}`);
    assert.equal(repairEscapes(inside, { within: 'string' }), inside, `seed ${seed}`);
  }
});

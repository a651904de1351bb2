import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { stringFormat, stringFormatNames } from '../../lib/schema/string-formats.js';
import { type Random, seededRandom } from '../support/random.js';
import { readRows, sharedPath } from '../support/shared-data.js';

/** Formats are written in JavaScript's syntax, so that JavaScript can say here what the engine will accept. */
function accepts(name: string, text: string): boolean {
  const format = stringFormat(name) ?? assert.fail(name);
  let expressions = compiled.get(name);
  if (expressions === undefined) compiled.set(name, (expressions = format.match.map((pattern) => new RegExp(`^(?:${pattern})$`, 'u'))));
  assert.deepEqual(format.avoid, []);
  return [...text].length <= (format.max ?? Infinity) && expressions.every((expression) => expression.test(text));
}
const compiled = new Map<string, RegExp[]>();

interface SuiteRow {
  readonly file: string;
  readonly schema: { readonly format?: string };
  readonly tests: readonly { readonly data: unknown; readonly valid: boolean; readonly description: string }[];
}

/**
 * Valid texts of the suite that are refused: leap seconds away from UTC, names in other scripts beyond a few letters,
 * regular expressions with named groups and control escapes.
 */
const INCOMPLETE = new Map<string, number>([['date-time', 1], ['time', 4], ['hostname', 15], ['idn-hostname', 22], ['idn-email', 1], ['regex', 3]]);

const suite = sharedPath('data/json-schema-test-suite-2020-12.jsonl.gz');
test('the formats of the JSON Schema Test Suite', { skip: suite === undefined && 'json-schema-test-suite-2020-12.jsonl.gz is absent' }, () => {
  const refused = new Map<string, number>();
  let compared = 0;
  for (const { file, schema, tests } of readRows(suite as string) as SuiteRow[]) {
    const { format } = schema;
    if (!file.startsWith('optional/format/') || format === undefined || stringFormat(format) === undefined) continue;
    for (const { data, valid, description } of tests) {
      if (typeof data !== 'string') continue;
      compared++;
      const accepted = accepts(format, data);
      assert.ok(valid || !accepted, `${format} accepts ${JSON.stringify(data)}: ${description}`);
      if (valid && !accepted) refused.set(format, (refused.get(format) ?? 0) + 1);
    }
  }
  assert.ok(compared > 600, `${compared} tests`);
  for (const [format, count] of refused) assert.ok(count <= (INCOMPLETE.get(format) ?? 0), `${format} refuses ${count} valid texts`);
});

test('dates know their months and leap years', () => {
  for (let year = 0; year < 10_000; year += year % 100 < 5 || year % 100 > 95 ? 1 : 7) {
    for (let month = 0; month <= 13; month++) {
      for (const day of [0, 1, 28, 29, 30, 31, 32]) {
        const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
        const days = [0, 31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0][month] as number;
        assert.equal(accepts('date', text), day >= 1 && day <= days, text);
      }
    }
  }
});

const ajv = new Ajv({ strict: false });
(addFormats as unknown as (ajv: Ajv) => void)(ajv);

/** Seeds of texts; mutations of them reach most rules of each grammar. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2024-02-29T23:59:60Z', '1999-12-31t00:00:00.123+05:30', '2023-06-15T12:34:56-00:00'],
  date: ['2024-02-29', '1900-02-28', '2000-12-31'],
  time: ['23:59:60Z', '12:34:56.789-23:59', '00:00:00z'],
  duration: ['P1Y2M3DT4H5M6S', 'P4W', 'PT36H', 'P0D'],
  email: ['joe.bloggs@example.com', 'a+b@x-y.example.org', '~@a.bc'],
  hostname: ['www.example.com', 'a-b.c0', '1host', `${'a'.repeat(63)}.com`],
  ipv4: ['192.168.0.1', '255.255.255.255', '0.0.0.0'],
  ipv6: ['::', '::1', '2001:db8::7', '1:2:3:4:5:6:7:8', '::ffff:192.168.0.1', '1::5:6:7:8', '1:2:3::8', 'fe80::1:2:3:4'],
  uuid: ['2eb8aa08-aa98-11ea-b4aa-73b441d16380'],
  uri: ['http://user:pw@foo.bar:80/p/a?baz=qux#quux', 'urn:isbn:0451450523', 'mailto:a@b.c', 'http://[2001:db8::7]/x', 'file:///etc/hosts'],
  'uri-reference': ['//foo.bar/?baz=qux#quux', '/abc/%20', '../a', '#f', '?q', '', 'http://a/b'],
  'json-pointer': ['/foo/0', '', '/a~1b/m~0n', '/ '],
  'relative-json-pointer': ['1', '0/foo', '120#'],
  'uri-template': ['http://example.com/{term:1}/{+list*}{?x,y}', '{a.b_c}', ''],
};

function mutated(random: Random, text: string, alphabet: readonly string[]): string {
  const characters = [...text];
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(characters.length + 1);
    characters.splice(at, random.below(2), ...(random.next() < 0.7 ? [random.pick(alphabet)] : []));
  }
  return characters.join('');
}

// ajv-formats is stricter than the RFC or laxer in a few places, which are left out of the comparison.
const DIFFERS: Readonly<Record<string, (text: string) => boolean>> = {
  // RFC 5321 allows a domain of one label, address literals, quoted local parts, and sets no length for labels.
  email: (text) => !/@[^@]*[^.@]\.[^@]+$/.test(text) || /["[]|[^.@-]{64}/.test(text),
  // RFC 3986: the path may be empty.
  uri: (text) => /^[a-z][a-z0-9+.-]*:($|[?#])/i.test(text),
  // RFC 6570 with erratum 6937: an apostrophe is a literal; variable names may hold dots.
  'uri-template': (text) => /'/.test(text) || /\{[^}]*\./.test(text),
};

test('what is accepted ajv accepts too', () => {
  for (const [name, examples] of Object.entries(EXAMPLES)) {
    const validate = ajv.compile({ type: 'string', format: name });
    const alphabet = [...new Set([...examples.join(''), ...'aZ09:./?#[]@!%{}~- é\n"\\'])];
    let accepted = 0;
    for (let seed = 1; seed <= 4000; seed++) {
      const random = seededRandom(seed);
      const text = mutated(random, random.pick(examples), alphabet);
      if (!accepts(name, text)) continue;
      accepted++;
      assert.ok((validate(text) as boolean) || (DIFFERS[name]?.(text) ?? false), `${name} accepts ${JSON.stringify(text)}`);
    }
    assert.ok(accepted > 20, `${name}: ${accepted}`);
    for (const text of examples) assert.ok(accepts(name, text), `${name} refuses ${text}`);
  }
});

test('every accepted regular expression is one, with and without the flag u', () => {
  const alphabet = ['a', '-', '.', '*', '+', '?', '{', '}', '2', ',', '(', ')', '[', ']', '^', '$', '|', '\\', 'd', '(?:', '(?=', '(?<!', '[^', '\\b', '{1,5}', ':', '&'];
  const examples = ['([abc])+\\s+$', '^(?:a|b)*$', '(?<=x)y', '[^\\d_]{2,5}?', '((a))', '[]', '\\.\\/'];
  let accepted = 0;
  for (let seed = 1; seed <= 40_000; seed++) {
    const random = seededRandom(seed);
    const text = mutated(random, mutated(random, random.pick(examples), alphabet), alphabet);
    if (!accepts('regex', text)) continue;
    accepted++;
    assert.doesNotThrow(() => [new RegExp(text, 'u'), new RegExp(text)], text);
  }
  assert.ok(accepted > 2000, `${accepted}`);
});

test('an unknown format is an annotation', () => {
  for (const name of ['color', 'int32', 'unknown', '', 'toString', '__proto__']) assert.equal(stringFormat(name), undefined, name);
  assert.equal(stringFormatNames().length, 19);
});

// Patterns, formats and numbers from schema to matcher: what JavaScript says of them the engine must do.

import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULT_LIMITS } from '../../lib/defaults.js';
import { ProgramBuilder, type TextValueOptions } from '../../lib/program/builder.js';
import type { Template } from '../../lib/mask.js';
import { numberPattern } from '../../lib/schema/numbers.js';
import { compilePattern, literalPattern, patternMatches, wholePattern } from '../../lib/schema/pattern.js';
import { stringFormat, stringFormatNames } from '../../lib/schema/string-formats.js';
import { qwenVocabulary } from '../support/engine.js';
import { seededRandom } from '../support/random.js';

const vocabulary = qwenVocabulary();

function template(options: TextValueOptions): Template {
  const builder = new ProgramBuilder();
  return vocabulary.compileProgram(builder.finish(builder.textValue(options)));
}

function accepts(compiled: Template, text: string): boolean {
  const matcher = compiled.matcher();
  return (text === '' || matcher.acceptBytes(text)) && matcher.accepting;
}

/** The inside of a JSON string: sometimes with escapes that nothing asks for. */
function inside(text: string, escapeAll: boolean): string {
  if (!escapeAll) return JSON.stringify(text).slice(1, -1);
  return Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
}

test('patterns with lookarounds, as JSON text', () => {
  const sources = [
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', '^(?!.*--)[^\\s]+$', '\\bfoo\\b', '^(?=.*\\d)(?=.*[a-z]).{3,40}$', '(?<!\\\\)"', '^.{0,30}$', '^\\p{L}+$', '[\\n\\t/]$',
  ];
  const alphabet = ['a', 'o', 'f', 'foo', '1', '-', ' ', '"', '\\', '\n', '/', 'é', '😀'];
  for (const source of sources) {
    const compiled = template(compilePattern(source));
    const negated = template({ avoid: [wholePattern(source)] });
    for (let seed = 1; seed <= 150; seed++) {
      const random = seededRandom(seed);
      const text = Array.from({ length: random.below(8) }, () => random.pick(alphabet)).join('');
      const spelled = inside(text, random.next() < 0.3);
      const found = patternMatches(source, text);
      assert.equal(accepts(compiled, spelled), found, `${source} on ${spelled}`);
      assert.equal(accepts(negated, spelled), !found, `not ${source} on ${spelled}`);
    }
  }
});

test('names that differ from declared ones', () => {
  const declared = ['name', 'names', 'a"b', 'é', ''];
  const other = template({ avoid: [literalPattern(declared)], max: 8 });
  for (const name of declared) assert.ok(!accepts(other, inside(name, false)) && !accepts(other, inside(name, true)), name);
  for (const name of ['nam', 'namesx', 'a', 'e', '\u0301', '12345678']) assert.ok(accepts(other, inside(name, false)), name);
  assert.ok(!accepts(other, '123456789'));
});

test('formats compile and accept their examples', () => {
  const examples: Readonly<Record<string, string>> = {
    'date-time': '2024-02-29T12:00:00.5+01:00', date: '2024-02-29', time: '23:59:60Z', duration: 'P1DT2H', email: 'a.b@c.de', 'idn-email': 'ü@한.de',
    hostname: 'a-b.c', 'idn-hostname': '한국.kr', ipv4: '10.0.0.255', ipv6: '1::ffff', uuid: '2eb8aa08-aa98-11ea-b4aa-73b441d16380', uri: 'http://a/b?c#d',
    'uri-reference': '../a', iri: 'http://é/b', 'iri-reference': '#é', 'uri-template': '/{+a,b*}', 'json-pointer': '/a~1b', 'relative-json-pointer': '1#', regex: '^(a|b)*$',
  };
  for (const name of stringFormatNames()) {
    const compiled = template(stringFormat(name) ?? {});
    const example = examples[name] ?? assert.fail(name);
    assert.ok(accepts(compiled, inside(example, false)), name);
    assert.ok(accepts(compiled, inside(example, true)), name);
    assert.ok(!accepts(compiled, `${inside(example, false)}\\ud800`), `${name}: half a character`);
  }
});

test('numbers', () => {
  const cases = [
    [{ minimum: -1.5, exclusiveMaximum: 20 }, ['-1.5', '-0', '19.999', '3.00'], ['-1.51', '20', '1e1', '20.0']],
    [{ integer: true, minimum: 1, maximum: 100, multipleOf: [5], not: [50] }, ['5', '45', '100'], ['0', '50', '7', '105', '5.0']],
    [{ multipleOf: [0.01], minimum: 0 }, ['0.07', '3', '4.350'], ['0.075', '-1']],
    [{ integer: true, multipleOf: [86_400] }, ['0', '86400', '-172800'], ['43200', '3200', '27']],
    [{}, ['1e99', '-0.5E-3'], ['1e100', '01']],
  ] as const;
  for (const [constraints, valid, invalid] of cases) {
    const compiled = template({ ...numberPattern(constraints, DEFAULT_LIMITS), spelling: 'raw' });
    for (const text of valid) assert.ok(accepts(compiled, text), `${JSON.stringify(constraints)} refuses ${text}`);
    for (const text of invalid) assert.ok(!accepts(compiled, text), `${JSON.stringify(constraints)} accepts ${text}`);
  }
});

test('a text that cannot exist is told apart', () => {
  assert.throws(() => template({ match: ['a+'], max: 0 }), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message: /unsatisfiable: / });
  assert.throws(() => template({ match: ['(a{1,1000}){1,1000}'] }), { code: 'SURECALL_UNSUPPORTED_SCHEMA', message: /more than/ });
});

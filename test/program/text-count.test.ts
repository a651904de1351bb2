// Whether a text value accepts anything, and how much, before any program is built.

import assert from 'node:assert/strict';
import test from 'node:test';
import { addon } from '../../lib/native.js';

test('textCount and textIsSatisfiable', () => {
  assert.equal(addon.textCount({ match: ['[ab]{0,3}'] }, 100), 15);
  assert.equal(addon.textCount({ match: ['[ab]{0,3}'] }, 10), 10);
  assert.equal(addon.textCount({ match: ['[ab]*'], avoid: ['a|b'], min: 1, max: 2, spelling: 'raw' }, 1e9), 4);
  assert.equal(addon.textCount({ multipleOf: ['5'], match: ['\\d{2}'] }, 1e9), 20);
  assert.equal(addon.textCount({}, Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  assert.equal(addon.textCount({ max: Infinity, min: 1 }, 7), 7);
  assert.equal(addon.textIsSatisfiable({ match: ['a'] }), true);
  assert.equal(addon.textIsSatisfiable({ match: ['a'], max: 0 }), false);
  assert.equal(addon.textIsSatisfiable({ match: ['a'], avoid: ['a|b'] }), false);
  assert.equal(addon.textIsSatisfiable({ min: 3, max: 2 }), false);
});

test('wrong patterns and wrong arguments', () => {
  assert.throws(() => addon.textIsSatisfiable({ match: ['(a'] }), { code: 'SURECALL_UNSUPPORTED_SCHEMA' });
  assert.throws(() => addon.textIsSatisfiable({ match: 'a' as never }), TypeError);
  assert.throws(() => addon.textIsSatisfiable({ matches: [] } as never), { code: 'SURECALL_INVALID_OPTION' });
  assert.throws(() => addon.textCount({}, -1), RangeError);
});

test('simple questions take microseconds', () => {
  const samples: number[] = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    addon.textIsSatisfiable({ match: [`[a-z]{1,${i % 20 + 1}}-x${i}`], avoid: ['abc|def'], min: 2 });
    samples.push(performance.now() - start);
  }
  const median = samples.sort((a, b) => a - b)[100] as number;
  assert.ok(median < 1, `${median} ms, usually 0.03`);
});

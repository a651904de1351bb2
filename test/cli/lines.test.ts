// Lines of a stream against splitting the whole text: any chunks, any line breaks, faults that cost one line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countLines, type Line, readLines } from '../../lib/cli/lines.js';
import { hostileText, type Random, seededRandom } from '../support/random.js';

async function* inChunks(bytes: Buffer, random: Random): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(7);
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function collect(bytes: Buffer, random: Random, limit?: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(inChunks(bytes, random), limit)) lines.push(line);
  return lines;
}

test('lines are those of the text, whatever the chunks', async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed);
    const parts = Array.from({ length: random.below(8) }, () => Buffer.from(hostileText(random, 6).replaceAll(/[\r\n]/g, '')).toString());
    const text = parts.map((part) => part + random.pick(['\n', '\r\n'])).join('') + random.pick(['', 'last', 'é']);
    const bytes = Buffer.from(text);
    const wanted = text.split(/\r?\n/);
    if (wanted.at(-1) === '') wanted.pop();
    const lines = await collect(bytes, random);
    assert.deepEqual(lines.map((line) => line.text), wanted, `seed ${seed}`);
    assert.deepEqual(lines.map(({ number }) => number), wanted.map((_, i) => i + 1));
    assert.equal(lines.at(-1)?.end ?? 0, bytes.length);
    assert.equal(lines.at(-1)?.isEnded ?? true, text === '' || text.endsWith('\n'));
    assert.equal(await countLines(inChunks(bytes, random)), text.split('\n').filter((line) => line !== '').length, `seed ${seed}`);
  }
});

test('a line that is too long or not UTF-8 costs that line only', async () => {
  const bytes = Buffer.concat([Buffer.from('\ufeffone\n'), Buffer.from(`${'x'.repeat(100)}\n`), Buffer.from([0x61, 0xff, 0x0a]), Buffer.from('\ufefflast')]);
  const lines = await collect(bytes, seededRandom(1), 10);
  assert.deepEqual(lines.map(({ text, fault }) => fault ?? text), ['one', 'too long', 'not UTF-8', '\ufefflast']);
});

test('a line without end is not held in memory', async () => {
  const chunk = Buffer.alloc(1 << 20, 'x');
  const endless = async function* (): AsyncGenerator<Buffer> { for (let i = 0; i < 512; i++) yield Buffer.from(chunk); };
  const before = process.memoryUsage().rss;
  let faults = 0;
  for await (const line of readLines(endless(), 1 << 20)) faults += line.fault === 'too long' ? 1 : 0;
  assert.equal(faults, 1);
  assert.ok(process.memoryUsage().rss - before < 256 << 20, 'half a gigabyte passed through');
});

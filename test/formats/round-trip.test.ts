// Every format, tool choice and kind of thinking: what the mask lets through is read back, by its captures and as foreign text.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Ajv } from 'ajv';
import { FORMAT_NAMES, parseCalls, type TagOptions, wireFormat } from '../../lib/formats/index.js';
import type { Vocabulary } from '../../lib/mask.js';
import { qwenVocabulary } from '../support/engine.js';
import { compiledAnswer, randomAnswer, WALK_OPTIONS, WALK_TOOLS, type Walk } from '../support/format-walks.js';
import { seededRandom } from '../support/random.js';

/** Walks for each combination. Without SURECALL_WALKS one, for a fifth of the combinations, another fifth for each format. */
const WALKS = Number(process.env['SURECALL_WALKS'] ?? 0);
/** Answers may have so many tokens more than the shortest needs, at most. */
const MORE_TOKENS = 160;

function combinations(format: number): (readonly [title: string, options: TagOptions])[] {
  return Object.entries(WALK_OPTIONS).filter((_, index) => WALKS > 0 || (index + format) % 5 === 0);
}

const ajv = new Ajv({ strict: false });
const valid = new Map(WALK_TOOLS.map(({ name, parameters, strict }) => [name, ajv.compile(strict ? parameters : { type: 'object' })]));

let vocabulary: Vocabulary;
before(() => {
  vocabulary = qwenVocabulary();
});

/** How many calls an answer may have. */
function counts({ toolChoice, parallelCalls = false }: TagOptions): readonly [least: number, most: number] {
  if (toolChoice === 'none') return [0, 0];
  if (typeof toolChoice === 'object' && 'name' in toolChoice) return [1, 1];
  const isRequired = toolChoice === 'required' || (typeof toolChoice === 'object' && 'mode' in toolChoice && toolChoice.mode === 'required');
  return [isRequired ? 1 : 0, parallelCalls ? Infinity : 1];
}

/** Names that the choice lets through. */
function allowed({ toolChoice }: TagOptions): readonly string[] {
  if (typeof toolChoice !== 'object') return WALK_TOOLS.map(({ name }) => name);
  return 'name' in toolChoice ? [toolChoice.name] : toolChoice.allowed;
}

function checkWalk(name: string, options: TagOptions, walk: Walk): void {
  const [least, most] = counts(options);
  assert.ok(walk.calls.length >= least && walk.calls.length <= most, `${walk.calls.length} calls`);
  for (const call of walk.calls) {
    assert.ok(allowed(options).includes(call.name), call.name);
    const validate = valid.get(call.name);
    assert.ok(validate?.(call.arguments), `${call.name} ${JSON.stringify(call.arguments)}: ${ajv.errorsText(validate?.errors)}`);
  }
  const { thinking } = options;
  const thinks = wireFormat(name as 'json').thinks && thinking !== 'off';
  if (!thinks) assert.ok(walk.parts.every(({ kind }) => kind !== 'thinking'));
  if (typeof thinking === 'object') assert.ok(walk.thinkingTokens <= thinking.maxTokens, `${walk.thinkingTokens} tokens of thinking`);

  const parsed = parseCalls(walk.text, name as 'json', WALK_TOOLS);
  assert.deepEqual(parsed.map((call) => [call.name, call.arguments]), walk.calls.map((call) => [call.name, call.arguments]));
  // What is said and what is thought stays outside of the calls that were found.
  const bytes = Buffer.from(walk.text);
  const outside = walk.parts.filter(({ kind }) => kind === 'content' || kind === 'thinking');
  for (const { start, end } of parsed) {
    const [first, last] = [start, end].map((index) => Buffer.byteLength(walk.text.slice(0, index))) as [number, number];
    for (const part of outside) {
      const shared = bytes.subarray(Math.max(first, part.begin), Math.max(first, Math.min(last, part.end))).toString();
      assert.equal(shared.trim(), '', `${JSON.stringify(shared)} is taken for a part of a call`);
    }
  }
}

/** Walks one combination; what went wrong, with what is needed to see it again. */
function faults(name: (typeof FORMAT_NAMES)[number], title: string, options: TagOptions): string[] {
  const format = wireFormat(name);
  const tag = format.structuralTag(WALK_TOOLS, options);
  const template = compiledAnswer(format, tag, vocabulary);
  const least = template.matcher().tokensToAccept(200);
  const found: string[] = [];
  for (let seed = 0; seed < Math.max(1, WALKS); seed++) {
    let walk: Walk | undefined;
    try {
      const random = seededRandom(seed);
      walk = randomAnswer(template, tag, vocabulary, random, least + random.below(MORE_TOKENS));
      checkWalk(name, options, walk);
    } catch (error) {
      found.push(`${name}, ${title}, seed ${seed}: ${JSON.stringify(walk?.text)}: ${String(error)}`);
    }
  }
  return found;
}

for (const [index, name] of FORMAT_NAMES.entries()) {
  test(`round trip: ${name}`, async (context) => {
    const { thinks } = wireFormat(name);
    const combined = combinations(index).filter(([, { thinking }]) => thinks || thinking === 'off');
    const found: string[] = [];
    for (const [title, options] of combined) {
      // So that results appear as they are there.
      await new Promise(setImmediate);
      found.push(...faults(name, title, options));
    }
    context.diagnostic(`${combined.length * Math.max(1, WALKS)} walks`);
    assert.ok(combined.length > 0);
    assert.equal(found.length, 0, `${found.length} walks went wrong, such as\n${found.slice(0, 5).join('\n')}`);
  });
}

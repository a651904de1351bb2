// How much of a right answer is determined by the tools alone: the expected calls of the examples, in Qwen 3's vocabulary.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileTag } from '../../lib/formats/compile.js';
import { wireFormat } from '../../lib/formats/index.js';
import { type Template, Vocabulary } from '../../lib/mask.js';
import { ProgramBuilder } from '../../lib/program/builder.js';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { EXAMPLES } from '../support/examples.js';
import { repositoryPath } from '../support/shared-data.js';

interface Expected {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

function spelled({ name, parameters }: Expected): string {
  const members = Object.entries(parameters).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `<tool_call>\n{"name": "${name}", "arguments": {${members.join(', ')}}}\n</tool_call>`;
}

/** Writes the text token by token, forced ones where there are any; returns how many of how many were forced. */
function replay(vocabulary: Vocabulary, template: Template, text: string): [forced: number, total: number] {
  const matcher = template.matcher();
  let [forced, total] = [0, 0];
  for (let rest = Buffer.from(text); rest.length > 0;) {
    const determined = matcher.forcedTokens();
    const next = determined.length > 0 ? determined : vocabulary.tokenize(rest.toString('utf8')).subarray(0, 1);
    for (const id of next) {
      assert.ok(matcher.acceptToken(id), `${text}: refused at ${rest.toString('utf8')}`);
      rest = rest.subarray(vocabulary.bytes(id).length);
    }
    total += next.length;
    forced += determined.length;
  }
  assert.ok(matcher.atEnd);
  return [forced, total];
}

test('at least 60% of the tokens of the 22 expected calls are forced', async (t) => {
  const vocabulary = Vocabulary.fromGguf(await ensureRandomModel({ preset: 'tiny', seed: 1 }));
  let [forced, total] = [0, 0];
  for (const { set, tools } of EXAMPLES) {
    const { program } = compileTag(new ProgramBuilder(), wireFormat('qwen').structuralTag(tools), { whitespace: 'spaced', escapes: 'lenient' });
    const template = vocabulary.compileProgram(program);
    for (const expected of JSON.parse(readFileSync(repositoryPath(`examples/${set}/expected.json`), 'utf8')) as Expected[]) {
      const [some, all] = replay(vocabulary, template, spelled(expected));
      forced += some;
      total += all;
    }
  }
  t.diagnostic(`${forced} of ${total} tokens are forced: ${(100 * forced / total).toFixed(1)}%`);
  assert.ok(forced >= 0.6 * total);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FormatName, type StructuralTag, type ToolChoice, wireFormat } from '../../lib/formats/index.js';
import { readRows, sharedPath } from '../support/shared-data.js';

// The tags of 15 families as another engine builds them, for one tool. Ours are the same where several calls are wanted.

interface Row {
  readonly model: string;
  readonly tool_choice: 'auto' | 'required' | 'forced' | 'none';
  readonly reasoning: boolean;
  readonly structural_tag: StructuralTag;
}

const CHOICES: Readonly<Record<Row['tool_choice'], ToolChoice>> = { auto: 'auto', required: 'required', none: 'none', forced: { name: 'F' } };

/** Rows from which ours differ on purpose, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'harmony required': 'the reference admits an answer that only thinks, and an empty one: ours has a call',
  'harmony forced': 'the reference admits an answer without a call, and several: ours has exactly one',
};

const table = sharedPath('data/builtin-tool-formats.jsonl.gz');
const rows = table === undefined ? [] : readRows(table) as Row[];
const tool = { name: 'F', description: '', parameters: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] }, strict: true } as const;

test('tags equal the reference table', { skip: table === undefined && 'the shared data is absent' }, () => {
  assert.equal(rows.length, 120);
  const different = new Set<string>();
  for (const { model, tool_choice: choice, reasoning, structural_tag: expected } of rows) {
    const tag = wireFormat(model as FormatName).structuralTag([tool], {
      toolChoice: CHOICES[choice], parallelCalls: true, thinking: reasoning ? 'on' : 'off',
    });
    const row = `${model} ${choice}`;
    if (DIFFERENCES[row] === undefined) assert.deepEqual(tag, expected, `${row}, thinking ${reasoning ? 'on' : 'off'}`);
    else if (JSON.stringify(tag) !== JSON.stringify(expected)) different.add(row);
  }
  assert.deepEqual([...different].sort(), Object.keys(DIFFERENCES).sort(), 'a difference that is none any more');
});

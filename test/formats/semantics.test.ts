// What the options mean beside the tags of the reference table: allowed tools, one call or several, bounded thinking, prompts,
// control tokens.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argumentsCapture, capturedArguments, captureOf, memberCaptureOf, textParts } from '../../lib/formats/captures.js';
import { compileTag, type TokenNames } from '../../lib/formats/compile.js';
import { type FormatName, FORMAT_NAMES, readArguments, type TagOptions, textBoundaries, wireFormat } from '../../lib/formats/index.js';
import { splitAtTokens } from '../../lib/formats/tag-text.js';
import { Vocabulary } from '../../lib/mask.js';
import { ProgramBuilder } from '../../lib/program/builder.js';
import { parseTools } from '../../lib/tools/index.js';
import { qwenVocabulary } from '../support/engine.js';
import { repositoryPath } from '../support/shared-data.js';

const tools = parseTools(['one', 'two', 'three'].map((name) => ({ name, description: '', parameters: { n: { type: 'integer' } } })));

function namesIn(options: TagOptions): string[] {
  const text = JSON.stringify(wireFormat('qwen').structuralTag(tools, options));
  return tools.map(({ name }) => name).filter((name) => text.includes(`\\"${name}\\"`));
}

test('allowed tools are the only ones in the tag, as the mode says', () => {
  const allowed = ['three', 'one'];
  assert.deepEqual(namesIn({ toolChoice: { allowed } }), ['one', 'three']);
  const format = wireFormat('qwen');
  assert.equal(format.structuralTag(tools, { toolChoice: { allowed } }).format.type, 'triggered_tags');
  assert.equal(format.structuralTag(tools, { toolChoice: { allowed, mode: 'required' } }).format.type, 'or');
  assert.equal(format.structuralTag(tools, { toolChoice: { allowed: [] } }).format.type, 'any_text');
});

const refused: readonly (readonly [options: unknown, code: string, message: RegExp])[] = [
  [{ toolChoice: { allowed: ['one', 'four'] } }, 'SURECALL_INVALID_OPTION', /^toolChoice: there is no tool "four"; tools: "one", "two", "three"$/],
  [{ toolChoice: { allowed: ['one'], mode: 'any' } }, 'SURECALL_INVALID_OPTION', /^toolChoice: mode must be/],
  [{ toolChoice: { allowed: [], mode: 'required' } }, 'SURECALL_EMPTY_TOOLS', /a tool call is required/],
  [{ toolChoice: { allowed: 'one' } }, 'SURECALL_INVALID_OPTION', /^toolChoice: must be/],
  [{ toolChoice: null }, 'SURECALL_INVALID_OPTION', /^toolChoice: must be/],
  [{ toolChoice: {} }, 'SURECALL_INVALID_OPTION', /^toolChoice: must be/],
  [{ thinking: 'maybe' }, 'SURECALL_INVALID_OPTION', /^thinking: must be/],
  [{ thinking: { maxTokens: 1.5 } }, 'SURECALL_INVALID_OPTION', /^thinking: must be/],
  [{ thinking: null }, 'SURECALL_INVALID_OPTION', /^thinking: must be/],
];

for (const [options, code, message] of refused) {
  test(`options are refused: ${JSON.stringify(options)}`, () => {
    assert.throws(() => wireFormat('qwen').structuralTag(tools, options as TagOptions), { code, message });
  });
}

/** What a template wrote, whether the model is to think, and the prompt's end. */
const prompts: readonly (readonly [format: FormatName, written: string, thinking: 'on' | 'off', end: string])[] = [
  ['qwen', 'A:\n', 'on', 'A:\n<think>\n'],
  ['qwen', 'A:\n<think>\n', 'on', 'A:\n<think>\n'],
  ['qwen', 'A:\n', 'off', 'A:\n'],
  ['qwen', 'A:\n<think>\n\n</think>\n\n', 'off', 'A:\n<think>\n\n</think>\n\n'],
  ['qwen', 'A:\n<think>\n', 'off', 'A:\n<think>\n\n</think>\n\n'],
  ['deepseek_v3_1', 'A', 'off', 'A</think>'],
  ['deepseek_v3_1', 'A<think></think>', 'off', 'A<think></think>'],
  ['deepseek_v3_1', 'A<think>', 'off', 'A<think></think>'],
  ['glm', 'A', 'on', 'A<think>'],
  ['minimax', 'A<think>\n', 'off', 'A<think>\n'],
  ['minimax', 'A', 'off', 'A<think>\n'],
  ['kimi_k3', '<|open|>response<|sep|>', 'off', '<|open|>response<|sep|>'],
  ['harmony', '<|start|>assistant', 'on', '<|start|>assistant'],
  ['harmony', '<|start|>assistant', 'off', '<|start|>assistant'],
  ['json', 'A', 'on', 'A'],
];

for (const [format, written, thinking, end] of prompts) {
  test(`the prompt, ${format}, thinking ${thinking}: ${JSON.stringify(written)}`, () => {
    assert.equal(wireFormat(format).finishPrompt(written, { thinking }), end);
  });
}

test('chat templates hear of thinking under all of its names; formats that do not think say no', () => {
  const messages = [{ role: 'user', content: 'x' }] as const;
  const { enableThinking, variables } = wireFormat('qwen').chat(tools, messages, { thinking: 'on' });
  assert.deepEqual([enableThinking, variables], [true, { thinking: true, reasoning: true }]);
  assert.equal(wireFormat('json').chat(tools, messages, { thinking: 'on' }).enableThinking, false);
  assert.deepEqual(wireFormat('harmony').chat(tools, messages).variables, { thinking: false, reasoning: false, reasoning_effort: 'low' });
});

test('tools in the message of a user, and beside the content of a system message', () => {
  const gemma = wireFormat('gemma').chat(tools, [{ role: 'user', content: 'x' }, { role: 'assistant', content: 'y' }]).messages;
  assert.deepEqual(gemma.map(({ role }) => role), ['user', 'assistant']);
  assert.match(gemma[0]?.content ?? '', /"name": "one"[^]*\n\nx$/);
  const phi = wireFormat('phi_4').chat(tools, [{ role: 'system', content: 's' }, { role: 'user', content: 'x' }]).messages;
  assert.deepEqual(phi.map(({ role, content }) => [role, content]), [['system', 's'], ['user', 'x']]);
  assert.equal((JSON.parse((phi[0] as unknown as { tools: string }).tools) as unknown[]).length, 3);
});

test('boundaries are where text gives way', () => {
  const boundaries = (format: FormatName, options: TagOptions): string[] => textBoundaries(wireFormat(format).structuralTag(tools, options)).sort();
  assert.deepEqual(boundaries('qwen', { toolChoice: 'auto', thinking: 'on' }), ['</think>', '<tool_call>']);
  assert.deepEqual(boundaries('qwen', { toolChoice: 'required' }), []);
  assert.deepEqual(boundaries('harmony', { toolChoice: 'none' }), ['<|end|>', '<|return|>']);
  for (const name of FORMAT_NAMES) assert.ok(boundaries(name, { toolChoice: 'auto' }).length > 0, name);
});

test('the innermost capture says what a part is', () => {
  const spans = [
    { name: 'markup', begin: 0, end: 12 }, { name: 'thinking', begin: 0, end: 4 }, { name: 'call', begin: 20, end: 30 },
    { name: 'call:x', begin: 22, end: 28 }, { name: 'markup', begin: 30, end: 40 }, { name: 'content', begin: 33, end: 36 },
  ];
  assert.deepEqual(textParts(spans, 45).map(({ kind, begin, end }) => [kind, begin, end]), [
    ['thinking', 0, 4], ['markup', 4, 12], ['content', 12, 20], ['call', 20, 30], ['markup', 30, 33], ['content', 33, 36], ['markup', 36, 40], ['content', 40, 45],
  ]);
  assert.deepEqual(textParts([], 3), [{ kind: 'content', begin: 0, end: 3 }]);
});

test('captures of arguments name tool and style', () => {
  for (const captured of [{ tool: 'a):b', style: 'json' }, { tool: 'x:y', style: 'qwen_xml' }] as const) {
    assert.deepEqual(capturedArguments(argumentsCapture(captured)), captured);
  }
  assert.equal(capturedArguments('call'), undefined);
});

test('readArguments: the schema tells text from JSON, and a text may stand on lines of its own', () => {
  const xml = (value: string): string => `<parameter=v>${value}</parameter>`;
  const read = (value: string, v: unknown): unknown => readArguments('qwen_xml', xml(value), { type: 'object', properties: { v: v as object } })['v'];
  assert.equal(read('5', { type: 'string' }), '5');
  assert.equal(read('5', { type: 'integer' }), 5);
  assert.equal(read('\n5\n', { type: 'string' }), '5');
  assert.equal(read('\n\n', { type: 'string', minLength: 2 }), '\n\n');
  assert.equal(read('true', {}), true);
  assert.equal(read('"x"', {}), '"x"');
  assert.equal(read('123', { anyOf: [{ type: 'string', minLength: 3 }, { type: 'integer', maximum: 9 }] }), '123');
  assert.deepEqual(read('[1]', { type: ['array', 'string'] }), [1]);
  assert.equal(Object.getPrototypeOf(readArguments('qwen_xml', '<parameter=__proto__>{"a":1}</parameter>')), Object.prototype);
  assert.throws(() => readArguments('qwen_xml', '<parameter=v>5'), { code: 'SURECALL_PARSE' });
  assert.throws(() => readArguments('json', '[1]'), { code: 'SURECALL_PARSE' });
});

test('names of control tokens in a string', () => {
  const ids = new Map([['<a>', 1], ['[B]', 2], ['<<c>', 3]]);
  const split = (text: string): unknown => splitAtTokens(text, (name) => ids.get(name));
  assert.deepEqual(split('x<a>[B]y'), ['x', 1, 2, 'y']);
  assert.deepEqual(split('<<a>'), ['<', 1]);
  assert.deepEqual(split('<<c>a>'), [3, 'a>']);
  assert.deepEqual(split('<b>'), ['<b>']);
  assert.deepEqual(split(''), ['']);
});

/** A vocabulary in which some texts are tokens of their own: here the control tokens of Qwen under other names. */
function renamed(vocabulary: Vocabulary, names: Readonly<Record<string, string>>): TokenNames {
  return {
    size: vocabulary.size,
    endTokens: vocabulary.endTokens,
    kind: (id) => vocabulary.kind(id),
    tokenId: (text) => vocabulary.tokenId(names[text] ?? text),
  };
}

test('control tokens in tags are matched as tokens, and thinking ends with one; their names as text are not', () => {
  const vocabulary = qwenVocabulary();
  const names = { '<｜tool▁calls▁begin｜>': '<|im_start|>', '</think>': '<|im_start|>' };
  const id = vocabulary.tokenId('<|im_start|>') as number;
  assert.equal(vocabulary.kind(id), 'control');
  const tag = wireFormat('deepseek_v3_1').structuralTag(tools, { toolChoice: 'required', thinking: { maxTokens: 3 } });
  const { program } = compileTag(new ProgramBuilder(), tag, { whitespace: 'spaced', vocabulary: renamed(vocabulary, names), controlTokens: true, captureOf, memberCaptureOf });
  const matcher = vocabulary.compileProgram(program).matcher();
  assert.ok(!matcher.acceptBytes('Hm</think>'));
  for (const token of vocabulary.tokenize('Hm <tool_call>')) if (!matcher.acceptToken(token)) break;
  while ((matcher.mask()[id >>> 5] as number >>> (id & 31) & 1) === 1 && matcher.maskCount() > 1) matcher.acceptToken(vocabulary.tokenize('a')[0] as number);
  assert.equal(matcher.maskCount(), 1, 'after three tokens thinking must end');
  assert.ok(matcher.acceptToken(id));
  assert.ok(matcher.acceptToken(id), 'the section begins with a token, too');
  assert.ok(matcher.acceptBytes('<｜tool▁call▁begin｜>two<｜tool▁sep｜>{"n": 1}<｜tool▁call▁end｜><｜tool▁calls▁end｜>'));
  assert.ok(matcher.accepting);
  const found = matcher.captures().map(({ name, begin, end }) => [name, matcher.text().subarray(begin, end).toString()]);
  assert.deepEqual(found.find(([name]) => name === 'call:two'), ['call:two', '{"n": 1}']);
  assert.ok(found.some(([name]) => name === 'thinking'));
});

test('a token that ends generation may be left out', () => {
  const vocabulary = Vocabulary.fromGguf(repositoryPath('vendor/llama.cpp/models/ggml-vocab-qwen2.gguf'));
  const tag = wireFormat('harmony').structuralTag(tools, { toolChoice: { name: 'one' } });
  const names = renamed(vocabulary, { '<|call|>': vocabulary.spelling(vocabulary.endTokens[0] as number) });
  const { program } = compileTag(new ProgramBuilder(), tag, { vocabulary: names, controlTokens: true });
  const matcher = vocabulary.compileProgram(program).matcher();
  assert.ok(matcher.acceptBytes('<|channel|>commentary to=functions.one<|constrain|>json<|message|>{"n":1}'));
  assert.ok(matcher.accepting);
});

// What masks cost: cold and warm, by kind of state, and what surrounds them. `npm run bench:mask`; the table in
// bench/README.md comes from here.
//
// "Cold" is a template without any mask or state computed beyond the text so far: each iteration compiles afresh, walks
// to the state without asking for masks, and times one mask. "Warm" asks again for what is known.

import { Bench } from 'tinybench';
import { readFileSync } from 'node:fs';
import { compileTag } from '../lib/formats/compile.js';
import { wireFormat } from '../lib/formats/index.js';
import { type Template, Vocabulary } from '../lib/mask.js';
import { ProgramBuilder } from '../lib/program/builder.js';
import { parseTools } from '../lib/tools/index.js';

const root = new URL('../', import.meta.url);
const vocabulary = Vocabulary.fromGguf(new URL('vendor/llama.cpp/models/ggml-vocab-qwen2.gguf', root).pathname);
const tools = ['seed1', 'seed2'].flatMap((set) => parseTools(JSON.parse(readFileSync(new URL(`examples/${set}/functions.json`, root), 'utf8')) as unknown));

const properties = {
  n: { type: 'number' }, b: { type: 'boolean' }, e: { enum: ['celsius', 'fahrenheit', 'kelvin'] }, s: { type: 'string' }, t: { type: 'string', maxLength: 40 },
} as const;
const schema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false } as const;
const before = '{"n": 12, "b": true, "e": "kelvin", "s": "';

const STATES: readonly (readonly [name: string, template: () => Template, text: string])[] = [
  ['literal', compileTools, '<tool_call>\n{"na'],
  ['name choice', compileTools, '<tool_call>\n{"name": "fn_'],
  ['number', compileSchema, '{"n": 12'],
  ['boolean', compileSchema, '{"n": 12, "b": '],
  ['enum', compileSchema, '{"n": 12, "b": true, "e": "'],
  ['string start', compileSchema, before],
  ['string middle', compileSchema, `${before}some words`],
  ['string near its limit', compileSchema, `${before}x", "t": "${'y'.repeat(34)}`],
];

function compileTools(): Template {
  const { program } = compileTag(new ProgramBuilder(), wireFormat('qwen').structuralTag(tools), { whitespace: 'spaced', escapes: 'lenient' });
  return vocabulary.compileProgram(program);
}

function compileSchema(): Template {
  return vocabulary.compileJsonSchema(schema, { whitespace: 'spaced' });
}

function at(template: Template, text: string) {
  const matcher = template.matcher();
  if (!matcher.acceptBytes(text)) throw new Error(`refused: ${text}`);
  return matcher;
}

const nanoseconds = (ms: number) => Math.round(ms * 1e6);
const rows: [name: string, what: string, median: number][] = [];

/** Median of timing `run` alone over fresh inputs. */
function cold<T>(make: () => T, run: (input: T) => void, times = 101): number {
  const samples: number[] = [];
  for (let i = 0; i < times; i++) {
    const input = make();
    const start = process.hrtime.bigint();
    run(input);
    samples.push(Number(process.hrtime.bigint() - start));
  }
  return samples.sort((a, b) => a - b)[times >> 1] as number;
}

const warm = new Bench({ time: 300, warmupTime: 50 });
const into = new Uint32Array(Math.ceil(vocabulary.size / 32));
for (const [name, compile, text] of STATES) {
  rows.push([name, 'mask, cold', cold(() => at(compile(), text), (matcher) => matcher.mask(into))]);
  const matcher = at(compile(), text);
  warm.add(`${name}|mask, warm, into a given array`, () => { matcher.mask(into); });
  warm.add(`${name}|mask, warm, new array`, () => { matcher.mask(); });
  const [token] = firstAllowed(matcher.mask());
  warm.add(`${name}|acceptToken and rollback`, () => { matcher.acceptToken(token); matcher.rollback(1); });
}
const logits = Float32Array.from({ length: vocabulary.size }, (_, i) => Math.sin(i * 12.9898) * 8);
for (const [name, compile, text] of STATES.filter(([state]) => state === 'number' || state === 'string middle')) {
  const matcher = at(compile(), text);
  warm.add(`${name}|masked argmax over ${vocabulary.size} logits`, () => { matcher.argmax(logits); });
}
warm.add(`the ${tools.length} seed tools|compile, TypeScript and native`, () => { compileTools(); });
await warm.run();
for (const task of warm.tasks) {
  const [name = '', what = ''] = task.name.split('|');
  rows.push([name, what, nanoseconds(medianOf(task.result))]);
}

console.log(`vocabulary: ${vocabulary.size} tokens, ${(vocabulary.memoryBytes / 1e6).toFixed(1)} MB of structures\n`);
console.log('| state | operation | median ns |\n|---|---|---:|');
const order = STATES.map(([name]) => name);
for (const [name, what, median] of rows.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]))) {
  console.log(`| ${name} | ${what} | ${median.toLocaleString('en')} |`);
}

function firstAllowed(mask: Uint32Array): [number] {
  const word = mask.findIndex((bits) => bits !== 0);
  return [word * 32 + 31 - Math.clz32((mask[word] as number) & -(mask[word] as number))];
}

function medianOf(result: unknown): number {
  return (result as { latency: { p50: number } }).latency.p50;
}

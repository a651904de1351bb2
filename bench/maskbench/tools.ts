// Many tools in one structural tag: what a server pays when a request brings 400 tools.
//
//   npm run bench:tools -- [--tools 400] [--peers[=llguidance,xgrammar]] [--times 7] [--json OUT]
//
// The tools are the first distinct ones of the BFCL data in ../shared/data/bfcl that every engine can read: without
// `format` and `optional`, which there say nothing that JSON Schema knows, and without tools whose array has an enum that is
// meant for its items. Each call is spelled as Qwen spells it: <tool_call>\n{"name": "N", "arguments": {...}}\n</tool_call>.
// Two tags are measured:
//   required   one call and nothing else: a choice between one tag per tool
//   auto       any text, and calls where <tool_call> appears
// llguidance has no structural tags: it gets a grammar of the same language, for `auto` from its own StructTag. Every
// engine compiles the same tag several times, without what it may have cached of the whole; the table holds medians. The
// texts walked are begins of calls.

import { readdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Format, TagFormat } from '../../lib/formats/structural-tag.js';
import { Vocabulary } from '../../lib/mask.js';
import { parseTools, type Tool } from '../../lib/tools/index.js';
import { readRows, sharedPath } from '../../test/support/shared-data.js';
import { EngineProcess } from './engine-process.js';
import { DEFAULT_PEERS, ownEngine, peerEngines } from './engines.js';
import { VOCABULARY } from './jobs.js';
import type { Answer, Job, ToolTag } from './protocol.js';

const TRIGGER = '<tool_call>';
const END = '}\n</tool_call>';
/** How many begins of calls are walked, evenly spread over the tools. */
const WALKS = 20;
const SECONDS = 300;

const { values } = parseArgs({
  args: process.argv.slice(2).map((arg) => (arg === '--peers' ? `--peers=${DEFAULT_PEERS.join(',')}` : arg)),
  options: {
    tools: { type: 'string', default: '400' },
    times: { type: 'string', default: '7' },
    peers: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

const folder = sharedPath('data/bfcl');
if (folder === undefined) {
  console.error('bench:tools: ../shared/data/bfcl is not there');
  process.exit(0);
}
const vocabulary = Vocabulary.fromGguf(VOCABULARY);
const tools = distinctTools(folder, Number(values.tools));
const tags = tools.map(toolTag);
const peers = peerEngines(values.peers.split(',').filter((name) => name !== ''), vocabulary, 'compact');
const engines = [ownEngine('compact'), ...peers].map((command) => new EngineProcess(command, SECONDS));

const results: Record<string, unknown>[] = [];
console.log(`${tools.length} tools, medians of ${values.times} compilations\n`);
console.log('| tag | engine | compile, ms | first mask, ms | sum, ms | mask in a begin: mean, µs | max, µs |\n|---|---|---:|---:|---:|---:|---:|');
for (const shape of ['required', 'auto'] as const) {
  const job = toJob(shape);
  for (const engine of engines) {
    const { version } = await engine.hello();
    const answers: Answer[] = [];
    let trouble: string | undefined;
    for (let time = 0; time < Number(values.times) && trouble === undefined; time++) {
      const outcome = await engine.ask(job);
      if ('ended' in outcome) trouble = `${outcome.ended}: ${outcome.how}`;
      else if (outcome.compileNs === undefined) trouble = outcome.refused ?? outcome.failed;
      else answers.push(outcome);
    }
    report(shape, `${engine.name} ${version}`, answers, trouble);
  }
}
for (const engine of engines) engine.close();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);

function report(shape: string, engine: string, answers: readonly Answer[], trouble: string | undefined): void {
  if (trouble !== undefined) {
    console.log(`| ${shape} | ${engine} | ${trouble.replaceAll('\n', ' ').slice(0, 100)} | | | | |`);
    results.push({ shape, engine, trouble });
    return;
  }
  const compileMs = median(answers.map(({ compileNs = 0 }) => compileNs)) / 1e6;
  const firstMaskMs = median(answers.map(({ firstMaskNs = 0 }) => firstMaskNs)) / 1e6;
  const sumMs = median(answers.map(({ compileNs = 0, firstMaskNs = 0 }) => compileNs + firstMaskNs)) / 1e6;
  // The first mask is in its own column.
  const masks = answers.flatMap(({ tests = [] }) => tests.flatMap((walk, index) => walk.masks.slice(index === 0 ? 1 : 0)));
  const meanUs = masks.reduce((sum, value) => sum + value, 0) / masks.length / 1e3;
  const maxUs = masks.reduce((most, value) => Math.max(most, value), 0) / 1e3;
  const cells = [compileMs.toFixed(2), firstMaskMs.toFixed(3), sumMs.toFixed(2), meanUs.toFixed(1), maxUs.toFixed(0)];
  console.log(`| ${shape} | ${engine} | ${cells.join(' | ')} |`);
  results.push({ shape, engine, compileMs, firstMaskMs, sumMs, meanUs, maxUs });
}

function toJob(shape: 'required' | 'auto'): Job {
  const elements = tags.map(({ begin, schema, end }): TagFormat => ({ type: 'tag', begin, content: { type: 'json_schema', json_schema: schema as never }, end }));
  const format: Format = shape === 'required' ? { type: 'or', elements } : { type: 'triggered_tags', triggers: [TRIGGER], tags: elements };
  const walked = tags.filter((_, index) => index % Math.ceil(tags.length / WALKS) === 0);
  const tests = walked.map(({ begin }) => [[...vocabulary.tokenize(begin)]]);
  return { id: shape, structuralTag: { type: 'structural_tag', format }, tools: tags, tests };
}

function toolTag({ name, parameters }: Tool): ToolTag {
  // A parameter may have these names as well; its schema is an object.
  const noise = (key: string, value: unknown) => (key === 'format' || key === 'optional') && typeof value !== 'object';
  const schema: unknown = JSON.parse(JSON.stringify(parameters, (key, value: unknown) => (noise(key, value) ? undefined : value)));
  return { trigger: TRIGGER, begin: `${TRIGGER}\n{"name": ${JSON.stringify(name)}, "arguments": `, schema, end: END };
}

function distinctTools(path: string, count: number): Tool[] {
  const found = new Map<string, Tool>();
  for (const file of readdirSync(path).sort()) {
    for (const row of readRows(`${path}/${file}`) as { tools?: readonly unknown[] }[]) {
      for (const tool of parseTools(row.tools ?? [])) if (!found.has(tool.name) && !hasListedArray(tool.parameters)) found.set(tool.name, tool);
      if (found.size >= count) return [...found.values()].slice(0, count);
    }
  }
  return [...found.values()];
}

function hasListedArray(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { type, enum: listed } = schema as Record<string, unknown>;
  return (type === 'array' && Array.isArray(listed)) || Object.values(schema).some(hasListedArray);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

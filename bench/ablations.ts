// What helps a small model and costs nothing at run time: the same prompts with one thing changed at a time.
//
//   node --import tsx bench/ablations.ts [--model FILE] [--bfcl] [--limit N] [--only NAME]
//
// Over the sets in examples/ or, with --bfcl, items of BFCL with one right call. Greedy, constrained. A row: what was changed, how many
// answers name the right tools, how many are right as a whole, and how many prompts the change mends and breaks: few more mended
// than broken is no difference.

import { parseArgs } from 'node:util';
import { judge } from '../lib/bench/answer.js';
import { bfclTask } from '../lib/bench/bfcl/task.js';
import { exampleSets, readExamples } from '../lib/bench/examples.js';
import { type Task, tagOptions } from '../lib/bench/task.js';
import type { CallerOptions } from '../lib/caller/caller.js';
import { checkOf } from '../lib/caller/check.js';
import { loadModel, type Model } from '../lib/models/model.js';
import type { JsonSchemaObject } from '../lib/schema/json-schema.js';
import { parseTools, type Tool } from '../lib/tools/index.js';
import { readBfcl } from './bfcl.js';

interface Variant {
  readonly name: string;
  readonly options?: CallerOptions;
  /** The tools as they are shown and written instead. */
  readonly tools?: (tools: readonly Tool[]) => readonly Tool[];
}

/** As the caller writes and the judge reads. */
const FORMAT = 'qwen';

type Properties = Record<string, JsonSchemaObject>;

const VARIANTS: readonly Variant[] = [
  { name: 'as it is' },
  { name: 'whole names compared', options: { scoreNames: true } },
  ...[0, 1, 2, 4, 6, 10].map((copyBias) => ({ name: `copyBias ${copyBias}`, options: { copyBias } })),
  ...[0, 1, 2, 3, 5, 8].map((nameBias) => ({ name: `nameBias ${nameBias}`, options: { nameBias } })),
  ...[0, 1, 2, 5, 10, 20].map((argumentBias) => ({ name: `argumentBias ${argumentBias}`, options: { argumentBias } })),
  { name: 'arguments: required ones first', tools: inOrder((a, b, required) => Number(required.has(b)) - Number(required.has(a))) },
  { name: 'arguments: those with few values first', tools: inOrder((a, b, _, properties) => freedom(properties[a]) - freedom(properties[b])) },
  { name: 'arguments: those with few values last', tools: inOrder((a, b, _, properties) => freedom(properties[b]) - freedom(properties[a])) },
  { name: 'arguments: by name', tools: inOrder((a, b) => (a < b ? -1 : 1)) },
  { name: 'tools in reverse', tools: (tools) => [...tools].reverse() },
  { name: 'tools by name', tools: (tools) => [...tools].sort((a, b) => (a.name < b.name ? -1 : 1)) },
  { name: 'no descriptions', tools: (tools) => tools.map((tool) => ({ ...tool, description: '' })) },
  { name: 'first sentence of descriptions', tools: (tools) => tools.map((tool) => ({ ...tool, description: /^.*?[.!?](?=\s|$)|^.*$/su.exec(tool.description)?.[0] ?? '' })) },
];

/** Roughly how much there is to choose in a value: constants before numbers before texts before lists. */
function freedom(schema: JsonSchemaObject | undefined): number {
  if (schema?.enum !== undefined || schema?.type === 'boolean') return 0;
  const order = ['integer', 'number', 'string'].indexOf(String(schema?.type));
  return order < 0 ? 4 : 1 + order;
}

function inOrder(compare: (a: string, b: string, required: ReadonlySet<unknown>, properties: Properties) => number): Variant['tools'] {
  return (tools) =>
    tools.map((tool) => {
      const properties = (tool.parameters.properties ?? {}) as Properties;
      const required = new Set<unknown>(tool.parameters.required ?? []);
      const names = Object.keys(properties).sort((a, b) => compare(a, b, required, properties));
      return { ...tool, parameters: { ...tool.parameters, properties: Object.fromEntries(names.map((name) => [name, properties[name] as JsonSchemaObject])) } };
    });
}

interface Outcomes {
  readonly tool: boolean[];
  readonly call: boolean[];
}

async function outcomesOf(model: Model, tasks: readonly Task[], { options = {}, tools: changed = (tools) => tools }: Variant): Promise<Outcomes> {
  const outcomes: Outcomes = { tool: [], call: [] };
  for (const task of tasks) {
    const tools = changed(parseTools(task.tools));
    const caller = model.caller(tools, { format: FORMAT, maxTokens: 256, relax: true, ...tagOptions(task), ...options });
    const { text } = await caller.call(task.messages);
    const { outcome } = judge(task, caller.tools, checkOf(caller.tools), text, FORMAT);
    outcomes.tool.push(outcome === 'right' || outcome === 'arguments');
    outcomes.call.push(outcome === 'right');
  }
  return outcomes;
}

function evenly<T>(list: readonly T[], limit: number): T[] {
  return list.filter((_, i) => Math.floor((i * limit) / list.length) !== Math.floor(((i - 1) * limit) / list.length));
}

const { values } = parseArgs({ options: { model: { type: 'string' }, bfcl: { type: 'boolean', default: false }, limit: { type: 'string', default: '100000' }, only: { type: 'string', default: '' } } });
const all = values.bfcl
  ? (['simple_python', 'multiple', 'live_simple'] as const).flatMap((category) => readBfcl(category).map(bfclTask))
  : exampleSets('examples').flatMap((set) => readExamples('examples', set));
const tasks = evenly(all, Math.min(all.length, Number(values.limit)));
const model = await loadModel(values.model);
try {
  console.log(`${tasks.length} prompts, ${model.info.name}\n\n| | right tools | right calls | mends | breaks |\n|---|---:|---:|---:|---:|`);
  let plain: Outcomes | undefined;
  for (const variant of VARIANTS.filter(({ name }, i) => i === 0 || name.includes(values.only))) {
    const { tool, call } = await outcomesOf(model, tasks, variant);
    plain ??= { tool, call };
    const before = plain.call;
    const share = (list: readonly boolean[]): string => `${((100 * list.filter(Boolean).length) / list.length).toFixed(1)}%`;
    const mends = call.filter((right, i) => right && before[i] === false).length;
    const breaks = call.filter((right, i) => !right && before[i] === true).length;
    console.log(`| ${variant.name} | ${share(tool)} | ${share(call)} | ${mends} | ${breaks} |`);
  }
} finally {
  await model.dispose();
}

// surecall, as a process that answers jobs (protocol.ts). A process of its own, so that a crash or a hang costs one schema.
//
//   node --import tsx bench/maskbench/engine.ts vocabulary.gguf compact
//
// What is timed: `compile` is JSON.parse of the schema, the TypeScript compiler and the native one; `firstMask` is
// Template.matcher() and one Matcher.mask(into); a mask is one Matcher.mask(into), which writes all bits; an accept is one
// Matcher.acceptToken(id). Each includes the way through Node-API and one reading of the clock (`clockNs`).

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { SurecallError } from '../../lib/errors.js';
import type { StructuralTag } from '../../lib/formats/structural-tag.js';
import { type Matcher, type Template, Vocabulary } from '../../lib/mask.js';
import type { JsonSchema } from '../../lib/schema/json-schema.js';
import { standardOptions } from '../../test/support/row-options.js';
import { keywordOf } from './keyword.js';
import { memoryBytes, restartPeak } from './memory.js';
import type { Answer, Hello, Job, Walk } from './protocol.js';

const WARM_UP = '{"type":"object","properties":{"a":{"type":"string"},"b":{"enum":[1,true]}},"required":["a"]}';

const [path = '', whitespace = 'compact'] = process.argv.slice(2);
const vocabulary = Vocabulary.fromGguf(path);
const options = standardOptions(whitespace === 'flexible' ? 'flexible' : 'compact');
const into = new Uint32Array(Math.ceil(vocabulary.size / 32));
const now = process.hrtime.bigint;

const version = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
compile({ id: '', schema: WARM_UP, tests: [] }).matcher().mask(into);
restartPeak();
write({ ready: true, engine: 'surecall', version, memory: memoryBytes().now, clockNs: clockCost() });

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line) as Job;
  write({ id: job.id, ...answer(job), memory: memoryBytes().peak });
}

function answer(job: Job): Omit<Answer, 'id' | 'memory'> {
  const start = now();
  let template: Template;
  try {
    template = compile(job);
  } catch (error) {
    if (!(error instanceof Error)) return { failed: String(error) };
    const { code, details } = error as Partial<SurecallError>;
    if (code === undefined || code === 'SURECALL_INTERNAL') return { failed: `${error.name}: ${error.message}` };
    return { refused: error.message, keyword: keywordOf(details?.['pointer'] ?? details?.['path']) ?? code };
  }
  const compiled = now();
  let matcher = template.matcher();
  matcher.mask(into);
  const first = now();
  // The text whose first mask was just made goes on; the others begin anew.
  let pending = Number(first - compiled);
  const tests = job.tests.map((spellings) => {
    let result: Walk = { accepted: false, masks: [], accepts: [] };
    for (const [spelling, tokens] of spellings.entries()) {
      const walked = walk(matcher, tokens, pending);
      pending = 0;
      matcher = template.matcher();
      result = spelling === 0 ? walked : { ...result, accepted: walked.accepted, spelling };
      if (result.accepted) break;
    }
    return result;
  });
  return { compileNs: Number(compiled - start), firstMaskNs: Number(first - compiled), tests };
}

function compile(job: Job): Template {
  // As callers compile the tools that they are given: closed.
  if (job.structuralTag !== undefined) return vocabulary.compileStructuralTag(job.structuralTag as StructuralTag, { ...options, undeclared: 'refused' });
  return vocabulary.compileJsonSchema(JSON.parse(job.schema ?? 'true') as JsonSchema, options);
}

/** `pending`: what the first mask took, if it is in `into` already; else 0. */
function walk(matcher: Matcher, tokens: readonly number[], pending: number): Walk {
  const masks: number[] = [];
  const accepts: number[] = [];
  for (const token of tokens) {
    if (masks.length === 0 && pending > 0) {
      masks.push(pending);
    } else {
      const start = now();
      matcher.mask(into);
      masks.push(Number(now() - start));
    }
    const allowed = (((into[token >>> 5] as number) >>> (token & 31)) & 1) === 1;
    const start = now();
    const accepted = allowed && matcher.acceptToken(token);
    if (!accepted) return { accepted, masks, accepts, ...(allowed ? { failed: `the mask allows token ${token}, acceptToken does not` } : {}) };
    accepts.push(Number(now() - start));
  }
  return { accepted: matcher.accepting, masks, accepts };
}

/** What reading the clock twice takes: the median. */
function clockCost(): number {
  const samples = Array.from({ length: 1001 }, () => {
    const start = now();
    return Number(now() - start);
  });
  return samples.sort((a, b) => a - b)[500] as number;
}

function write(value: Hello | Answer): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

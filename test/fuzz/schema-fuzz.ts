// Differential fuzzing of the schema compiler and the engine. `npm run fuzz:schemas -- --schemas 20000 --seed 1`

import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Vocabulary } from '../../lib/mask.js';
import type { JsonSchema } from '../../lib/schema/json-schema.js';
import { seededRandom } from '../support/random.js';
import { randomSchema } from '../support/random-schema.js';
import { repositoryPath } from '../support/shared-data.js';
import { type CheckOptions, checkSchema, Objection, type Verdict } from './schema-checks.js';

/** A schema that breaks a promise, as small as it was found to be. */
export interface Failure {
  readonly seed: number;
  readonly kind: string;
  readonly detail: string;
  readonly schema: JsonSchema;
}

/** What a run has counted. */
export interface Tally {
  schemas: number;
  compiled: number;
  unsatisfiable: number;
  skipped: number;
  walks: number;
  valid: number;
  invalid: number;
  repeated: number;
  readonly refused: Map<string, number>;
  readonly failures: Failure[];
}

/** A vocabulary of a few thousand tokens: small enough to try them all. */
export function smallVocabulary(): Vocabulary {
  return Vocabulary.fromGguf(repositoryPath('models/surecall-nano.gguf'));
}

/** Checks `schemas` random schemas; schema n of a run is the first of a run with the seed `seed + n`. */
export function fuzz(seed: number, schemas: number, options: CheckOptions, report: (failure: Failure) => void = () => {}): Tally {
  const tally: Tally = { schemas: 0, compiled: 0, unsatisfiable: 0, skipped: 0, walks: 0, valid: 0, invalid: 0, repeated: 0, refused: new Map(), failures: [] };
  for (let at = seed; at < seed + schemas; at++) {
    const schema = randomSchema(seededRandom(at));
    const result = attempt(schema, at, options);
    tally.schemas++;
    if (result instanceof Objection) {
      const failure = minimised({ seed: at, kind: result.kind, detail: result.message, schema }, options);
      tally.failures.push(failure);
      report(failure);
    } else {
      count(tally, result);
    }
  }
  return tally;
}

function count(tally: Tally, { outcome, keyword = '', walks, valid, invalid, repeated }: Verdict): void {
  if (outcome === 'refused') tally.refused.set(keyword, (tally.refused.get(keyword) ?? 0) + 1);
  else tally[outcome]++;
  tally.walks += walks;
  tally.valid += valid;
  tally.invalid += invalid;
  tally.repeated += repeated;
}

function attempt(schema: JsonSchema, seed: number, options: CheckOptions): Verdict | Objection {
  try {
    return checkSchema(schema, seed, options);
  } catch (error) {
    return error instanceof Objection ? error : new Objection('error', String(error instanceof Error ? error.stack : error));
  }
}

/** The failure with all taken out of its schema that can go; more seeds than one are tried, since walks depend on the schema. */
function minimised(failure: Failure, options: CheckOptions): Failure {
  let smallest = failure;
  const harder = { ...options, walks: options.walks * 3, instances: options.instances * 3 };
  const deadline = performance.now() + 3000;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const schema of reductions(smallest.schema)) {
      if (performance.now() > deadline) return smallest;
      const objection = [failure.seed, 1, 2, 3].map((seed) => attempt(schema as JsonSchema, seed, harder)).find((one) => one instanceof Objection && one.kind === failure.kind);
      if (!(objection instanceof Objection)) continue;
      smallest = { ...failure, schema: schema as JsonSchema, detail: objection.message };
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** Copies of a value with one part left out or put in the place of the whole. */
function* reductions(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) yield without(value, key);
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.keys(inner).length > 0) yield put(value, key, {});
    for (const smaller of reductions(inner)) yield put(value, key, smaller);
  }
}

function without(value: object, key: string): unknown {
  return Array.isArray(value) ? value.filter((_, i) => String(i) !== key) : Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function put(value: object, key: string, inner: unknown): unknown {
  return Array.isArray(value) ? value.map((item: unknown, i) => (String(i) === key ? inner : item)) : { ...value, [key]: inner };
}

function main(): void {
  const { values } = parseArgs({ options: { schemas: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' }, walks: { type: 'string', default: '6' }, instances: { type: 'string', default: '30' } } });
  const options = { vocabulary: smallVocabulary(), walks: Number(values.walks), instances: Number(values.instances) };
  const started = performance.now();
  const tally = fuzz(Number(values.seed), Number(values.schemas), options, ({ seed, detail, schema }) => {
    console.log(`seed ${seed}: ${detail}\n    ${JSON.stringify(schema)}`);
  });
  const refused = [...tally.refused].sort(([, a], [, b]) => b - a);
  const total = refused.reduce((sum, [, times]) => sum + times, 0);
  console.log(`${tally.schemas} schemas from seed ${values.seed} in ${Math.round((performance.now() - started) / 1000)} s: ${tally.compiled} compiled, ${total} refused, ${tally.unsatisfiable} unsatisfiable, ${tally.skipped} beyond ajv`);
  console.log(`${tally.walks} walks, ${tally.valid} valid and ${tally.invalid} invalid instances, ${tally.repeated} texts with repeated members left aside`);
  for (const [keyword, times] of refused) console.log(`    refused ${times}: ${keyword}`);
  console.log(`${tally.failures.length} failures`);
  if (tally.failures.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();

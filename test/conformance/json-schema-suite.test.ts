// JSON-Schema-Test-Suite, draft 2020-12: every row at least as good as recorded in ratchet/json-schema-suite.json.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { JsonSchema } from '../../lib/schema/json-schema.js';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { jsonSchemaSuite } from './suites.js';

test('JSON-Schema-Test-Suite, draft 2020-12: no row is worse than recorded', (context) => {
  const path = sharedOrSkip(context, 'json-schema-test-suite-2020-12.jsonl.gz');
  const remotes = sharedOrSkip(context, 'json-schema-test-suite-remotes.json.gz');
  if (path === undefined || remotes === undefined) return;
  const { verdicts, tests } = jsonSchemaSuite(qwenVocabulary(), path, { ...metaSchemas(), ...served(remotes) });
  checkRatchet(context, 'json-schema-suite', verdicts, tests);
});

/** What the suite expects to be served at localhost:1234. */
function served(path: string): Record<string, JsonSchema> {
  const schemas = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Record<string, JsonSchema>;
  return Object.fromEntries(Object.entries(schemas).map(([file, schema]) => [`http://localhost:1234/${file}`, schema]));
}

/** The standard's schemas of schemas, which come with ajv. */
function metaSchemas(): Record<string, JsonSchema> {
  const load = createRequire(import.meta.url);
  const parts = ['schema', ...['applicator', 'content', 'core', 'format-annotation', 'meta-data', 'unevaluated', 'validation'].map((name) => `meta/${name}`)];
  return Object.fromEntries(parts.map((part) => [
    `https://json-schema.org/draft/2020-12/${part}`, load(`ajv/dist/refs/json-schema-2020-12/${part}.json`) as JsonSchema,
  ]));
}

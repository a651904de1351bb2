// JSON-Schema-Test-Suite, draft 2020-12: every row at least as good as recorded in ratchet/json-schema-suite.json.

import { test } from 'node:test';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { jsonSchemaSuite } from './suites.js';

test("JSON-Schema-Test-Suite, draft 2020-12: no row is worse than recorded", (context) => {
  const path = sharedOrSkip(context, 'json-schema-test-suite-2020-12.jsonl.gz');
  if (path === undefined) return;
  const { verdicts, tests } = jsonSchemaSuite(qwenVocabulary(), path);
  checkRatchet(context, 'json-schema-suite', verdicts, tests);
});

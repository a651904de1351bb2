// xgrammar's and llguidance's JSON Schema instances: every row at least as good as recorded in ratchet/json-schema-instances.json.

import { test } from 'node:test';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { schemaInstances } from './suites.js';

test("xgrammar's and llguidance's JSON Schema instances: no row is worse than recorded", (context) => {
  const path = sharedOrSkip(context, 'json-schema-instances-dev.jsonl.gz');
  if (path === undefined) return;
  const { verdicts, tests } = schemaInstances(qwenVocabulary(), path);
  checkRatchet(context, 'json-schema-instances', verdicts, tests);
});

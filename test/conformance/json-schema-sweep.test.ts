// xgrammar's ranges and counts: every row at least as good as recorded in ratchet/json-schema-sweep.json.

import { test } from 'node:test';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { schemaSweep } from './suites.js';

test("xgrammar's ranges and counts: no row is worse than recorded", (context) => {
  const path = sharedOrSkip(context, 'json-schema-sweep-dev.jsonl.gz');
  if (path === undefined) return;
  const { verdicts, tests } = schemaSweep(qwenVocabulary(), path);
  checkRatchet(context, 'json-schema-sweep', verdicts, tests);
});

// schemas that must be refused: every row at least as good as recorded in ratchet/json-schema-invalid.json.

import { test } from 'node:test';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { invalidSchemas } from './suites.js';

test("schemas that must be refused: no row is worse than recorded", (context) => {
  const path = sharedOrSkip(context, 'json-schema-invalid-dev.jsonl.gz');
  if (path === undefined) return;
  const { verdicts, tests } = invalidSchemas(qwenVocabulary(), path);
  checkRatchet(context, 'json-schema-invalid', verdicts, tests);
});

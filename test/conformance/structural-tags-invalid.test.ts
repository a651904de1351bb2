// structural tags that must be refused: every row at least as good as recorded in ratchet/structural-tags-invalid.json.

import { test } from 'node:test';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { invalidTags } from './suites.js';

test("structural tags that must be refused: no row is worse than recorded", (context) => {
  const path = sharedOrSkip(context, 'structural-tags-invalid-dev.jsonl.gz');
  if (path === undefined) return;
  const { verdicts, tests } = invalidTags(qwenVocabulary(), path);
  checkRatchet(context, 'structural-tags-invalid', verdicts, tests);
});

// xgrammar's structural tags: every row at least as good as recorded in ratchet/structural-tags.json.

import { test } from 'node:test';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { structuralTags } from './suites.js';

test("xgrammar's structural tags: no row is worse than recorded", (context) => {
  const path = sharedOrSkip(context, 'structural-tags-dev.jsonl.gz');
  if (path === undefined) return;
  const { verdicts, tests } = structuralTags(qwenVocabulary(), path);
  checkRatchet(context, 'structural-tags', verdicts, tests);
});

// MaskBench: every row at least as good as recorded in ratchet/maskbench.json.

import { test } from 'node:test';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { maskbench } from './suites.js';

test("MaskBench: no row is worse than recorded", (context) => {
  const path = sharedOrSkip(context, 'maskbench-dev.jsonl.gz');
  if (path === undefined) return;
  const { verdicts, tests } = maskbench(qwenVocabulary(), path);
  checkRatchet(context, 'maskbench', verdicts, tests);
});

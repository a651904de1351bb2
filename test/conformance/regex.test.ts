// xgrammar's regular expressions: every row at least as good as recorded in ratchet/regex.json.

import { test } from 'node:test';
import { qwenVocabulary } from '../support/engine.js';
import { checkRatchet, sharedOrSkip } from './ratchet.js';
import { regexes } from './suites.js';

test("xgrammar's regular expressions: no row is worse than recorded", (context) => {
  const path = sharedOrSkip(context, 'regex-instances-dev.jsonl.gz');
  if (path === undefined) return;
  const { verdicts, tests } = regexes(qwenVocabulary(), path);
  checkRatchet(context, 'regex', verdicts, tests);
});

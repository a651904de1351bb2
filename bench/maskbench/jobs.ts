// A file of MaskBench rows as jobs: `{id, features, schema, tests: [{valid, data, description}]}`, one row per line.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Vocabulary } from '../../lib/mask.js';
import { type ExactJson, type ExactObject, isExactArray, isExactObject, parseExact, plain } from '../../lib/text/exact-json.js';
import { schemaText, spellings } from '../../test/support/instances.js';
import { repositoryPath } from '../../test/support/shared-data.js';
import type { Job } from './protocol.js';

/** A row, with what its instances are. */
export interface Row {
  readonly id: string;
  readonly schema: ExactJson;
  readonly tests: readonly { readonly valid: boolean; readonly data: ExactJson }[];
}

/** The rows of a file, gzipped or not; `limit` of them, evenly spread over the file. */
export function readRowsExactly(path: string, limit = Infinity): Row[] {
  const bytes = readFileSync(path);
  const lines = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n').filter((line) => line !== '');
  const step = Math.max(1, lines.length / limit);
  const chosen = Array.from({ length: Math.min(limit, lines.length) }, (_, index) => lines[Math.floor(index * step)] as string);
  return chosen.map((line, index) => toRow(parseExact(line), index));
}

function toRow(value: ExactJson, index: number): Row {
  if (!isExactObject(value)) throw new Error(`row ${index} is not an object`);
  const tests = value.get('tests');
  const id = value.get('id');
  return {
    id: typeof id === 'string' ? id : `row ${index}`,
    schema: value.get('schema') as ExactJson,
    tests: (isExactArray(tests) ? tests : []).map((test) => {
      const members = test as ExactObject;
      return { valid: members.get('valid') === true, data: members.get('data') as ExactJson };
    }),
  };
}

/** The row as a job: instances spelled (test/support/instances.ts) and cut into the canonical tokens of the vocabulary. */
export function toJob(row: Row, vocabulary: Vocabulary): Job {
  const schema = plain(row.schema);
  const tests = row.tests.map(({ data }) => spellings(data, schema).map((text) => [...vocabulary.tokenize(text)]));
  return { id: row.id, schema: schemaText(row.schema), tests };
}

/** The vocabulary that everything is measured with: Qwen 2's, from llama.cpp's sources. */
export const VOCABULARY = repositoryPath('vendor/llama.cpp/models/ggml-vocab-qwen2.gguf');

/** Writes the bytes of every token to a file for the peers, once; returns its path. */
export function exportVocabulary(vocabulary: Vocabulary): string {
  const folder = repositoryPath('.cache/bench');
  const path = `${folder}/vocabulary.json`;
  if (existsSync(path) && statSync(path).mtimeMs > statSync(VOCABULARY).mtimeMs) return path;
  const tokens = Array.from({ length: vocabulary.size }, (_, id) => Buffer.from(vocabulary.bytes(id)).toString('hex'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, JSON.stringify({ gguf: resolve(VOCABULARY), end: [...vocabulary.endTokens], tokens }));
  return path;
}

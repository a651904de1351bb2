// The suites: how their rows are named, spelled, compiled and judged. The tests beside this file run one each.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { StructuralTag } from '../../lib/formats/structural-tag.js';
import type { Vocabulary } from '../../lib/mask.js';
import type { JsonSchema } from '../../lib/schema/json-schema.js';
import { type ExactJson, type ExactObject, isExactArray, isExactObject, parseExact, plain } from '../../lib/text/exact-json.js';
import { spellings } from '../support/instances.js';
import { compileRow, type RowOptions, standardOptions } from '../support/row-options.js';
import { judge, judgeInvalid, type Instance, type Verdicts } from './verdicts.js';

/** What a suite came to, and how many tests each row holds. */
export interface Suite {
  readonly verdicts: Verdicts;
  readonly tests: (row: string) => number;
}

/** The members of a row whose values are text, numbers or nested data, as JSON.parse gives them. */
type Row = Readonly<Record<string, unknown>>;

/** MaskBench: a schema under the standard's own reading, instances as bench/maskbench spells them. */
export function maskbench(vocabulary: Vocabulary, path: string): Suite {
  return overGroups(exactRows(path), (row) => row.get('id') as string, (schema, tests) => {
    const instances = tests.map(({ data, valid }) => ({ texts: spellings(data, schema), accepted: valid }));
    return judge(() => vocabulary.compileJsonSchema(schema, standardOptions()), instances);
  });
}

/**
 * The standard's suite. It is about values, so that 1.0 may also be written as 1. `format` is an annotation but where the
 * suite is about its being enforced.
 *
 * @param documents Schemas that those of the suite refer to, by URI.
 */
export function jsonSchemaSuite(vocabulary: Vocabulary, path: string, documents: Readonly<Record<string, JsonSchema>>): Suite {
  const groups = new Map<string, number>();
  const name = (row: ExactObject): string => {
    const file = row.get('file') as string;
    const index = groups.get(file) ?? 0;
    groups.set(file, index + 1);
    return `${file}/${index} ${row.get('description') as string}`;
  };
  return overGroups(exactRows(path), name, (schema, tests, row) => {
    const instances = tests.map(({ data, valid }) => ({ texts: spellings(data, schema, { wholeNumbers: true }), accepted: valid }));
    const formats = (row.get('file') as string).startsWith('optional/format') ? 'assertion' : 'annotation';
    return judge(() => vocabulary.compileJsonSchema(schema, { ...standardOptions(), documents, formats }), instances);
  });
}

/** Texts of xgrammar's and llguidance's tests: spelled as they are, options as the row says. */
export function schemaInstances(vocabulary: Vocabulary, path: string): Suite {
  return overRows(path, ({ schema, instance, accepted, options, test }, index) => {
    const source = (test as string).startsWith('llguidance') ? 'llguidance' : 'xgrammar';
    const compile = () => compileRow(vocabulary, schema as JsonSchema, options as RowOptions, source);
    return [`${index} ${(test as string).replace(/^.*::/, '')}`, judge(compile, [{ texts: [instance as string], accepted: accepted as boolean }]), 1];
  });
}

/** Numeric ranges and counts of properties: many texts per schema. */
export function schemaSweep(vocabulary: Vocabulary, path: string): Suite {
  return overRows(path, ({ schema, options, accepted, rejected }, index) => {
    const compile = () => compileRow(vocabulary, schema as JsonSchema, options as RowOptions, 'xgrammar');
    const instances: Instance[] = [
      ...(accepted as string[]).map((text) => ({ texts: [text], accepted: true })),
      ...(rejected as string[]).map((text) => ({ texts: [text], accepted: false })),
    ];
    return [String(index), judge(compile, instances), instances.length];
  });
}

/** Schemas that must not compile. */
export function invalidSchemas(vocabulary: Vocabulary, path: string): Suite {
  return overRows(path, ({ schema, options }, index) => {
    const compile = () => compileRow(vocabulary, schema as JsonSchema, (options ?? {}) as RowOptions, 'xgrammar');
    return [String(index), judgeInvalid(compile), 1];
  });
}

/** Structural tags. */
export function structuralTags(vocabulary: Vocabulary, path: string): Suite {
  return overRows(path, ({ structural_tag: tag, instance, accepted, prefix_only: prefixOnly }, index) => {
    const instances = [{ texts: [instance as string], accepted: accepted as boolean, prefixOnly: prefixOnly === true }];
    return [String(index), judge(() => compileTag(vocabulary, tag), instances), 1];
  });
}

/** Structural tags that must not compile. */
export function invalidTags(vocabulary: Vocabulary, path: string): Suite {
  return overRows(path, ({ structural_tag: tag }, index) => [String(index), judgeInvalid(() => compileTag(vocabulary, tag)), 1]);
}

/** Regular expressions, as the format `regex` takes them. */
export function regexes(vocabulary: Vocabulary, path: string): Suite {
  return overRows(path, ({ source: pattern, instance, accepted }, index) => {
    const compile = () => compileTag(vocabulary, { type: 'structural_tag', format: { type: 'regex', pattern } });
    return [String(index), judge(compile, [{ texts: [instance as string], accepted: accepted as boolean }]), 1];
  });
}

function compileTag(vocabulary: Vocabulary, tag: unknown) {
  // As xgrammar's tests do: flexible white space in the JSON inside, strict mode. Malformed tags are part of the data.
  return vocabulary.compileStructuralTag(tag as StructuralTag, { whitespace: 'flexible', undeclared: 'refused' });
}

function overRows(path: string, judgeRow: (row: Row, index: number) => readonly [name: string, letters: string, tests: number]): Suite {
  const verdicts: Verdicts = new Map();
  const counts = new Map<string, number>();
  for (const [index, row] of exactRows(path).entries()) {
    const [name, letters, tests] = judgeRow(plain(row) as Row, index);
    verdicts.set(name, letters);
    counts.set(name, tests);
  }
  return { verdicts, tests: (row) => counts.get(row) ?? 0 };
}

interface ExactTest {
  readonly data: ExactJson;
  readonly valid: boolean;
}

function overGroups(
  rows: readonly ExactObject[],
  name: (row: ExactObject) => string,
  judgeGroup: (schema: JsonSchema, tests: readonly ExactTest[], row: ExactObject) => string,
): Suite {
  const verdicts: Verdicts = new Map();
  const counts = new Map<string, number>();
  for (const row of rows) {
    const listed = row.get('tests');
    const tests = (isExactArray(listed) ? listed : []).map((test) => {
      const members = test as ExactObject;
      return { data: members.get('data') as ExactJson, valid: members.get('valid') === true };
    });
    const key = name(row);
    verdicts.set(key, judgeGroup(plain(row.get('schema') as ExactJson) as JsonSchema, tests, row));
    counts.set(key, Math.max(1, tests.length));
  }
  return { verdicts, tests: (row) => counts.get(row) ?? 0 };
}

function exactRows(path: string): ExactObject[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n').filter((line) => line !== '');
  return lines.map(parseExact).filter((row): row is ExactObject => isExactObject(row));
}

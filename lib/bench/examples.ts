// The sets in examples/: folders with the tools of a few programs (functions.json) and prompts with the calls that are right
// (expected.json). A row is
//
//   {"prompt", "name", "parameters"}               one call
//   {"prompt", "calls": [{"name", "parameters"}]}  several, in any order
//
// A call may have "also": {parameter: [further values that are right]}. Unlike BFCL's, these values are compared as they are: blanks,
// dots and case matter in patterns, paths and queries. Numbers are compared as numbers.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readJsonFile } from '../cli/json-file.js';
import { SurecallError } from '../errors.js';
import { isRecord } from '../json.js';
import { exact, type ExactObject, plain } from '../text/exact-json.js';
import { parseTools, type Tool } from '../tools/index.js';
import type { Task } from './task.js';
import type { WrittenCall } from './written-call.js';

/** A right call. */
export interface ExpectedCall {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** More right values of some parameters. */
  readonly also?: Readonly<Record<string, readonly unknown[]>>;
}

/** The folders below `folder` that hold a set, sorted. */
export function exampleSets(folder: string): string[] {
  const isSet = (name: string): boolean => ['functions.json', 'expected.json'].every((file) => existsSync(join(folder, name, file)));
  const sets = existsSync(folder) ? readdirSync(folder).filter(isSet).sort() : [];
  if (sets.length > 0) return sets;
  throw new SurecallError('SURECALL_FILE_NOT_FOUND', `${folder}: holds no folder with functions.json and expected.json`, { details: { folder } });
}

/**
 * The prompts of a set as tasks of one category.
 *
 * @throws SurecallError for files that cannot be read, and `SURECALL_INVALID_INPUT_FILE` for a row that is none.
 */
export function readExamples(folder: string, set: string): Task[] {
  const functions = join(folder, set, 'functions.json');
  const tools = parseTools(readJsonFile(functions), functions);
  const path = join(folder, set, 'expected.json');
  const rows = readJsonFile(path);
  if (!Array.isArray(rows)) throw new SurecallError('SURECALL_INVALID_INPUT_FILE', `${path}: must be a list`);
  return rows.map((row: unknown, index) => {
    if (!isRow(row)) throw new SurecallError('SURECALL_INVALID_INPUT_FILE', `${path}: [${index}]: must be {"prompt", "name", "parameters"} or {"prompt", "calls"}`);
    return toTask(row, `${set}_${index}`, set, tools);
  });
}

type ExampleRow = { readonly prompt: string } & (ExpectedCall | { readonly calls: readonly ExpectedCall[] });

function isRow(row: unknown): row is ExampleRow {
  if (!isRecord(row) || typeof row['prompt'] !== 'string') return false;
  const calls: unknown = row['calls'] ?? [row];
  return Array.isArray(calls) && calls.length > 0 && calls.every((call: unknown) => isRecord(call) && typeof call['name'] === 'string' && isRecord(call['parameters']));
}

function toTask(row: ExampleRow, id: string, category: string, tools: readonly Tool[]): Task {
  const expected = 'calls' in row ? row.calls : [row];
  return {
    id,
    category,
    messages: [{ role: 'user', content: row.prompt }],
    tools,
    calls: expected.length > 1 ? 'several' : 'one',
    answer: expected.map(({ name, parameters }) => ({ name, arguments: exact(parameters) as ExactObject })),
    fault: (calls) => faultOf(calls, expected),
  };
}

function faultOf(calls: readonly WrittenCall[], expected: readonly ExpectedCall[]): string | undefined {
  if (calls.length !== expected.length) return `${calls.length} calls, not ${expected.length}`;
  const left = [...calls];
  for (const right of expected) {
    const found = left.findIndex((call) => isRight(call, right));
    if (found < 0) return `expected ${right.name}(${JSON.stringify(right.parameters)})`;
    left.splice(found, 1);
  }
  return undefined;
}

function isRight(call: WrittenCall, { name, parameters, also = {} }: ExpectedCall): boolean {
  const given = plain(call.arguments) as Record<string, unknown>;
  const keys = Object.keys(parameters);
  if (call.name !== name || Object.keys(given).length !== keys.length) return false;
  return keys.every((key) => Object.hasOwn(given, key) && [parameters[key], ...(also[key] ?? [])].some((value) => isDeepStrictEqual(given[key], value)));
}

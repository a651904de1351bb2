// The shape of a definition that someone else wrote. What its templates mean is checked by filling them in (define.ts).

import { isRecord } from '../json.js';
import { step } from '../json-pointer.js';
import { CAPTURES } from './captures.js';
import type { FormatDefinition } from './definition.js';
import { invalidFormat } from './expand.js';

type Check = (value: unknown, path: string, fail: (path: string, why: string) => never) => void;

const text: Check = (value, path, fail) => {
  if (typeof value !== 'string') fail(path, `must be a string, got ${JSON.stringify(value)}`);
};
const someText: Check = (value, path, fail) => {
  text(value, path, fail);
  if (value === '') fail(path, 'must not be empty');
};
const record: Check = (value, path, fail) => {
  if (!isRecord(value)) fail(path, `must be an object, got ${JSON.stringify(value)}`);
};

/** JSON all the way down, captures among those that mean something. */
const template: Check = (value, path, fail) => {
  if (value !== null && !isRecord(value)) fail(path, `must be a format or null, got ${JSON.stringify(value)}`);
  inner(value, path, fail, 0);
};

function inner(value: unknown, path: string, fail: (path: string, why: string) => never, depth: number): void {
  if (depth > 256) fail(path, 'nests more than 256 deep');
  if (Array.isArray(value)) value.forEach((entry, index) => inner(entry, `${path}/${index}`, fail, depth + 1));
  else if (isRecord(value)) {
    const { capture } = value;
    if (capture !== undefined && !(CAPTURES as readonly unknown[]).includes(capture)) {
      fail(`${path}/capture`, `must be one of ${CAPTURES.join(', ')}, got ${JSON.stringify(capture)}`);
    }
    for (const [name, member] of Object.entries(value)) inner(member, step(path, name), fail, depth + 1);
  } else if (!['string', 'number', 'boolean'].includes(typeof value) && value !== null) fail(path, 'must be JSON');
}

function listOf(check: Check): Check {
  return (value, path, fail) => {
    if (!Array.isArray(value)) return fail(path, `must be a list, got ${JSON.stringify(value)}`);
    value.forEach((entry: unknown, index) => check(entry, `${path}/${index}`, fail));
  };
}

function either(one: string, ...others: readonly string[]): Check {
  return (value, path, fail) => {
    const values = [one, ...others];
    if (typeof value !== 'string' || !values.includes(value)) fail(path, `must be ${values.map((each) => `"${each}"`).join(' or ')}, got ${JSON.stringify(value)}`);
  };
}

function mapOf(check: Check): Check {
  return (value, path, fail) => {
    record(value, path, fail);
    for (const [name, member] of Object.entries(value as object)) check(member, step(path, name), fail);
  };
}

/** An object with these members; names that end in `?` may be absent. */
function members(table: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(table).map((name) => name.replace('?', ''));
  return (value, path, fail) => {
    record(value, path, fail);
    const given = value as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown !== undefined) fail(step(path, unknown), `this member is not known; there are ${names.join(', ')}`);
    for (const [name, check] of Object.entries(table)) {
      const plain = name.replace('?', '');
      if (given[plain] !== undefined) check(given[plain], `${path}/${plain}`, fail);
      else if (plain === name) fail(`${path}/${name}`, 'is missing');
    }
  };
}

const textOrTexts: Check = (value, path, fail) => (Array.isArray(value) ? listOf(someText) : someText)(value, path, fail);

const DEFINITION = members({
  name: someText,
  'aliases?': listOf(someText),
  'models?': text,
  'whitespace?': either('compact', 'spaced'),
  'marks?': listOf(members({ 'template?': listOf(someText), 'without?': listOf(someText), 'tokens?': listOf(someText) })),
  'prompt?': members({ role: either('system', 'user'), text: listOf(text), tool: someText, 'separator?': text, 'member?': someText }),
  'variables?': members({ on: record, off: record }),
  'thinking?': members({ on: text, 'off?': text, 'cancel?': text, begin: someText, end: textOrTexts }),
  'parts?': mapOf(template),
  'answer?': template,
  choices: members({ auto: template, required: template, named: template, none: template }),
});

/**
 * Checks the shape of a definition.
 *
 * @throws SurecallError `SURECALL_INVALID_FORMAT` naming the path of the fault.
 */
export function checkDefinition(definition: unknown): asserts definition is FormatDefinition {
  const name = isRecord(definition) ? definition['name'] : undefined;
  DEFINITION(definition, '', (path, why) => invalidFormat(name, path, why));
}

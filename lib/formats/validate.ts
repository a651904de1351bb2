// The shape of structural tags as a table: which members every format type has and what each may hold. Rules about
// several members at once (triggers and tags, excludes) are checked where they are compiled.

import { step } from '../json-pointer.js';
import { isRecord } from '../json.js';
import type { Format, StructuralTag } from './structural-tag.js';
import { invalidTag } from './tag-error.js';

/** Deeper formats are refused: compilers recurse once per level. */
const MAX_DEPTH = 256;
/** The largest budget, so that it fits where other servers keep it. */
const MAX_COUNT = 2_147_483_647;
const STYLES = ['json', 'qwen_xml', 'minimax_xml', 'deepseek_xml', 'glm_xml', 'cohere_xml', 'kimi_k3_xml'];

/** Throws if a value is not what a member may hold. */
type Check = (value: unknown, path: string, depth: number) => void;

interface Member {
  readonly check: Check;
  readonly optional: boolean;
}

/** As lists: tags of many tools are checked member by member, and an index is what costs least. */
interface Members {
  readonly names: readonly string[];
  readonly members: readonly Member[];
}

/**
 * Checks the shape of a structural tag.
 *
 * @throws SurecallError `SURECALL_INVALID_TAG` naming the path of the fault.
 */
export function checkStructuralTag(tag: unknown): asserts tag is StructuralTag {
  if (!isRecord(tag)) invalidTag('', 'a structural tag is {"type": "structural_tag", "format": {...}}', { value: tag });
  checkMembers(tag, ROOT, '', 0);
}

const format: Check = (value, path, depth) => {
  if (depth >= MAX_DEPTH) invalidTag(path, `formats nest more than ${MAX_DEPTH} deep`);
  if (!isRecord(value)) invalidTag(path, 'a format must be an object', { value });
  const type = value['type'];
  const members = typeof type === 'string' ? FORMATS.get(type) : undefined;
  if (members === undefined) invalidTag(`${path}/type`, `must be one of ${[...FORMATS.keys()].join(', ')}`, { value: type });
  checkMembers(value, members, path, depth);
};

function checkMembers(value: Readonly<Record<string, unknown>>, { names, members }: Members, path: string, depth: number): void {
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const { check, optional } = members[i] as Member;
    const member = value[name];
    if (member !== undefined) check(member, `${path}/${name}`, depth);
    else if (!optional) invalidTag(`${path}/${name}`, 'is missing');
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) invalidTag(step(path, unknown), 'this member is not known here');
}

// What members may hold

const text: Check = (value, path) => {
  if (typeof value !== 'string') invalidTag(path, 'must be a string', { value });
  if (/\p{Surrogate}/u.test(value)) invalidTag(path, 'holds half of a surrogate pair', { value });
};

const someText: Check = (value, path, depth) => {
  text(value, path, depth);
  if (value === '') invalidTag(path, 'must not be empty');
};

const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') invalidTag(path, 'must be true or false', { value });
};

const schema: Check = (value, path) => {
  if (typeof value !== 'boolean' && !isRecord(value)) invalidTag(path, 'must be a JSON Schema: an object or a boolean', { value });
};

const token: Check = (value, path, depth) => {
  if (typeof value === 'string') return someText(value, path, depth);
  if (!Number.isSafeInteger(value) || (value as number) < 0) invalidTag(path, 'must be a token: an id or the text of one', { value });
};

const tokenFormat: Check = (value, path, depth) => {
  if (!isRecord(value) || value['type'] !== 'token') invalidTag(path, 'must be a string or {"type": "token", "token": ...}', { value });
  format(value, path, depth + 1);
};

const textOrToken: Check = (value, path, depth) => (typeof value === 'string' ? text : tokenFormat)(value, path, depth);

const ends: Check = (value, path, depth) => (Array.isArray(value) ? some(text) : textOrToken)(value, path, depth);

/** Inside lists of tags their type may be left out. */
const tagEntry: Check = (value, path, depth) => {
  if (!isRecord(value)) invalidTag(path, 'must be a tag', { value });
  checkMembers(value, LISTED_TAG, path, depth + 1);
};

const tagOf = (begin: 'string' | 'token'): Check => (value, path, depth) => {
  tagEntry(value, path, depth);
  const found = (value as { begin: unknown }).begin;
  if ((typeof found === 'string') !== (begin === 'string')) {
    invalidTag(`${path}/begin`, `must be a ${begin === 'string' ? 'string' : 'token'} here, as the triggers are`, { value: found });
  }
};

const ruleOf = (trigger: Check): Check => (value, path, depth) => {
  if (!Array.isArray(value) || value.length !== 2) invalidTag(path, 'must be a pair of a trigger and a format', { value });
  trigger(value[0], `${path}/0`, depth);
  format(value[1], `${path}/1`, depth + 1);
};

const inner: Check = (value, path, depth) => format(value, path, depth + 1);

function oneOf(...values: readonly string[]): Check {
  return (value, path) => {
    if (typeof value !== 'string' || !values.includes(value)) invalidTag(path, `must be ${values.map((one) => `"${one}"`).join(', ')}`, { value });
  };
}

function whole(least: number): Check {
  return (value, path) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > MAX_COUNT) {
      invalidTag(path, `must be a whole number from ${least} to ${MAX_COUNT}`, { value });
    }
  };
}

function orNull(check: Check): Check {
  return (value, path, depth) => {
    if (value !== null) check(value, path, depth);
  };
}

function list(check: Check): Check {
  return (value, path, depth) => {
    if (!Array.isArray(value)) invalidTag(path, 'must be a list', { value });
    for (let index = 0; index < value.length; index++) check(value[index], `${path}/${index}`, depth);
  };
}

function some(check: Check): Check {
  return (value, path, depth) => {
    list(check)(value, path, depth);
    if ((value as readonly unknown[]).length === 0) invalidTag(path, 'must not be empty');
  };
}

function required(check: Check): Member {
  return { check, optional: false };
}

function optional(check: Check): Member {
  return { check, optional: true };
}

const content = { content: required(inner) };
const budget = optional(orNull(whole(0)));
const control = { at_least_one: optional(flag), stop_after_first: optional(flag) };
const excludes = { excludes: optional(list(someText)) };
const excludeTokens = { exclude_tokens: optional(list(token)) };

const MEMBERS: Readonly<Record<Format['type'], Readonly<Record<string, Member>>>> = {
  const_string: { value: required(text) },
  json_schema: { json_schema: required(schema), style: optional(oneOf(...STYLES)), any_order: optional(flag) },
  qwen_xml_parameter: { json_schema: required(schema) },
  grammar: { grammar: required(text) },
  regex: { pattern: required(text) },
  any_text: { ...excludes, max_tokens: budget, max_chars: budget },
  sequence: { elements: required(some(inner)) },
  or: { elements: required(some(inner)) },
  optional: content,
  plus: content,
  star: content,
  repeat: { min: required(whole(0)), max: required(whole(-1)), ...content },
  tag: { begin: required(textOrToken), ...content, end: required(ends) },
  triggered_tags: { triggers: required(some(someText)), tags: required(some(tagOf('string'))), ...control, ...excludes },
  tags_with_separator: { tags: required(some(tagEntry)), separator: required(text), ...control },
  dispatch: { rules: required(some(ruleOf(someText))), loop: optional(flag), ...excludes },
  token: { token: required(token) },
  exclude_token: excludeTokens,
  any_tokens: { ...excludeTokens, max_tokens: budget },
  token_triggered_tags: { trigger_tokens: required(some(token)), tags: required(some(tagOf('token'))), ...control, ...excludeTokens },
  token_dispatch: { rules: required(some(ruleOf(token))), loop: optional(flag), ...excludeTokens },
};

function withType(type: Member, others: Readonly<Record<string, Member>>): Members {
  const all = { type, ...others };
  return { names: Object.keys(all), members: Object.values(all) };
}

const FORMATS: ReadonlyMap<string, Members> = new Map(Object.entries(MEMBERS).map(([type, members]) => [type, withType(required(text), members)]));
const LISTED_TAG = withType(optional(oneOf('tag')), MEMBERS.tag);
const ROOT = withType(required(oneOf('structural_tag')), { format: required(format) });

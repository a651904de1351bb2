// Objects in the XML styles, read by the table from which they are written (xml-styles.ts).

import { SurecallError } from '../errors.js';
import type { JsonType } from '../schema/json-schema.js';
import { skipSpace } from './scan.js';
import { XML_STYLES, type TagSpelling, type XmlStyleName } from './xml-styles.js';

/** What stood in a tag. */
export interface XmlMember {
  /** Undefined in lists. */
  readonly name: string | undefined;
  /** The types that the tag's attribute may mean; undefined for styles without one. */
  readonly types: readonly JsonType[] | undefined;
  /** The text inside, or the tags inside. */
  readonly inside: string | readonly XmlMember[];
}

/** Deeper tags are refused. */
const MAX_DEPTH = 256;

/**
 * The members that begin at `at`, as many as there are, and the index behind the last one.
 *
 * @throws SurecallError `SURECALL_PARSE` for a tag that is not closed.
 */
export function readMembers(style: XmlStyleName, text: string, at: number, depth = 0): { readonly members: readonly XmlMember[]; readonly end: number } {
  if (depth > MAX_DEPTH) fail(`tags nest more than ${MAX_DEPTH} deep`);
  const spelling = XML_STYLES[style];
  const members: XmlMember[] = [];
  let end = at;
  for (;;) {
    const open = readOpening(spelling, text, skipSpace(text, end));
    if (open === undefined) return { members, end };
    const nested = isNested(open.kind) && spelling.nested !== undefined;
    const inner = nested ? readMembers(style, text, open.end, depth + 1) : undefined;
    const close = text.indexOf(spelling.close, inner?.end ?? open.end);
    if (close < 0) fail(`${JSON.stringify(spelling.close)} is missing`);
    if (inner !== undefined && skipSpace(text, inner.end) !== close) fail(`only tags may stand in a ${open.kind ?? ''}`);
    members.push({ name: open.name, types: typesOf(spelling, open.kind), inside: inner?.members ?? text.slice(open.end, close) });
    end = close + spelling.close.length;
  }
}

interface Opening {
  readonly name: string | undefined;
  readonly kind: string | undefined;
  readonly end: number;
}

/** The opening tag at `at`: the name, the attribute, and where the value begins. */
function readOpening(spelling: TagSpelling, text: string, at: number): Opening | undefined {
  const { open: [before, behind], kind: attribute, value, nested } = spelling;
  let name: string | undefined;
  let next: number;
  if (text.startsWith(before, at)) {
    const from = at + before.length;
    const end = text.indexOf(behind === '' ? value : behind, from);
    if (end < 0) return undefined;
    name = text.slice(from, end);
    next = end + behind.length;
  } else if (nested !== undefined && text.startsWith(nested.item, at)) next = at + nested.item.length;
  else return undefined;
  let kind: string | undefined;
  if (attribute !== undefined) {
    const from = skipSpace(text, next);
    const label = attribute[0].trimStart();
    if (!text.startsWith(label, from)) return undefined;
    const end = text.indexOf(attribute[1], from + label.length);
    if (end < 0) return undefined;
    kind = text.slice(from + label.length, end);
    next = end + attribute[1].length;
  }
  next = skipSpace(text, next);
  return text.startsWith(value, next) ? { name, kind, end: next + value.length } : undefined;
}

function isNested(kind: string | undefined): boolean {
  return kind === 'dict' || kind === 'list';
}

function typesOf({ kinds }: TagSpelling, kind: string | undefined): readonly JsonType[] | undefined {
  if (kinds === undefined || kind === undefined) return undefined;
  if (kind === 'integer') return ['integer', 'number'];
  return (Object.keys(kinds) as JsonType[]).filter((type) => kinds[type].includes(kind));
}

function fail(why: string): never {
  throw new SurecallError('SURECALL_PARSE', `arguments cannot be read: ${why}`);
}

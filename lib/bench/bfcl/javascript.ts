// Arguments of JavaScript functions: source text, read as far as BFCL reads it. What does not have the declared form stays text.

import { type ExactJson, ExactNumber } from '../../text/exact-json.js';
import type { DocParameter } from './item.js';
import { integer, listOf, unquoted } from './literals.js';

/** The value of a JavaScript expression of a declared type. */
export function javascriptValue(text: string, { type, items }: DocParameter): ExactJson {
  switch (type) {
    case 'String':
      return unquoted(text, `"'`) ?? text;
    case 'integer':
      return integer(text) ?? text;
    case 'float':
      return float(text, /^-?\d+(?:\.\d+)?$/) ?? text;
    case 'Bigint':
      return integer(text, /^(-?\d+)n$/) ?? text;
    case 'Boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return arrayOf(text, items);
    case 'dict':
      return objectOf(text);
    default:
      return text;
  }
}

function float(text: string, form: RegExp): ExactNumber | undefined {
  if (!form.test(text)) return undefined;
  return new ExactNumber(text.includes('.') ? text : `${text}.0`);
}

/** `[a, b]`, `new Array(a, b)`, or `[[a], [b]]`, whose items have no declared type; what follows is not looked at. */
function arrayOf(text: string, items: DocParameter | undefined): ExactJson {
  const [, inner] = /^\[(.*)\]/s.exec(text) ?? /^new Array\((.*)\)/s.exec(text) ?? [];
  if (inner === undefined) return text;
  if (/^\s*\[/.test(inner)) return topLevel(inner, ',').map((row) => arrayOf(row, undefined));
  return listOf(inner, (one) => (items === undefined ? untyped(one) : javascriptValue(one, items)));
}

/** What stands between braces, as names and values; what follows them is not looked at. */
function objectOf(text: string): ExactJson {
  const [, inner] = /^\{(.*)\}/s.exec(text) ?? [];
  if (inner === undefined) return text;
  const members = topLevel(inner, ',').flatMap((member): [string, ExactJson][] => {
    const [key = '', ...rest] = topLevel(member, ':');
    return rest.length === 0 ? [] : [[bare(key), untyped(rest.join(':').trim())]];
  });
  return new Map(members);
}

/** A value whose type nobody says. */
function untyped(text: string): ExactJson {
  if (text.startsWith('{')) return objectOf(text);
  if (text.startsWith('[')) return arrayOf(text, undefined);
  if (text === 'true' || text === 'false') return text === 'true';
  return integer(text) ?? float(text, /^-?\d+\.\d+$/) ?? bare(text);
}

function bare(text: string): string {
  const trimmed = text.trim();
  return unquoted(trimmed, `"'`) ?? trimmed;
}

/** The parts of a text between separators that stand in no brackets and no quotes. */
function topLevel(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [depth, start, quote] = [0, 0, ''];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if ('[{('.includes(char)) depth++;
    else if (']})'.includes(char)) depth--;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}

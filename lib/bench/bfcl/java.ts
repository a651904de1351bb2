// Arguments of Java functions: source text, read as far as BFCL reads it. What does not have the declared form stays text.

import { type ExactJson, ExactNumber } from '../../text/exact-json.js';
import type { DocParameter } from './item.js';
import { integer, listOf, unquoted } from './literals.js';

/** The value of a Java expression of a declared type. */
export function javaValue(text: string, { type, items }: DocParameter): ExactJson {
  switch (type) {
    case 'byte':
    case 'short':
    case 'integer':
      return integer(text) ?? text;
    case 'long':
      return integer(text, /^(-?\d+)[lL]$/) ?? text;
    case 'float':
      return float(text, /^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)[fF]$/) ?? text;
    case 'double':
      return float(text, /^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/) ?? text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'Array':
      return arrayOf(text, items);
    case 'ArrayList':
      return arrayListOf(text, items);
    case 'HashMap':
      return hashMapOf(text);
    default:
      return text;
  }
}

function float(text: string, form: RegExp): ExactNumber | undefined {
  const [, digits] = form.exec(text) ?? [];
  return digits === undefined ? undefined : new ExactNumber(/[.eE]/.test(digits) ? digits : `${digits}.0`);
}

function item(text: string, doc: DocParameter | undefined): ExactJson {
  return doc === undefined ? untyped(text) : javaValue(text, doc);
}

/** `new T[] { a, b }`, wherever it stands. */
function arrayOf(text: string, items: DocParameter | undefined): ExactJson {
  const [, inner] = /new\s+\w+\[\]\s*\{(.*?)\}/s.exec(text) ?? [];
  return inner === undefined ? text : listOf(inner, (one) => item(one, items));
}

/** `new ArrayList<T>(Arrays.asList(a, b))`, `new ArrayList<T>() {{ add(a); add(b); }}`, or empty. */
function arrayListOf(text: string, items: DocParameter | undefined): ExactJson {
  const isText = items?.type === 'String' || items?.type === 'char';
  const read = (one: string): ExactJson => (isText ? one.slice(1, -1) : item(one, items));
  const [, listed] = /new\s+ArrayList<\w*>\(\s*Arrays\.asList\((.*)\)\s*\)/s.exec(text) ?? [];
  if (listed !== undefined) return listOf(listed, read);
  const [, added] = /new\s+ArrayList<\w*>\(\)\s*\{\{(.*)\}\}/s.exec(text) ?? [];
  if (added !== undefined) return [...added.matchAll(/add\((.*?)\)/gs)].map(([, one = '']) => read(one.trim()));
  return /new\s+ArrayList<\w*>\(\)/.test(text) ? [] : text;
}

/** `new HashMap<K, V>() {{ put("k", v); }}`, or empty. */
function hashMapOf(text: string): ExactJson {
  const [, inner] = /new\s+HashMap<.*?>\(\)\s*\{\{(.*)\}\}/s.exec(text) ?? [];
  if (inner !== undefined) {
    return new Map([...inner.matchAll(/put\(\s*"(.*?)"\s*,\s*(.*?)\)\s*;/gs)].map(([, key = '', value = '']) => [key, untyped(value.trim())] as const));
  }
  return /new\s+HashMap<.*?>\(\)/s.test(text) ? new Map() : text;
}

/** A value whose type nobody says. */
function untyped(text: string): ExactJson {
  if (text === 'true' || text === 'false') return text === 'true';
  return unquoted(text, '"')
    ?? integer(text, /^(-?\d+)[lL]?$/)
    ?? float(text, /^(-?\d+\.\d+(?:[eE][+-]?\d+)?)[fF]?$/)
    ?? text;
}

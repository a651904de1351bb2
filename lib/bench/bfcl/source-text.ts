// Values as source text of Java and JavaScript, the arguments that BFCL expects for functions of these languages: the opposite of
// java.ts and javascript.ts.

import { type ExactJson, ExactNumber, isExactArray, isExactObject } from '../../text/exact-json.js';
import type { DocParameter } from './item.js';

/** A value as a Java expression of the declared type. */
export function javaSource(value: ExactJson, { type, items }: DocParameter): string {
  if (typeof value === 'string') return value;
  if (value instanceof ExactNumber) return value.text + (type === 'long' ? 'L' : type === 'float' ? 'f' : '');
  if (isExactArray(value)) {
    return type === 'Array'
      ? `new ${JAVA_ITEMS[items?.type ?? ''] ?? 'Object'}[]{${value.map((item) => javaSource(item, items ?? UNTYPED)).join(', ')}}`
      : `new ArrayList<>(Arrays.asList(${value.map((item) => quoted(item, '"', items)).join(', ')}))`;
  }
  if (!isExactObject(value)) return String(value);
  const puts = [...value].map(([key, inner]) => `put("${key}", ${quoted(inner, '"', UNTYPED)});`);
  return `new HashMap<String, Object>() {{ ${puts.join(' ')} }}`;
}

/** A value as a JavaScript expression. */
export function javascriptSource(value: ExactJson): string {
  if (typeof value === 'string') return value;
  if (value instanceof ExactNumber) return value.text;
  if (isExactArray(value)) return `[${value.map(javascriptItem).join(', ')}]`;
  if (!isExactObject(value)) return String(value);
  return `{${[...value].map(([key, inner]) => `'${key}': ${javascriptItem(inner)}`).join(', ')}}`;
}

const UNTYPED: DocParameter = { type: 'any' };

const JAVA_ITEMS: Readonly<Record<string, string>> = { integer: 'int', long: 'long', float: 'float', double: 'double', boolean: 'boolean', String: 'String', char: 'char' };

function quoted(value: ExactJson, quote: string, doc: DocParameter = UNTYPED): string {
  return typeof value === 'string' ? `${quote}${value}${quote}` : javaSource(value, doc);
}

function javascriptItem(value: ExactJson): string {
  return typeof value === 'string' ? `'${value}'` : javascriptSource(value);
}

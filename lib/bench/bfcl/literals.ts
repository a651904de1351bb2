// What literals of Java and JavaScript have in common.

import { type ExactJson, ExactNumber } from '../../text/exact-json.js';

/** An integer whose digits are the first group of a form; undefined where the text has another form. */
export function integer(text: string, form = /^(-?\d+)$/): ExactNumber | undefined {
  const [, digits] = form.exec(text) ?? [];
  return digits === undefined ? undefined : new ExactNumber(digits);
}

/** The text between two quotes of one of some kinds; undefined where there are none around it. */
export function unquoted(text: string, quotes: string): string | undefined {
  const [first = ''] = text;
  return text.length >= 2 && quotes.includes(first) && text.endsWith(first) ? text.slice(1, -1) : undefined;
}

/** Items between commas. */
export function listOf(text: string, read: (item: string) => ExactJson): ExactJson[] {
  return text.trim() === '' ? [] : text.split(',').map((item) => read(item.trim()));
}

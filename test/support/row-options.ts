// How the rows of outside suites are compiled: their options, which are xgrammar's, in terms of ours. The only place that
// knows both; change it here when the compiler learns an option.

import type { CompileOptions, Template, Vocabulary } from '../../lib/mask.js';
import type { JsonSchema } from '../../lib/schema/json-schema.js';

/** The options of a row; defaults are left out of the data. */
export interface RowOptions {
  readonly any_whitespace?: boolean;
  readonly strict_mode?: boolean;
  readonly any_order?: boolean;
  readonly max_whitespace_cnt?: number;
  readonly separators?: readonly [string, string];
  readonly indent?: number;
  readonly style?: string;
}

/** A schema under the standard's own reading: what it does not mention is allowed. For MaskBench and the standard's suite. */
export function standardOptions(whitespace: 'compact' | 'flexible' = 'compact'): CompileOptions {
  return { whitespace };
}

/** Compiles the schema of a row from the tests of xgrammar or llguidance. Throws what the compiler throws. */
export function compileRow(vocabulary: Vocabulary, schema: JsonSchema, options: RowOptions, source: 'xgrammar' | 'llguidance'): Template {
  const own = rowOptions(options, source);
  if (options.style === undefined) return vocabulary.compileJsonSchema(schema, own);
  const format = { type: 'json_schema', style: options.style, json_schema: schema };
  // The style is data, and the compiler says what it thinks of it.
  return vocabulary.compileStructuralTag({ type: 'structural_tag', format } as never, own);
}

/**
 * Ours for xgrammar's:
 * - any_whitespace (default true) is `flexible`; without it the separators of Python's json.dumps, `spaced`, or what
 *   `separators` says. llguidance's rows are compact.
 * - strict_mode (default true): undeclared members and items are refused unless the schema speaks of them.
 * - any_order is propertyOrder `any`.
 * - max_whitespace_cnt is the longest run of white space.
 */
export function rowOptions(options: RowOptions, source: 'xgrammar' | 'llguidance'): CompileOptions {
  const { any_whitespace, strict_mode, any_order, max_whitespace_cnt, separators, indent } = options;
  if (indent !== undefined && any_whitespace === false) throw new UnsupportedRow('indent: no spelling of ours has line breaks in fixed places');
  const compact = separators !== undefined && separators[0] === ',' && separators[1] === ':';
  const fixed = source === 'llguidance' || compact ? 'compact' : 'spaced';
  const flexible = source === 'xgrammar' && (any_whitespace ?? true);
  return {
    undeclared: (strict_mode ?? true) && source === 'xgrammar' ? 'refused' : 'allowed',
    propertyOrder: any_order === true ? 'any' : 'declared',
    whitespace: flexible ? 'flexible' : fixed,
    ...(max_whitespace_cnt === undefined ? {} : { limits: { whitespaceRun: max_whitespace_cnt } }),
  };
}

/** An option of a row that we have no word for: the row counts as refused. */
export class UnsupportedRow extends Error {}

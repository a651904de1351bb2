// What a conformance suite finds out: per row one letter per test, and the judging of one row.

import type { SurecallError } from '../../lib/errors.js';
import type { Template } from '../../lib/mask.js';
import { UnsupportedRow } from '../support/row-options.js';

/**
 * `p` pass; `r` refused: the schema did not compile, though it should; `w` wrong: a valid instance rejected or an
 * invalid one accepted; `x` failed: the compiler threw what is no refusal; `d` different: wrong to the suite, meant by
 * us, with a reason in policy.json.
 */
export type Letter = 'p' | 'r' | 'w' | 'x' | 'd';

/** A row's tests, one letter each; `r` or `x` alone if the schema did not compile. */
export type Verdicts = Map<string, string>;

/** An instance of a row: its texts, best first, and whether one of them must be accepted. */
export interface Instance {
  readonly texts: readonly string[];
  readonly accepted: boolean;
  /** The text is only the beginning of one that is accepted. */
  readonly prefixOnly?: boolean;
}

/** The letters of a row. */
export function judge(compile: () => Template, instances: readonly Instance[]): string {
  const template = compiled(compile);
  if (typeof template === 'string') return template;
  return instances.map((instance) => (holds(template, instance) === instance.accepted ? 'p' : 'w')).join('');
}

/** The letter of a row that must not compile. */
export function judgeInvalid(compile: () => Template): Letter {
  const template = compiled(compile);
  return template === 'x' ? 'x' : template === 'r' ? 'p' : 'w';
}

function holds(template: Template, { texts, prefixOnly = false }: Instance): boolean {
  return texts.some((text) => {
    const matcher = template.matcher();
    return matcher.acceptBytes(text) && (prefixOnly || matcher.accepting);
  });
}

/** The template, or why there is none. */
function compiled(compile: () => Template): Template | 'r' | 'x' {
  try {
    return compile();
  } catch (error) {
    if (error instanceof UnsupportedRow) return 'r';
    const code = error instanceof Error ? (error as Partial<SurecallError>).code : undefined;
    return code === undefined || code === 'SURECALL_INTERNAL' ? 'x' : 'r';
  }
}

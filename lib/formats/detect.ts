// Which family a model belongs to, as far as its file tells.

import type { FormatMarks } from './definition.js';
import { FAMILIES } from './families/index.js';
import type { FormatName } from './registry.js';

/** What `format: 'auto'` can see of a model. */
export interface ModelTraits {
  /** The Jinja source in the file of the model. */
  readonly chatTemplate?: string | undefined;
  /** True where the vocabulary holds this text as one token. */
  readonly hasToken?: (text: string) => boolean;
}

/** The format that a model was trained on, as far as its chat template and vocabulary tell; `json` where they do not. */
export function detectFormat({ chatTemplate = '', hasToken = () => false }: ModelTraits): FormatName {
  const fits = ({ template = [], without = [], tokens = [] }: FormatMarks): boolean =>
    template.every((mark) => chatTemplate.includes(mark)) && !without.some((mark) => chatTemplate.includes(mark)) && tokens.every(hasToken);
  return FAMILIES.find((family) => 'marks' in family && (family.marks as readonly FormatMarks[]).some(fits))?.name ?? 'json';
}

// Walking a given text through the masks, as decoding would have written it: determined tokens where there are any, else the token
// with which the text goes on.

import type { Template, Vocabulary } from '../mask.js';

/** What a walk met. */
export interface Walk {
  /** Byte at which the mask refused to go on; undefined if the whole text is a complete answer. */
  readonly refusedAt?: number;
  /** Tokens written. */
  readonly tokens: number;
  /** Those that were determined. */
  readonly forced: number;
  /** The model's choices, that of the end of the text included where something else could follow. */
  readonly choices: number;
}

/** Walks a text through a template. */
export function walk(vocabulary: Vocabulary, template: Template, text: string): Walk {
  const matcher = template.matcher();
  const bytes = Buffer.from(text);
  let [at, tokens, forced, choices] = [0, 0, 0, 0];
  while (at < bytes.length) {
    const determined = matcher.forced();
    if (!bytes.subarray(at).subarray(0, determined.bytes.length).equals(determined.bytes)) return { refusedAt: at, tokens, forced, choices };
    const length = determined.tokens.reduce((sum, id) => sum + vocabulary.bytes(id).length, 0);
    // No more than the text: what is determined beyond it shows at the end.
    if (determined.tokens.length > 0 && length <= bytes.length - at) {
      for (const id of determined.tokens) matcher.acceptToken(id);
      tokens += determined.tokens.length;
      forced += determined.tokens.length;
      at += length;
      continue;
    }
    const taken = goOn(vocabulary, bytes.subarray(at), (id) => matcher.acceptToken(id));
    if (taken === undefined) return { refusedAt: at, tokens, forced, choices };
    tokens++;
    choices++;
    at += taken;
  }
  if (!matcher.accepting) return { refusedAt: at, tokens, forced, choices };
  return { tokens, forced, choices: choices + (matcher.atEnd ? 0 : 1) };
}

/** Takes the first canonical token of a text, or else the longest allowed one that begins it; its length, if there is one. */
function goOn(vocabulary: Vocabulary, rest: Buffer, accept: (id: number) => boolean): number | undefined {
  // More than the longest token; a cut character at the end does no harm, only the first token counts.
  const window = rest.subarray(0, 512).toString('utf8');
  const [canonical] = vocabulary.tokenize(window);
  if (canonical === undefined) return undefined;
  const length = vocabulary.bytes(canonical).length;
  if (accept(canonical)) return length;
  for (let shorter = length - 1; shorter > 0; shorter--) {
    const id = tokenOf(vocabulary, rest.subarray(0, shorter));
    if (id !== undefined && accept(id)) return shorter;
  }
  return undefined;
}

/** The token that spells exactly these bytes. */
function tokenOf(vocabulary: Vocabulary, bytes: Buffer): number | undefined {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) return undefined;
  const ids = vocabulary.tokenize(text);
  return ids.length === 1 ? ids[0] : undefined;
}

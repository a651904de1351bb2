// How JSON is spelled: white space between tokens, characters of strings, digits of numbers.

import type { ValueLimits } from '../defaults.js';
import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import type { Brackets } from './object-style.js';

/**
 * White space between the tokens of JSON text. `compact`: none. `spaced`: one space after ':' and ',' as Python's
 * json.dumps writes it. `flexible`: any, up to a limit in a row.
 */
export type Whitespace = 'compact' | 'spaced' | 'flexible';

/**
 * What may follow a backslash in a string. `strict`: JSON's escapes. `lenient`: any character; the text is repaired
 * afterwards, which a model that writes Windows paths needs.
 */
export type Escapes = 'strict' | 'lenient';

// A code point that means nothing special inside a JSON string.
const PLAIN = String.raw`[^"\\\x00-\x1f]`;
// \u escapes of everything but surrogates, and of surrogates in pairs: lone ones are not text.
const UNICODE_ESCAPE = String.raw`u(?:[0-9abcefABCEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})`;
const CHARACTER: Readonly<Record<Escapes, string>> = {
  strict: String.raw`(?:${PLAIN}|\\(?:["\\/bfnrt]|${UNICODE_ESCAPE}))`,
  lenient: String.raw`(?:${PLAIN}|\\[^\x00-\x1f])`,
};

/** The capture that marks the inside of lenient strings; the decoder settles bare quotes there. */
export const STRING_CAPTURE = 'string';

/** Writes the parts of JSON text as program nodes, in one spelling. */
export class Spelling {
  readonly #builder: ProgramBuilder;
  readonly #limits: ValueLimits;
  readonly whitespace: Whitespace;
  readonly #escapes: Escapes;

  constructor(builder: ProgramBuilder, options: { whitespace: Whitespace; escapes: Escapes; limits: ValueLimits }) {
    this.#builder = builder;
    this.#limits = options.limits;
    this.whitespace = options.whitespace;
    this.#escapes = options.escapes;
  }

  /** White space that may stand between two tokens. */
  gap(): ProgramNode {
    if (this.whitespace !== 'flexible') return this.#builder.empty();
    return this.#builder.regex(String.raw`[ \t\n\r]{0,${this.#limits.whitespaceRun}}`);
  }

  /** The separator of name and value. */
  colon(): ProgramNode {
    return this.#punctuation(':');
  }

  /** Brackets with the white space on their inside. */
  brackets(open: '[' | '{', close: ']' | '}'): Brackets {
    const builder = this.#builder;
    return {
      open: builder.sequence(builder.text(open), this.gap()),
      separator: this.#punctuation(','),
      close: builder.sequence(this.gap(), builder.text(close)),
      closeEmpty: builder.text(close),
    };
  }

  /**
   * A string of `min` to `max` code points. A length that the schema asks for is counted exactly, which only strict
   * escapes allow: repairing a lenient one changes the length.
   */
  string(min = 0, max = Infinity): ProgramNode {
    const builder = this.#builder;
    const escapes = min > 0 || Number.isFinite(max) ? 'strict' : this.#escapes;
    const content = builder.repeat(builder.regex(CHARACTER[escapes]), {
      min,
      max: Math.min(max, Math.max(min, this.#limits.stringLength)),
    });
    const inside = escapes === 'lenient' ? builder.capture(STRING_CAPTURE, content) : content;
    return builder.sequence(builder.text('"'), inside, builder.text('"'));
  }

  integer(): ProgramNode {
    return this.#builder.regex(this.#integerPattern());
  }

  number(): ProgramNode {
    const { fractionDigits, exponentDigits } = this.#limits;
    const fraction = fractionDigits > 0 ? String.raw`(?:\.[0-9]{1,${fractionDigits}})?` : '';
    const exponent = exponentDigits > 0 ? `(?:[eE][+-]?[0-9]{1,${exponentDigits}})?` : '';
    return this.#builder.regex(this.#integerPattern() + fraction + exponent);
  }

  boolean(): ProgramNode {
    return this.#builder.alternatives(this.#builder.text('true'), this.#builder.text('false'));
  }

  null(): ProgramNode {
    return this.#builder.text('null');
  }

  #integerPattern(): string {
    const more = this.#limits.integerDigits - 1;
    return `-?(?:0|[1-9][0-9]{0,${more}})`;
  }

  /** A mark with the white space around it, where that is always the same. */
  fixed(mark: ',' | ':'): string | undefined {
    if (this.whitespace === 'flexible') return undefined;
    return this.whitespace === 'spaced' ? `${mark} ` : mark;
  }

  #punctuation(mark: ',' | ':'): ProgramNode {
    const builder = this.#builder;
    const fixed = this.fixed(mark);
    return fixed === undefined ? builder.sequence(this.gap(), builder.text(mark), this.gap()) : builder.text(fixed);
  }
}

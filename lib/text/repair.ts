// Models write strings as they saw them: `C:\Users\john`, `\d+`, `I\'m`, a line break. JSON wants other spellings.
// This is a state machine over the string values of a JSON text; what is outside them is not its business.
//
//   in a string        becomes      why
//   valid escape       itself       \" \\ \/ \b \f \n \r \t and \u with four hex digits, lone surrogates included
//   \'                 '            the one escape that models borrow from other languages
//   \u without digits  \\u          a Windows path: \users
//   \ and anything     \\ and it    a Windows path, a regular expression
//   \ at the end       \\           nothing follows that it could escape
//   control character  its escape   a raw line break or tab
//
// A valid escape stays even where a path was meant (`C:\new` holds a line break): nothing in the text can tell.

/** How {@link repairEscapes} reads its text. */
export interface RepairOptions {
  /**
   * `json` (default): a JSON text, whose strings are repaired. `string`: the inside of one string, without its quotes;
   * there a bare quote is content and becomes `\"`.
   */
  readonly within?: 'json' | 'string';
}

const SIMPLE_ESCAPES = new Set(['"', '\\', '/', 'b', 'f', 'n', 'r', 't']);
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Repairs escapes and control characters inside the strings of a JSON text. Valid JSON comes back unchanged, and so
 * does a text that was repaired before. Never throws; text that is broken in other ways stays broken.
 */
export function repairEscapes(text: string, options: RepairOptions = {}): string {
  const repair = new EscapeRepair(options);
  const repaired = repair.push(text);
  const rest = repair.end();
  return rest === '' ? repaired : repaired + rest;
}

/** {@link repairEscapes} of a text that comes in parts. */
export class EscapeRepair {
  readonly #whole: boolean;
  #inside: boolean;
  /** An escape that the next part may complete. */
  #held = '';

  constructor({ within = 'json' }: RepairOptions = {}) {
    this.#whole = within === 'string';
    this.#inside = this.#whole;
  }

  /** What the text up to the end of this part becomes, as far as it is certain and was not returned before. */
  push(part: string): string {
    return this.#repair(this.#held + part, true);
  }

  /** The rest, at the end of the text. */
  end(): string {
    return this.#repair(this.#held, false);
  }

  #repair(text: string, mayGoOn: boolean): string {
    this.#held = '';
    let repaired = '';
    let copied = 0; // everything before this index is in `repaired`
    let at = 0;
    while (at < text.length) {
      const char = text.charAt(at);
      let length = 1;
      let replacement: string | undefined;
      if (!this.#inside) {
        if (char === '"') this.#inside = true;
      } else if (char === '\\') {
        if (mayGoOn && isCutOff(text, at)) break;
        ({ length, replacement } = readEscape(text, at));
      } else if (char === '"') {
        if (this.#whole) replacement = '\\"';
        else this.#inside = false;
      } else if (char < ' ') {
        replacement = escapeControl(char);
      }
      if (replacement !== undefined) {
        repaired += text.slice(copied, at) + replacement;
        copied = at + length;
      }
      at += length;
    }
    this.#held = text.slice(at);
    return copied === 0 && at === text.length ? text : repaired + text.slice(copied, at);
  }
}

/** What follows decides what the backslash at `at` stands for. */
function isCutOff(text: string, at: number): boolean {
  const next = text.charAt(at + 1);
  if (next === '') return true;
  if (next !== 'u' || text.length >= at + 6) return false;
  for (let i = at + 2; i < text.length; i++) {
    if (!isHexDigit(text.charCodeAt(i))) return false;
  }
  return true;
}

/** What a backslash at `at` stands for: the length of the escape, and a replacement where it is not valid. */
function readEscape(text: string, at: number): { length: number; replacement: string | undefined } {
  const next = text.charAt(at + 1);
  if (SIMPLE_ESCAPES.has(next)) return { length: 2, replacement: undefined };
  if (next === 'u' && hasFourHexDigits(text, at + 2)) return { length: 6, replacement: undefined };
  if (next === "'") return { length: 2, replacement: "'" };
  // Only the backslash is replaced: what follows may itself need repair.
  return { length: 1, replacement: '\\\\' };
}

function hasFourHexDigits(text: string, at: number): boolean {
  if (at + 4 > text.length) return false;
  for (let i = at; i < at + 4; i++) {
    if (!isHexDigit(text.charCodeAt(i))) return false;
  }
  return true;
}

function isHexDigit(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

function escapeControl(char: string): string {
  return SHORT_ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

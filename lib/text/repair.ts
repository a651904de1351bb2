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
  const whole = options.within === 'string';
  let inside = whole;
  let repaired = '';
  let copied = 0; // everything before this index is in `repaired`
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    let length = 1;
    let replacement: string | undefined;
    if (!inside) {
      if (char === '"') inside = true;
    } else if (char === '\\') {
      ({ length, replacement } = readEscape(text, at));
    } else if (char === '"') {
      if (whole) replacement = '\\"';
      else inside = false;
    } else if (char < ' ') {
      replacement = escapeControl(char);
    }
    if (replacement !== undefined) {
      repaired += text.slice(copied, at) + replacement;
      copied = at + length;
    }
    at += length;
  }
  return copied === 0 ? text : repaired + text.slice(copied);
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

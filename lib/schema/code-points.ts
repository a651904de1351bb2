// Sets of code points as patterns write them, with JavaScript's own RegExp as the authority on what they hold.

/** An inclusive range of code points. */
export type CodePointRange = readonly [first: number, last: number];

const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;
const LAST = 0x10ffff;

let everything: string | undefined;

/** A string of all code points but surrogates, in order; 4 MB, made when it is first needed. */
export function allCodePoints(): string {
  if (everything !== undefined) return everything;
  const chunks: string[] = [];
  for (let from = 0; from <= LAST; from += 0x800) {
    if (from >= FIRST_SURROGATE && from <= LAST_SURROGATE) continue;
    chunks.push(String.fromCodePoint(...Array.from({ length: 0x800 }, (_, i) => from + i)));
  }
  everything = chunks.join('');
  return everything;
}

/** The code points of `text` (ascending) that a pattern for one character matches. */
export function rangesOf(pattern: string, flags: 'u' | 'iu', text = allCodePoints()): CodePointRange[] {
  const ranges: CodePointRange[] = [];
  for (const { 0: run } of text.matchAll(new RegExp(`(?:${pattern})+`, `${flags}g`))) {
    // A run is a stretch of neighbours, except that surrogates are left out between U+D7FF and U+E000.
    const first = run.codePointAt(0) as number;
    const tail = run.charCodeAt(run.length - 1);
    const last = tail >= 0xdc00 && tail <= LAST_SURROGATE ? (run.codePointAt(run.length - 2) as number) : tail;
    if (first < FIRST_SURROGATE && last > LAST_SURROGATE) {
      ranges.push([first, FIRST_SURROGATE - 1], [LAST_SURROGATE + 1, last]);
    } else {
      ranges.push([first, last]);
    }
  }
  return ranges;
}

/** The inside of a character class with these members. */
export function characterClass(ranges: readonly CodePointRange[]): string {
  return ranges.map(([first, last]) => (first === last ? escapedCharacter(first) : `${escapedCharacter(first)}-${escapedCharacter(last)}`)).join('');
}

/** A character as patterns may hold it anywhere, in classes too: itself if it is a letter, digit or harmless. */
export function escapedCharacter(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  if (/[\w\p{L}]/u.test(character) || ' !"#%&\',:;<=>@_`~'.includes(character)) return character;
  if ('^$\\.*+?()[]{}|/'.includes(character)) return `\\${character}`;
  return codePoint < 0x100 ? `\\x${codePoint.toString(16).padStart(2, '0')}` : `\\u{${codePoint.toString(16)}}`;
}

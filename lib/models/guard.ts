// What users say must not become what the chat template says. A prompt is tokenised with the names of control tokens
// recognised, since the template writes them; a name in somebody's message, in a tool's result or in a tool's description
// is only text.
//
// Most prompts hold no such name. They are left as they are and are tokenised by the engine, so ordinary text has the tokens
// that it always had. Where a text holds a name, the prompt is rendered with a mark inside of it. Then all names that are found in
// the prompt are the template's, and the stretches between them that hold a divided name are tokenised without the marks and
// without control tokens. So templates may trim and rearrange what they are given. A text that begins or ends as part of a name is
// marked there, so that neither the template nor another text can complete it.

import type { Vocabulary } from '../mask.js';
import { isRecord } from '../json.js';

/** Keeps the control tokens of one vocabulary for the chat template. */
export class Guard {
  readonly #vocabulary: Vocabulary;
  /** Finds names; undefined where the vocabulary has none. */
  readonly #names: RegExp | undefined;
  /** Text tokens among them: they are recognised wherever they stand. */
  readonly #alwaysFound: RegExp | undefined;
  /** Their parts, which something else may complete, and the characters with which these begin and end. */
  readonly #beginnings = new Set<string>();
  readonly #endings = new Set<string>();
  readonly #firsts = new Set<string>();
  readonly #lasts = new Set<string>();
  #longest = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    const ids = [...vocabulary.markers()];
    const names = spellings(vocabulary, ids);
    this.#names = pattern(names);
    this.#alwaysFound = pattern(spellings(vocabulary, ids.filter((id) => vocabulary.kind(id) === 'text')));
    for (const name of names) {
      this.#longest = Math.max(this.#longest, name.length);
      this.#firsts.add(name.charAt(0));
      this.#lasts.add(name.charAt(name.length - 1));
      for (let at = 1; at < name.length; at++) {
        this.#beginnings.add(name.slice(0, at));
        this.#endings.add(name.slice(at));
      }
    }
  }

  /**
   * Renders a prompt such that the names in `said` stay text.
   *
   * @param said what users and tools said: any JSON value
   * @param render renders a prompt with `said` or a copy of it
   * @returns the prompt: as text, where no name is in it, else as tokens
   */
  render<Said>(said: Said, render: (said: Said) => string): string | Uint32Array {
    if (this.#names === undefined || !this.#isIn(said)) return render(said);
    const mark = unusedCharacter(JSON.stringify(said));
    // A template that writes JSON may escape the mark.
    const text = render(this.#marked(said, mark) as Said).replaceAll(escapeOf(mark), mark);
    return this.#unmarked(text, mark, this.#names);
  }

  #isIn(value: unknown): boolean {
    if (typeof value === 'string') return this.#needsMark(value);
    if (Array.isArray(value)) return value.some((item) => this.#isIn(item));
    return isRecord(value) && Object.entries(value).some(([name, member]) => this.#needsMark(name) || this.#isIn(member));
  }

  #needsMark(text: string): boolean {
    // A word is no name and no telling part of one; roles, keys and types are words, which templates compare.
    if (WORD.test(text)) return false;
    return this.#names?.test(text) === true || this.#endsAsBeginning(text) || this.#beginsAsEnding(text);
  }

  #beginsAsEnding(text: string): boolean {
    for (let length = Math.min(this.#longest, text.length); length > 0; length--) {
      if (this.#lasts.has(text.charAt(length - 1)) && this.#endings.has(text.slice(0, length))) return true;
    }
    return false;
  }

  #endsAsBeginning(text: string): boolean {
    for (let at = Math.max(0, text.length - this.#longest); at < text.length; at++) {
      if (this.#firsts.has(text.charAt(at)) && this.#beginnings.has(text.slice(at))) return true;
    }
    return false;
  }

  #marked(value: unknown, mark: string): unknown {
    if (typeof value === 'string') return this.#withMarks(value, mark);
    if (Array.isArray(value)) return value.map((item) => this.#marked(item, mark));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [this.#withMarks(name, mark), this.#marked(member, mark)]));
  }

  #withMarks(text: string, mark: string): string {
    if (!this.#needsMark(text)) return text;
    let marked = text;
    // Names may overlap: dividing one may leave another.
    for (let names = this.#names; names?.test(marked) === true;) {
      marked = marked.replace(new RegExp(names.source, 'g'), ([...characters]) => characters.shift() + mark + characters.join(''));
    }
    return (this.#beginsAsEnding(text) ? mark : '') + marked + (this.#endsAsBeginning(text) ? mark : '');
  }

  /**
   * The template's names divide the text. Stretches with a name in them, but for the marks, are what the guard is for; all else,
   * and the names between, is taken as the engine would take it.
   */
  #unmarked(text: string, mark: string, names: RegExp): string | Uint32Array {
    const tokens: Uint32Array[] = [];
    let prompt = '';
    const take = (): void => {
      if (prompt !== '') tokens.push(this.#vocabulary.tokenize(prompt, true));
      prompt = '';
    };
    let end = 0;
    for (const { index, 0: name } of [...text.matchAll(new RegExp(names.source, 'g')), { index: text.length, 0: '' }]) {
      const stretch = text.slice(end, index);
      const plain = stretch.replaceAll(mark, '');
      if (names.test(plain)) {
        take();
        tokens.push(...this.#tokenizeSaid(stretch, plain, mark));
      } else prompt += plain;
      prompt += name;
      end = index + name.length;
    }
    if (tokens.length === 0) return prompt;
    take();
    return joined(tokens);
  }

  #tokenizeSaid(text: string, plain: string, mark: string): Uint32Array[] {
    const pieces = this.#alwaysFound?.test(plain) === true ? text.split(mark) : [plain];
    return pieces.map((piece) => this.#vocabulary.tokenize(piece));
  }
}

function spellings(vocabulary: Vocabulary, ids: readonly number[]): string[] {
  // A single character cannot be divided.
  return ids.map((id) => vocabulary.spelling(id)).filter((name) => [...name].length > 1 && !WORD.test(name));
}

const WORD = /^[\p{L}\p{N}_]*$/u;

/** Longer names first, as tokenisers look for them. */
function pattern(names: readonly string[]): RegExp | undefined {
  if (names.length === 0) return undefined;
  const sorted = [...names].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'));
}

/** A character for private use that the text does not hold, also not escaped. */
function unusedCharacter(text: string): string {
  for (let code = 0xe000; code < 0xf900; code++) {
    const mark = String.fromCharCode(code);
    if (!text.includes(mark) && !text.includes(escapeOf(mark))) return mark;
  }
  return '\uf8ff'; // Somebody wrote them all, this one too: he will miss it.
}

function escapeOf(mark: string): string {
  return `\\u${mark.charCodeAt(0).toString(16)}`;
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// Lines of a stream of bytes, one at a time, however long the stream is; what a single line may hold is bounded.

/** One line. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without the line break; absent where `fault` says why. */
  readonly text?: string;
  readonly fault?: 'too long' | 'not UTF-8';
  /** Offset of the byte after its line break. */
  readonly end: number;
  /** A line break ends it; false only for a last line without one. */
  readonly isEnded: boolean;
}

const NEWLINE = 10;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The lines of a stream. Of a line longer than `limit` bytes no more than that is held in memory; it comes with a fault,
 * and the next line is read as usual. `\r` before `\n` belongs to the line break, a byte order mark to nothing.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, limit = Infinity): AsyncGenerator<Line, void, undefined> {
  const line = new LineBuffer(limit);
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      line.append(chunk.subarray(from, at));
      yield line.take(true);
      from = at + 1;
    }
    line.append(chunk.subarray(from));
  }
  if (!line.isEmpty) yield line.take(false);
}

class LineBuffer {
  readonly #limit: number;
  // It drops no mark by itself: in the middle of a file the character is part of the text.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #pieces: Buffer[] = [];
  #length = 0;
  #number = 0;
  #end = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  append(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length <= this.#limit) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  take(isEnded: boolean): Line {
    this.#number++;
    this.#end += this.#length + (isEnded ? 1 : 0);
    const place = { number: this.#number, end: this.#end, isEnded };
    const isTooLong = this.#length > this.#limit;
    const [first, second] = this.#pieces;
    const bytes = second === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    if (isTooLong) return { ...place, fault: 'too long' };
    try {
      return { ...place, text: this.#trimmed(this.#decoder.decode(bytes)) };
    } catch {
      return { ...place, fault: 'not UTF-8' };
    }
  }

  #trimmed(text: string): string {
    const start = this.#number === 1 && text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    return text.slice(start, text.endsWith('\r') ? -1 : undefined);
  }
}

/** How many lines hold more than a line break: what there is to do, in one quick pass over the bytes. */
export async function countLines(chunks: AsyncIterable<Buffer>): Promise<number> {
  let count = 0;
  let hasContent = false;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      if (hasContent || at > from) count++;
      hasContent = false;
      from = at + 1;
    }
    hasContent ||= from < chunk.length;
  }
  return hasContent ? count + 1 : count;
}

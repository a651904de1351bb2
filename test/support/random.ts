// A seeded random source, so that a failing property test names the seed that repeats it.

/** Random numbers and choices, the same for the same seed. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  below(below: number): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
}

/** The mulberry32 generator: 32 bits of state, good enough to vary tests. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  return { next, below, pick };
}

// Every kind of character that JSON text treats in its own way, and a few that only look special.
const FRAGMENTS = [
  'a', 'Z', '0', ' ', '"', "'", '\\', '\\\\', '\\"', "\\'", '\\n', '\\u', '\\u00', '\\u0041', '\\uD83D', '\\x41', '\\d+',
  '{', '}', '[', ']', ':', ',', '/', '\n', '\r', '\t', '\0', '\u001f', '\u007f', 'é', '日', '😀', '\ud83d', '<tool_call>',
];

/** A text of up to `length` fragments with quotes, backslashes, control characters, emoji and pieces of JSON. */
export function hostileText(random: Random, length: number): string {
  return Array.from({ length: random.below(length + 1) }, () => random.pick(FRAGMENTS)).join('');
}

/** A JSON value nested up to `depth`, its strings hostile. */
export function randomJson(random: Random, depth: number): unknown {
  switch (random.below(depth > 0 ? 7 : 5)) {
    case 0: return null;
    case 1: return random.next() < 0.5;
    case 2: return random.below(2000) - 1000;
    case 3: return (random.next() - 0.5) * 10 ** random.below(20);
    case 4: return hostileText(random, 12);
    case 5: return Array.from({ length: random.below(4) }, () => randomJson(random, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [hostileText(random, 4), randomJson(random, depth - 1)]),
      );
  }
}

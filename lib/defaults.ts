// Every default in one place, with its reason.

/** How values may be spelled, how long they may get, and how much work a schema may make. */
export interface ValueLimits {
  /** Most characters of a string value. */
  readonly stringLength: number;
  /** Most digits before the decimal point. */
  readonly integerDigits: number;
  /** Most digits after the decimal point. */
  readonly fractionDigits: number;
  /** Most digits of an exponent. */
  readonly exponentDigits: number;
  /** Most items of an array that sets no maxItems. */
  readonly arrayItems: number;
  /** Most members of an object beyond its declared ones. */
  readonly additionalProperties: number;
  /** Most white-space characters in a row where white space is flexible. */
  readonly whitespaceRun: number;
  /** Deepest nesting of schemas. */
  readonly schemaDepth: number;
  /** Most alternatives of one value once all combinations of a schema are written out. */
  readonly alternatives: number;
  /** Most values of one `enum`. */
  readonly listedValues: number;
}

/** Where the schema sets no limit of its own, these keep an answer from running away. */
export const DEFAULT_LIMITS: ValueLimits = {
  // A long document; the token budget of a call is usually what ends a string.
  stringLength: 65_536,
  // Every 64-bit integer, and more than a double holds exactly.
  integerDigits: 20,
  fractionDigits: 20,
  // With 20 integer digits, 99 stays a finite double.
  exponentDigits: 2,
  arrayItems: 4096,
  additionalProperties: 1024,
  // A newline and two levels of the deepest usual indentation.
  whitespaceRun: 20,
  // Real schemas stay below 50.
  schemaDepth: 256,
  // Combinations multiply: what needs more takes seconds, and masks of so many parallel readings are slow.
  alternatives: 1000,
  listedValues: 100_000,
};

/** Most tokens of one answer, forced ones included. */
export const DEFAULT_MAX_TOKENS = 512;

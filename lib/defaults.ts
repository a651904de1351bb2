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
  /** Longest time to compile the schemas of one program, in milliseconds. */
  readonly compileMs: number;
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
  // Whoever compiles a schema of their own can wait; servers cannot.
  compileMs: Number.POSITIVE_INFINITY,
};

/** Most tokens of one answer, forced ones included. */
export const DEFAULT_MAX_TOKENS = 512;

/** What one client may make the server do. */
export interface ServerLimits {
  /** Most bytes of a request's body. */
  readonly bodyBytes: number;
  /** Deepest nesting of lists and objects in a body. */
  readonly bodyDepth: number;
  /** Most tools of one request. */
  readonly tools: number;
  /** Most tokens that a request may ask for, and what it gets where it does not say. */
  readonly tokens: number;
  readonly defaultTokens: number;
  /** What the schemas of a request may cost to compile. */
  readonly schema: Partial<ValueLimits>;
  /** Most requests waiting for a slot; one more is refused. */
  readonly queue: number;
  /** Longest time from a request to the end of its answer, waiting included, in milliseconds. */
  readonly requestMs: number;
  /** Longest time for a client to send its request, in milliseconds. */
  readonly receiveMs: number;
  /** Silence on a stream after which a comment is sent, so that nobody in between takes it for dead, in milliseconds. */
  readonly keepAliveMs: number;
  /** How long answers under way may go on after the server was asked to stop, in milliseconds. */
  readonly shutdownMs: number;
  /** Most compiled sets of tools and options that are kept, and most bytes that they may hold together. */
  readonly callers: number;
  readonly callerBytes: number;
}

/** For one machine and clients that one knows; each can be set. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  // 400 tools with long descriptions are half of it.
  bodyBytes: 1024 * 1024,
  // A schema takes two levels for each of its own, and real ones stay below 50.
  bodyDepth: 200,
  tools: 512,
  tokens: 8192,
  defaultTokens: DEFAULT_MAX_TOKENS,
  // 400 tools take 40 ms.
  schema: { alternatives: 200, listedValues: 10_000, compileMs: 1000 },
  // At 16 slots some five answers for each: beyond that clients wait longer than they would to ask again.
  queue: 64,
  requestMs: 300_000,
  receiveMs: 30_000,
  // Proxies usually give up after 30 or 60 seconds.
  keepAliveMs: 10_000,
  shutdownMs: 30_000,
  callers: 64,
  callerBytes: 512 * 1024 * 1024,
};

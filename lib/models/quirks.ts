// What is known of single models and cannot be read from their files.

/** How a model differs from what its file says. */
export interface ModelQuirks {
  /**
   * False for models that were trained with the structure of calls forced: what they would write freely after a quote
   * says nothing, so a bare quote always closes its string.
   */
  readonly peeks: boolean;
  /** The caller's default for `copyBias`. */
  readonly copyBias: number;
  /** The caller's default for `nameBias`. */
  readonly nameBias: number;
  /** The caller's default for `argumentBias`. */
  readonly argumentBias: number;
}

/** By `general.name`. */
const QUIRKS: Readonly<Record<string, ModelQuirks>> = {
  // models/surecall-nano.gguf: its loss saw little of brackets, commas and closing tags, which the engine writes.
  'surecall-nano': { peeks: false, copyBias: 10, nameBias: 6, argumentBias: 5 },
};

/** The quirks of a model by the name in its file. */
export function quirksOf(name: string): ModelQuirks {
  return Object.hasOwn(QUIRKS, name) ? (QUIRKS[name] as ModelQuirks) : { peeks: true, copyBias: 0, nameBias: 0, argumentBias: 0 };
}

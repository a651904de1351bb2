// What users of the bundled model are told.

/** Printed where no model was named. */
export const DEMONSTRATION_NOTICE =
  'surecall: using the bundled demonstration model, whose calls are valid but often wrong; ' +
  'for real use pass --model qwen3-0.6b (639 MB, downloaded once), or another GGUF file\n';

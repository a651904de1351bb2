// The short names of models that we recommend, in one place: `loadModel('qwen3-0.6b')`, `surecall pull qwen3-0.6b`.

/** A model that has a short name. */
export interface CatalogEntry {
  /** Where it is: `hf:owner/repo/file.gguf`. */
  readonly address: string;
  /** Size of the file, about. */
  readonly bytes: number;
  /** What it is good for. */
  readonly use: string;
}

/** Published by their maker, under the Apache 2.0 licence. */
export const CATALOG: Readonly<Record<string, CatalogEntry>> = {
  'qwen3-0.6b': {
    address: 'hf:Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf',
    bytes: 639_000_000,
    use: 'the smallest that calls tools sensibly; runs on any laptop',
  },
  'qwen3-1.7b': {
    address: 'hf:Qwen/Qwen3-1.7B-GGUF/Qwen3-1.7B-Q8_0.gguf',
    bytes: 1_830_000_000,
    use: 'fewer mistakes, three times slower on a CPU',
  },
  'qwen3-4b': {
    address: 'hf:Qwen/Qwen3-4B-GGUF/Qwen3-4B-Q4_K_M.gguf',
    bytes: 2_500_000_000,
    use: 'many tools and long conversations; better with a GPU',
  },
};

export interface Shape {
  layers: number
  width: number
  heads: number
  kvHeads: number
  headSize: number
  ffn: number
  context: number
}

export type Preset = 'tiny' | 'small' | 'qwen3-0.6b'

export declare const PRESETS: Readonly<Record<Preset, Shape>>

/** The folder that holds what can be made or fetched again: $SURECALL_CACHE, or the system's cache folder. */
export declare function cacheFolder(): string

/** The path of a model with random weights, made at the first call and reused afterwards. */
export declare function ensureRandomModel(options?: {
  preset?: Preset
  seed?: number
  shape?: Partial<Shape>
  output?: string
}): Promise<string>

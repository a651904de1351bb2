// Makes a model of architecture qwen3 with random weights: Qwen's real vocabulary and chat template, any size.
//
//   node scripts/make-model.mjs --preset tiny|small|qwen3-0.6b [--seed N] [--output FILE]
//   node scripts/make-model.mjs --layers 4 --width 256 --heads 4 --kv-heads 2 --head-size 64 --ffn 512
//
// Its answers are nonsense, which is what tests of a guarantee need; its cost is that of a trained model of its size.
// Models go to a cache folder ($SURECALL_CACHE, or the system's), are made once, and are never part of the repository.

import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { root } from './toolchain.mjs'
import { randomQwen3 } from './gguf/qwen3.mjs'
import { readMetadata } from './gguf/reader.mjs'
import { writeGguf } from './gguf/writer.mjs'
import { ensureVendor } from './vendor.mjs'

/** @import { Shape } from './gguf/qwen3.mjs' */

/** @type {Record<string, Shape>} */
export const PRESETS = {
  tiny: { layers: 2, width: 64, heads: 2, kvHeads: 1, headSize: 32, ffn: 128, context: 40960 },
  small: { layers: 6, width: 256, heads: 4, kvHeads: 2, headSize: 64, ffn: 768, context: 40960 },
  'qwen3-0.6b': { layers: 28, width: 1024, heads: 16, kvHeads: 8, headSize: 128, ffn: 3072, context: 40960 },
}

/** Counts up when the same parameters come to mean other weights. */
const GENERATION = 1
const MARKER = 'surecall.random.parameters'

const models = join(root, 'vendor', 'llama.cpp', 'models')

export function cacheFolder() {
  const own = process.env.SURECALL_CACHE
  if (own) return resolve(own)
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'surecall')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'surecall')
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'surecall')
}

/** What the file says it was made with, if it is one of ours; the first bytes are enough to know. */
function madeWith(/** @type {string} */ path) {
  if (!existsSync(path)) return undefined
  const head = Buffer.alloc(4096)
  const fd = openSync(path, 'r')
  try {
    readSync(fd, head, 0, head.length, 0)
    return readMetadata(head, { only: MARKER }).get(MARKER)?.value
  } catch {
    return undefined
  } finally {
    closeSync(fd)
  }
}

/** @param {Shape} shape */
function check(shape) {
  for (const [key, value] of Object.entries(shape)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${key} must be a positive integer`)
  }
  for (const key of /** @type {const} */ (['width', 'headSize', 'ffn'])) {
    if (shape[key] % 32 !== 0) throw new Error(`${key} must be a multiple of 32, not ${shape[key]}`)
  }
  if (shape.heads % shape.kvHeads !== 0) throw new Error('heads must be a multiple of kvHeads')
}

/**
 * @param {{ preset?: string, seed?: number, shape?: Partial<Shape>, output?: string }} [options]
 * @returns {Promise<string>} the path of the model, made now or before
 */
export async function ensureRandomModel({ preset = 'tiny', seed = 1, shape: changes = {}, output } = {}) {
  const base = PRESETS[preset]
  if (base === undefined) throw new Error(`no preset ${preset}; there are ${Object.keys(PRESETS).join(', ')}`)
  const shape = { ...base, ...changes }
  check(shape)
  if (!Number.isSafeInteger(seed)) throw new Error('seed must be an integer')

  const isPreset = JSON.stringify(shape) === JSON.stringify(base)
  const { layers, width, heads, kvHeads, headSize, ffn, context } = shape
  const size = isPreset ? preset : `l${layers}w${width}h${heads}-${kvHeads}x${headSize}f${ffn}c${context}`
  const name = `random-qwen3-${size}-seed${seed}`
  const path = output ? resolve(output) : join(cacheFolder(), 'models', `${name}.gguf`)
  const parameters = JSON.stringify({ generation: GENERATION, seed, ...shape })
  if (madeWith(path) === parameters) return path

  ensureVendor()
  const vocabulary = join(models, 'ggml-vocab-qwen2.gguf')
  const template = join(models, 'templates', 'Qwen-Qwen3-0.6B.jinja')
  const { metadata, tensors } = randomQwen3({ shape, seed, name, vocabulary, template, marker: [MARKER, parameters] })
  writeGguf(path, metadata, tensors)
  return path
}

const FLAGS = { layers: 'layers', width: 'width', heads: 'heads', 'kv-heads': 'kvHeads', 'head-size': 'headSize', ffn: 'ffn', context: 'context' }

async function main() {
  const sizes = Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, /** @type {const} */ ({ type: 'string' })]))
  const { values } = parseArgs({
    options: { preset: { type: 'string' }, seed: { type: 'string' }, output: { type: 'string' }, ...sizes },
  })
  const given = /** @type {Record<string, string | undefined>} */ (values)
  const shape = Object.fromEntries(
    Object.entries(FLAGS).flatMap(([flag, key]) => (given[flag] === undefined ? [] : [[key, Number(given[flag])]])),
  )
  const seed = given.seed === undefined ? undefined : Number(given.seed)
  console.log(await ensureRandomModel({ preset: given.preset, seed, shape, output: given.output }))
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main().catch((/** @type {Error} */ error) => {
    console.error(`make-model: ${error.message}`)
    process.exitCode = 1
  })
}

// A tiny random model in several files, as gguf-split makes them of large ones.

import { join } from 'node:path'
import { PRESETS } from '../../scripts/make-model.mjs'
import { Type } from '../../scripts/gguf/format.mjs'
import { randomQwen3 } from '../../scripts/gguf/qwen3.mjs'
import { writeGguf } from '../../scripts/gguf/writer.mjs'
import { root } from '../../scripts/toolchain.mjs'

const COUNT = 3

/** Writes the model whole and in three parts, of which the first has no tensors. */
export function writeSplitModel(/** @type {string} */ folder) {
  const models = join(root, 'vendor', 'llama.cpp', 'models')
  const { metadata, tensors } = randomQwen3({
    shape: /** @type {import('../../scripts/gguf/qwen3.mjs').Shape} */ (PRESETS.tiny),
    seed: 1,
    name: 'split',
    vocabulary: join(models, 'ggml-vocab-qwen2.gguf'),
    template: join(models, 'templates', 'Qwen-Qwen3-0.6B.jinja'),
    marker: ['surecall.random.parameters', 'split'],
  })
  const whole = join(folder, 'whole.gguf')
  writeGguf(whole, metadata, tensors)
  const middle = Math.floor(tensors.length / 2)
  const parts = [[], tensors.slice(0, middle), tensors.slice(middle)].map((part, i) => {
    const path = join(folder, `m-0000${i + 1}-of-0000${COUNT}.gguf`)
    const split = new Map([
      ['split.no', { type: Type.uint16, value: i }],
      ['split.count', { type: Type.uint16, value: COUNT }],
      ['split.tensors.count', { type: Type.int32, value: tensors.length }],
    ])
    writeGguf(path, i === 0 ? new Map([...metadata, ...split]) : split, part)
    return path
  })
  return { whole, first: /** @type {string} */ (parts[0]), parts }
}

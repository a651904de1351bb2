// Writes a GGUF file as a stream: the header first, then one tensor after the other, so that a model never has to
// fit into memory.

import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { ALIGNMENT, MAGIC, Q8_0_BLOCK, Q8_0_BYTES, TensorType, Type, VERSION } from './format.mjs'

/**
 * @import { Metadata } from './format.mjs'
 *
 * @typedef {object} Tensor
 * @property {string} name
 * @property {readonly number[]} shape fastest dimension first, as ggml has it: [columns, rows]
 * @property {number} type
 * @property {() => Iterable<Uint8Array>} data the bytes of the tensor in pieces of any size
 */

const pad = (/** @type {number} */ size) => (ALIGNMENT - (size % ALIGNMENT)) % ALIGNMENT

/** @param {Pick<Tensor, 'shape' | 'type' | 'name'>} tensor */
export function tensorBytes({ name, shape, type }) {
  const elements = shape.reduce((product, n) => product * n, 1)
  if (type === TensorType.F32) return elements * 4
  if (type !== TensorType.Q8_0) throw new Error(`${name}: tensor type ${type} cannot be written`)
  if (shape[0] === undefined || shape[0] % Q8_0_BLOCK !== 0) {
    throw new Error(`${name}: rows of Q8_0 must be a multiple of ${Q8_0_BLOCK}, not ${shape[0]}`)
  }
  return (elements / Q8_0_BLOCK) * Q8_0_BYTES
}

/** Grows as it is written to. */
class Bytes {
  #buffer = Buffer.alloc(1 << 20)
  #size = 0

  /** Room for so many bytes; the buffer may be another one afterwards. */
  #reserve(/** @type {number} */ bytes) {
    const at = this.#size
    this.#size += bytes
    if (this.#size > this.#buffer.length) {
      const grown = Buffer.alloc(this.#size * 2)
      this.#buffer.copy(grown)
      this.#buffer = grown
    }
    return at
  }

  u32(/** @type {number} */ n) {
    const at = this.#reserve(4)
    this.#buffer.writeUInt32LE(n, at)
  }

  u64(/** @type {number} */ n) {
    const at = this.#reserve(8)
    this.#buffer.writeBigUInt64LE(BigInt(n), at)
  }

  string(/** @type {string} */ text) {
    const length = Buffer.byteLength(text)
    this.u64(length)
    const at = this.#reserve(length)
    this.#buffer.write(text, at, 'utf8')
  }

  scalar(/** @type {number} */ type, /** @type {unknown} */ value) {
    if (type === Type.string) return this.string(String(value))
    const size = { [Type.bool]: 1, [Type.uint16]: 2, [Type.uint32]: 4, [Type.int32]: 4, [Type.float32]: 4, [Type.uint64]: 8 }[type]
    if (size === undefined) throw new Error(`value type ${type} cannot be written`)
    const at = this.#reserve(size)
    if (type === Type.bool) this.#buffer.writeUInt8(value ? 1 : 0, at)
    else if (type === Type.uint16) this.#buffer.writeUInt16LE(Number(value), at)
    else if (type === Type.uint32) this.#buffer.writeUInt32LE(Number(value), at)
    else if (type === Type.int32) this.#buffer.writeInt32LE(Number(value), at)
    else if (type === Type.float32) this.#buffer.writeFloatLE(Number(value), at)
    else this.#buffer.writeBigUInt64LE(BigInt(/** @type {number} */ (value)), at)
  }

  padded() {
    this.#reserve(pad(this.#size))
    return this.#buffer.subarray(0, this.#size)
  }
}

/** @param {Metadata} metadata @param {readonly Tensor[]} tensors */
function header(metadata, tensors) {
  const out = new Bytes()
  out.u32(MAGIC)
  out.u32(VERSION)
  out.u64(tensors.length)
  out.u64(metadata.size)
  for (const [key, entry] of metadata) {
    out.string(key)
    out.u32(entry.type)
    if (entry.type !== Type.array) {
      out.scalar(entry.type, entry.value)
      continue
    }
    const list = /** @type {import('./format.mjs').List} */ (entry)
    out.u32(list.of)
    out.u64(list.value.length)
    for (const item of list.value) out.scalar(list.of, item)
  }
  let offset = 0
  for (const tensor of tensors) {
    out.string(tensor.name)
    out.u32(tensor.shape.length)
    for (const n of tensor.shape) out.u64(n)
    out.u32(tensor.type)
    out.u64(offset)
    const bytes = tensorBytes(tensor)
    offset += bytes + pad(bytes)
  }
  return out.padded()
}

/**
 * Writes a file under a temporary name and renames it, so that a file of this name is always whole.
 * @param {string} path
 * @param {Metadata} metadata
 * @param {readonly Tensor[]} tensors
 * @returns {number} the bytes written
 */
export function writeGguf(path, metadata, tensors) {
  mkdirSync(dirname(path), { recursive: true })
  const partial = `${path}.partial-${process.pid}`
  const fd = openSync(partial, 'w')
  let written = 0
  const put = (/** @type {Uint8Array} */ bytes) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    written += bytes.length
  }
  try {
    put(header(metadata, tensors))
    for (const tensor of tensors) {
      const start = written
      for (const piece of tensor.data()) put(piece)
      const expected = tensorBytes(tensor)
      if (written - start !== expected) throw new Error(`${tensor.name}: ${written - start} bytes, expected ${expected}`)
      put(new Uint8Array(pad(expected)))
    }
    closeSync(fd)
    renameSync(partial, path)
    return written
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

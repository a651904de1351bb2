// Reads the metadata of a GGUF file.

import { readFileSync } from 'node:fs'
import { MAGIC, Type, VERSION } from './format.mjs'

/** @import { Metadata, Value } from './format.mjs' */

/** A cursor over the bytes of a file. */
class Cursor {
  #at = 0
  #bytes
  #view

  constructor(/** @type {Buffer} */ bytes) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** @template T @param {number} size @param {(at: number) => T} read */
  #take(size, read) {
    const value = read(this.#at)
    this.#at += size
    return value
  }

  u32 = () => this.#take(4, (at) => this.#view.getUint32(at, true))
  count = () => Number(this.#take(8, (at) => this.#view.getBigUint64(at, true)))

  string() {
    const length = this.count()
    return this.#take(length, (at) => this.#bytes.toString('utf8', at, at + length))
  }

  scalar(/** @type {number} */ type) {
    switch (type) {
      case Type.uint8:
        return this.#take(1, (at) => this.#view.getUint8(at))
      case Type.int8:
        return this.#take(1, (at) => this.#view.getInt8(at))
      case Type.uint16:
        return this.#take(2, (at) => this.#view.getUint16(at, true))
      case Type.int16:
        return this.#take(2, (at) => this.#view.getInt16(at, true))
      case Type.uint32:
        return this.u32()
      case Type.int32:
        return this.#take(4, (at) => this.#view.getInt32(at, true))
      case Type.float32:
        return this.#take(4, (at) => this.#view.getFloat32(at, true))
      case Type.bool:
        return this.#take(1, (at) => this.#view.getUint8(at) !== 0)
      case Type.string:
        return this.string()
      case Type.uint64:
        return this.#take(8, (at) => this.#view.getBigUint64(at, true))
      case Type.int64:
        return this.#take(8, (at) => this.#view.getBigInt64(at, true))
      case Type.float64:
        return this.#take(8, (at) => this.#view.getFloat64(at, true))
      default:
        throw new Error(`unknown value type ${type}`)
    }
  }

  /** @returns {Value} */
  value() {
    const type = this.u32()
    if (type !== Type.array) return { type, value: this.scalar(type) }
    const of = this.u32()
    const value = Array.from({ length: this.count() }, () => this.scalar(of))
    return { type: Type.array, of, value }
  }
}

/**
 * The key-value pairs of a GGUF file, in the order of the file.
 * @param {string | Buffer} source a path, or the file's bytes
 * @param {{ only?: string }} [options] only: stop after this key; then the beginning of a file is enough
 * @returns {Metadata}
 */
export function readMetadata(source, { only } = {}) {
  const name = typeof source === 'string' ? source : 'buffer'
  const cursor = new Cursor(typeof source === 'string' ? readFileSync(source) : source)
  try {
    if (cursor.u32() !== MAGIC) throw new Error('the magic number is missing')
    const version = cursor.u32()
    if (version !== VERSION) throw new Error(`version ${version} is not supported`)
    cursor.count() // tensors
    const metadata = new Map()
    for (let left = cursor.count(); left > 0; left--) {
      const key = cursor.string()
      metadata.set(key, cursor.value())
      if (key === only) break
    }
    return metadata
  } catch (error) {
    const reason = error instanceof RangeError ? 'it is truncated' : error instanceof Error ? error.message : error
    throw new Error(`${name} is not a readable GGUF file: ${reason}`, { cause: error })
  }
}

// Seeded random weights, fast enough to fill hundreds of megabytes in seconds, and the same on every machine.
//
// The generator is xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32 from the model's seed and the
// tensor's name, so that a tensor's weights do not depend on which tensors were made before it.

import { Q8_0_BLOCK, Q8_0_BYTES } from './format.mjs'

const BLOCKS_PER_PIECE = 1 << 16

/** @param {number} seed @param {string} name */
export function generator(seed, name) {
  let state = seed | 0
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x9e3779b1)
  const split = () => {
    state = (state + 0x9e3779b9) | 0
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
  return new Xoshiro128(split(), split(), split(), split())
}

class Xoshiro128 {
  /** @param {number} a @param {number} b @param {number} c @param {number} d */
  constructor(a, b, c, d) {
    this.state = Int32Array.of(a, b, c, d)
  }

  /** Fills with 32-bit words. The state lives in locals here: this loop makes all of the weights. */
  fill(/** @type {Uint32Array} */ words) {
    let [a = 0, b = 0, c = 0, d = 0] = this.state
    for (let i = 0; i < words.length; i++) {
      const five = Math.imul(b, 5)
      words[i] = Math.imul((five << 7) | (five >>> 25), 9)
      const t = b << 9
      c ^= a
      d ^= b
      b ^= c
      a ^= d
      c ^= t
      d = (d << 11) | (d >>> 21)
    }
    this.state.set([a, b, c, d])
  }

  /** Uniform in [-1, 1). */
  *signed(/** @type {number} */ count) {
    const words = new Uint32Array(count)
    this.fill(words)
    for (const word of words) yield word / 2 ** 31 - 1
  }
}

/** The bits of a number as a half-precision float; normal numbers are enough for scales. */
export function half(/** @type {number} */ value) {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15
  if (exponent <= 0 || exponent >= 31) throw new Error(`${value} is out of range for a scale`)
  // Adding half a unit in the last place rounds, and carries into the exponent as it should.
  return ((bits >>> 16) & 0x8000) | (((exponent << 10) | ((bits >>> 13) & 0x3ff)) + ((bits >>> 12) & 1))
}

/**
 * A Q8_0 tensor: every weight is a random signed byte times one scale, hence uniform with the wanted deviation.
 * @param {number} elements @param {number} deviation @param {number} seed @param {string} name
 */
export function* q8(elements, deviation, seed, name) {
  const random = generator(seed, name)
  const scale = half(deviation / Math.sqrt((256 ** 2 - 1) / 12))
  const words = new Uint32Array((BLOCKS_PER_PIECE * Q8_0_BYTES) / 4)
  const bytes = new Uint8Array(words.buffer)
  for (let left = elements / Q8_0_BLOCK; left > 0; left -= BLOCKS_PER_PIECE) {
    random.fill(words)
    for (let at = 0; at < bytes.length; at += Q8_0_BYTES) {
      bytes[at] = scale & 0xff
      bytes[at + 1] = scale >>> 8
    }
    yield left < BLOCKS_PER_PIECE ? bytes.subarray(0, left * Q8_0_BYTES) : bytes
  }
}

/**
 * An F32 vector around a centre: the weights of a norm.
 * @param {number} elements @param {number} centre @param {number} spread @param {number} seed @param {string} name
 */
export function* norm(elements, centre, spread, seed, name) {
  const values = Float32Array.from(generator(seed, name).signed(elements), (u) => centre + spread * u)
  yield new Uint8Array(values.buffer)
}

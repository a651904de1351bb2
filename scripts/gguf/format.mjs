// The numbers of the GGUF file format, version 3: a header, key-value pairs, tensor descriptions, aligned tensor data.
// All of it is little-endian; a string is its length (u64) and its UTF-8 bytes.

export const MAGIC = 0x46554747 // "GGUF"
export const VERSION = 3
export const ALIGNMENT = 32

/** Types of values. */
export const Type = /** @type {const} */ ({
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
})

/** Types of tensors (of the many, those written here). */
export const TensorType = /** @type {const} */ ({ F32: 0, Q8_0: 8 })

/** A block of Q8_0: one half-precision scale and 32 signed bytes. */
export const Q8_0_BLOCK = 32
export const Q8_0_BYTES = 34

/** Kinds of tokens, as in tokenizer.ggml.token_type. */
export const TokenType = /** @type {const} */ ({ normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 })

/**
 * @typedef {{ type: number, value: string | number | bigint | boolean }} Scalar
 * @typedef {{ type: 9, of: number, value: (string | number | bigint | boolean)[] }} List
 * @typedef {Scalar | List} Value
 * @typedef {Map<string, Value>} Metadata
 */

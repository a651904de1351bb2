// A model of architecture qwen3: its metadata, vocabulary and tensors, with random weights.

import { readFileSync } from 'node:fs'
import { TensorType, TokenType, Type } from './format.mjs'
import { norm, q8 } from './random.mjs'
import { readMetadata } from './reader.mjs'

/**
 * @import { Metadata, Value } from './format.mjs'
 * @import { Tensor } from './writer.mjs'
 *
 * @typedef {object} Shape
 * @property {number} layers
 * @property {number} width
 * @property {number} heads
 * @property {number} kvHeads
 * @property {number} headSize
 * @property {number} ffn
 * @property {number} context
 */

/**
 * Qwen 3's tokens from 151643 on, in the order of its tokenizer. The names in <|...|> are control tokens; the others
 * are ordinary text to the model's users and are detokenised as they stand. 151669 to 151935 are padding.
 */
const FIRST_ADDED = 151643
const ADDED = [
  ...['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|object_ref_start|>', '<|object_ref_end|>', '<|box_start|>'],
  ...['<|box_end|>', '<|quad_start|>', '<|quad_end|>', '<|vision_start|>', '<|vision_end|>', '<|vision_pad|>'],
  ...['<|image_pad|>', '<|video_pad|>', '<tool_call>', '</tool_call>', '<|fim_prefix|>', '<|fim_middle|>'],
  ...['<|fim_suffix|>', '<|fim_pad|>', '<|repo_name|>', '<|file_sep|>', '<tool_response>', '</tool_response>'],
  ...['<think>', '</think>'],
]
const END_OF_TEXT = 151643
const END_OF_TURN = 151645

const string = (/** @type {string} */ value) => ({ type: Type.string, value })
const u32 = (/** @type {number} */ value) => ({ type: Type.uint32, value })
const f32 = (/** @type {number} */ value) => ({ type: Type.float32, value })

/** @param {Metadata} source @param {string} key */
function list(source, key) {
  const entry = source.get(key)
  if (entry === undefined || !Array.isArray(entry.value)) throw new Error(`the vocabulary file has no ${key}`)
  return entry.value
}

/**
 * The tokenizer's part of the metadata.
 * @param {string} vocabulary path of ggml-vocab-qwen2.gguf @param {string} template path of the chat template
 */
function tokenizer(vocabulary, template) {
  const source = readMetadata(vocabulary)
  const tokens = [...list(source, 'tokenizer.ggml.tokens')]
  const types = [...list(source, 'tokenizer.ggml.token_type')]
  for (let id = FIRST_ADDED; id < tokens.length; id++) {
    const text = ADDED[id - FIRST_ADDED]
    tokens[id] = text ?? `[PAD${id}]`
    types[id] = text === undefined ? TokenType.unused : text.startsWith('<|') ? TokenType.control : TokenType.userDefined
  }
  /** @type {Metadata} */
  const metadata = new Map(
    /** @type {[string, Value][]} */ ([
      ['tokenizer.ggml.model', string('gpt2')],
      ['tokenizer.ggml.pre', string('qwen2')],
      ['tokenizer.ggml.tokens', { type: Type.array, of: Type.string, value: tokens }],
      ['tokenizer.ggml.token_type', { type: Type.array, of: Type.int32, value: types }],
      [
        'tokenizer.ggml.merges',
        { type: Type.array, of: Type.string, value: list(source, 'tokenizer.ggml.merges') },
      ],
      ['tokenizer.ggml.eos_token_id', u32(END_OF_TURN)],
      ['tokenizer.ggml.padding_token_id', u32(END_OF_TEXT)],
      ['tokenizer.ggml.bos_token_id', u32(END_OF_TEXT)],
      ['tokenizer.ggml.add_bos_token', { type: Type.bool, value: false }],
      ['tokenizer.chat_template', string(readFileSync(template, 'utf8'))],
    ]),
  )
  return { metadata, size: tokens.length }
}

/** @param {Shape} shape @param {string} name @returns {Metadata} */
function architecture(shape, name) {
  return new Map(
    /** @type {[string, Value][]} */ ([
      ['general.architecture', string('qwen3')],
      ['general.name', string(name)],
      ['general.file_type', u32(7)], // mostly Q8_0
      ['general.quantization_version', u32(2)],
      ['qwen3.block_count', u32(shape.layers)],
      ['qwen3.context_length', u32(shape.context)],
      ['qwen3.embedding_length', u32(shape.width)],
      ['qwen3.feed_forward_length', u32(shape.ffn)],
      ['qwen3.attention.head_count', u32(shape.heads)],
      ['qwen3.attention.head_count_kv', u32(shape.kvHeads)],
      ['qwen3.attention.key_length', u32(shape.headSize)],
      ['qwen3.attention.value_length', u32(shape.headSize)],
      ['qwen3.rope.freq_base', f32(1e6)],
      ['qwen3.attention.layer_norm_rms_epsilon', f32(1e-6)],
    ]),
  )
}

/**
 * The tensors. A matrix keeps the variance of its input (deviation 1/sqrt(columns)), so every layer adds about one unit
 * to the residual stream. The tied embedding is scaled to logits of deviation 2: small enough beside the layers'
 * additions that the last token is not simply the likeliest next one. The norms of queries and keys are at 2, which
 * makes attention pick out single tokens, so that every part of the context matters.
 * @param {Shape} shape @param {number} vocabulary @param {number} seed @returns {Tensor[]}
 */
function tensors(shape, vocabulary, seed) {
  const { layers, width, heads, kvHeads, headSize, ffn } = shape

  /** @returns {Tensor} */
  const matrix = (/** @type {string} */ name, /** @type {number} */ columns, /** @type {number} */ rows, gain = 1) => ({
    name,
    shape: [columns, rows],
    type: TensorType.Q8_0,
    data: () => q8(columns * rows, gain / Math.sqrt(columns), seed, name),
  })
  /** @returns {Tensor} */
  const vector = (/** @type {string} */ name, /** @type {number} */ size, centre = 1) => ({
    name,
    shape: [size],
    type: TensorType.F32,
    data: () => norm(size, centre, 0.1, seed, name),
  })
  const layer = (/** @type {string} */ prefix) => [
    vector(`${prefix}.attn_norm.weight`, width),
    matrix(`${prefix}.attn_q.weight`, width, heads * headSize),
    matrix(`${prefix}.attn_k.weight`, width, kvHeads * headSize),
    matrix(`${prefix}.attn_v.weight`, width, kvHeads * headSize),
    vector(`${prefix}.attn_q_norm.weight`, headSize, 2),
    vector(`${prefix}.attn_k_norm.weight`, headSize, 2),
    matrix(`${prefix}.attn_output.weight`, heads * headSize, width),
    vector(`${prefix}.ffn_norm.weight`, width),
    matrix(`${prefix}.ffn_gate.weight`, width, ffn),
    matrix(`${prefix}.ffn_up.weight`, width, ffn),
    matrix(`${prefix}.ffn_down.weight`, ffn, width),
  ]
  return [
    matrix('token_embd.weight', width, vocabulary, 2),
    ...Array.from({ length: layers }, (_, i) => layer(`blk.${i}`)).flat(),
    vector('output_norm.weight', width),
  ]
}

/**
 * Everything that writeGguf needs.
 * @param {{ shape: Shape, seed: number, name: string, vocabulary: string, template: string, marker: [string, string] }} options
 *   marker: a key of our own, written first, by which a finished file is recognised
 */
export function randomQwen3({ shape, seed, name, vocabulary, template, marker }) {
  const tokens = tokenizer(vocabulary, template)
  /** @type {Metadata} */
  const metadata = new Map([[marker[0], string(marker[1])], ...architecture(shape, name), ...tokens.metadata])
  return { metadata, tensors: tensors(shape, tokens.size, seed) }
}

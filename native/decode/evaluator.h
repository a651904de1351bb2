#pragma once
// Where logits come from. The decoder asks for them by sequence and never says what to compute: what is in
// the cache, what has to be cut off and what has to be evaluated follows from the tokens alone.

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocab/vocabulary.h"

namespace surecall {

class Evaluator {
 public:
  /// Most lengths that one evaluate() takes, and most tokens from the first of them to the end. Bounds the
  /// memory for logits: one row of Qwen's vocabulary is 600 KB.
  static constexpr size_t kMaxRows = 32;
  static constexpr size_t kMaxDraft = 64;

  virtual ~Evaluator() = default;

  /// Logits of the token that follows `tokens`, or null if the last evaluate() did not compute them.
  /// Valid until the next evaluate().
  virtual const float* logits(std::span<const TokenId> tokens) = 0;

  /// Makes known the logits after the first n of `tokens`, for each n of `lengths` (ascending, from 1 on, the
  /// last being tokens.size()). What is in the cache is not evaluated again, but for the tokens that need
  /// logits. Returns how many tokens the cache provided. Throws Error.
  virtual size_t evaluate(std::span<const TokenId> tokens, std::span<const size_t> lengths) = 0;
};

}  // namespace surecall

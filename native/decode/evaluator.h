#pragma once
// Where logits come from. The decoder asks for them by sequence and never says what to compute: what is in
// the cache, what has to be cut off and what has to be evaluated follows from the tokens alone.

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocab/vocabulary.h"

namespace surecall {

/// What an answer needs before it can go on: the logits after the first n of `tokens`, for each n of `lengths`
/// (ascending, from 1 on, the last being tokens.size()).
struct Demand {
  /// Most lengths of one demand, and most tokens from the first of them to the end. Bounds the memory for logits (one row
  /// of Qwen's vocabulary is 600 KB): all rows of a demand come from one batch.
  static constexpr size_t kMaxRows = 32;
  static constexpr size_t kMaxDraft = 64;

  std::span<const TokenId> tokens;
  std::span<const size_t> lengths;
};

/// The logits of what was evaluated last.
class Rows {
 public:
  virtual ~Rows() = default;
  /// Logits of the token that follows the first `length` tokens of the last demand, which must have asked for them.
  /// Valid until the next evaluation.
  virtual const float* row(size_t length) = 0;
};

/// Evaluates one answer by itself.
class Evaluator : public Rows {
 public:
  /// What is in the cache is not evaluated again, but for the tokens that need logits. Returns how many tokens the cache
  /// provided. Throws Error.
  virtual size_t evaluate(const Demand& demand) = 0;
};

}  // namespace surecall

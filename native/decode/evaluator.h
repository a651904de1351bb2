#pragma once
// Where logits come from. The decoder asks for them by sequence and never says what to compute: what is in the cache,
// what has to be cut off and what has to be evaluated follows from the tokens alone.

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocab/vocabulary.h"

namespace surecall {

class Evaluator {
 public:
  virtual ~Evaluator() = default;

  /// Logits of the token that follows `tokens`, or null if the last evaluate() did not compute them.
  /// Valid until the next evaluate().
  virtual const float* logits(std::span<const TokenId> tokens) = 0;

  /// Makes logits() known after `tokens` and after each of its prefixes of at least `first` tokens (first >= 1).
  /// Tokens that are in the cache already are not evaluated again, but for the last ones that need logits.
  /// Returns how many tokens the cache provided. Throws Error.
  virtual size_t evaluate(std::span<const TokenId> tokens, size_t first) = 0;

  /// Most prefixes that one evaluate() can make known.
  virtual size_t max_rows() const = 0;
};

}  // namespace surecall

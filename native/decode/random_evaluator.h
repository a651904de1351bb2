#pragma once
// Logits out of nothing, for random-walk tests: whatever a model might say, the answer must be valid.

#include <cstdint>
#include <vector>

#include "decode/evaluator.h"

namespace surecall {

/// The logits after n tokens depend on the seed and on n alone, so that the same walk is taken with and
/// without fast-forward. They are uniform in [0, 4); at a quarter of the positions the single-byte tokens get
/// 4 more, because otherwise one quote among 150,000 tokens would never close a string before its length
/// limit does.
class RandomEvaluator final : public Evaluator {
 public:
  RandomEvaluator(const Vocabulary& vocabulary, uint64_t seed);

  const float* row(size_t length) override;
  size_t evaluate(const Demand& demand) override;

 private:
  uint64_t seed_;
  std::vector<TokenId> short_tokens_;
  std::vector<float> row_;
  size_t row_position_ = 0;  // 0: none
};

}  // namespace surecall

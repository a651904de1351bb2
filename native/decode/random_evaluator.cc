#include "decode/random_evaluator.h"

#include "support/hash.h"

namespace surecall {

RandomEvaluator::RandomEvaluator(const Vocabulary& vocabulary, uint64_t seed)
    : seed_(seed), row_(vocabulary.size()) {
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.bytes(id).size() == 1) short_tokens_.push_back(id);
  }
}

const float* RandomEvaluator::row(size_t position) {
  if (position == row_position_) return row_.data();
  uint64_t state = hash_mix(seed_, position);
  const bool short_ones = (state & 3) == 0;
  constexpr float kTo4 = 4.0f / (1 << 24);
  for (size_t i = 0; i < row_.size(); i += 2) {
    state = hash_mix(state, 0);
    row_[i] = static_cast<float>(state >> 40) * kTo4;
    if (i + 1 < row_.size()) row_[i + 1] = static_cast<float>(state & 0xffffff) * kTo4;
  }
  if (short_ones) {
    for (const TokenId id : short_tokens_) row_[id] += 4;
  }
  row_position_ = position;
  return row_.data();
}

size_t RandomEvaluator::evaluate(const Demand&) { return 0; }

}  // namespace surecall

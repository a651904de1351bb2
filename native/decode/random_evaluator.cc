#include "decode/random_evaluator.h"

#include "support/hash.h"

namespace surecall {

RandomEvaluator::RandomEvaluator(const Vocabulary& vocabulary, uint64_t seed) : seed_(seed), row_(vocabulary.size()) {
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.bytes(id).size() == 1) short_tokens_.push_back(id);
  }
}

const float* RandomEvaluator::logits(std::span<const TokenId> tokens) {
  const size_t position = tokens.size();
  if (position < first_ || position > last_) return nullptr;
  if (position == row_position_) return row_.data();
  uint64_t state = hash_mix(seed_, position);
  const bool short_ones = (state & 3) == 0;
  for (float& logit : row_) {
    state = hash_mix(state, 0);
    logit = static_cast<float>(state >> 40) * (4.0f / (1 << 24));
  }
  if (short_ones) {
    for (const TokenId id : short_tokens_) row_[id] += 4;
  }
  row_position_ = position;
  return row_.data();
}

size_t RandomEvaluator::evaluate(std::span<const TokenId> tokens, size_t first) {
  first_ = first;
  last_ = tokens.size();
  return 0;
}

}  // namespace surecall

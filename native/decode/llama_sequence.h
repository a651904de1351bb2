#pragma once
// One sequence of a llama.cpp context as an evaluator: remembers which tokens are in the KV cache and
// evaluates the difference to what is asked for. That alone is the prefix cache: a prompt that begins like
// the previous one costs only its end.

#include <utility>
#include <vector>

#include "decode/evaluator.h"

struct llama_context;

namespace surecall {

class LlamaSequence final : public Evaluator {
 public:
  /// `sequence` is the number of the slot in the context. The context must outlive this object.
  LlamaSequence(llama_context* context, int32_t sequence, uint32_t vocabulary_size);

  const float* logits(std::span<const TokenId> tokens) override;
  /// Throws Error: SURECALL_ABORTED, SURECALL_CONTEXT_TOO_SMALL, SURECALL_NATIVE. The cache is empty after a
  /// failure.
  size_t evaluate(std::span<const TokenId> tokens, std::span<const size_t> lengths) override;
  /// Forgets everything.
  void clear();

 private:
  void trim(size_t length);
  void decode(std::span<const TokenId> tokens, size_t begin, size_t end, std::span<const size_t> lengths);

  llama_context* context_;
  int32_t sequence_;
  uint32_t vocabulary_size_;
  std::vector<TokenId> cached_;
  std::vector<std::pair<size_t, int32_t>> rows_;  // length, index in the last batch
};

}  // namespace surecall

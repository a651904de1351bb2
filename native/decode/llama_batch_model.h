#pragma once
// A llama.cpp context as a BatchModel. The KV cache is unified: one pool of cells, each with the set of sequences that it
// belongs to.

#include <vector>

#include "decode/batch_model.h"

struct llama_context;

namespace surecall {

class LlamaBatchModel final : public BatchModel {
 public:
  /// The context must outlive this object.
  LlamaBatchModel(llama_context* context, const Limits& limits);

  const Limits& limits() const override { return limits_; }
  Status evaluate(std::span<const BatchToken> batch) override;
  const float* row(size_t index) override;
  void share(SequenceId from, SequenceId to, size_t begin, size_t end) override;
  bool cut(SequenceId sequence, size_t begin) override;
  bool holds(SequenceId sequence, size_t length) override;
  std::vector<uint8_t> save(SequenceId sequence) override;
  bool restore(SequenceId sequence, std::span<const uint8_t> state) override;
  void clear() override;

 private:
  llama_context* context_;
  Limits limits_;
  int32_t window_;  // of sliding-window attention; 0: none
  // The arrays of a llama_batch.
  std::vector<int32_t> ids_, positions_, sequence_counts_;
  std::vector<SequenceId> sequences_;  // all ids in order: tokens point to theirs
  std::vector<SequenceId*> sequence_lists_;
  std::vector<int8_t> wanted_;
};

}  // namespace surecall

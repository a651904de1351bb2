#include "decode/llama_batch_model.h"

#include <llama.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "decode/llama_runtime.h"
#include "support/error.h"

namespace surecall {

LlamaBatchModel::LlamaBatchModel(llama_context* context, const Limits& limits)
    : context_(context), limits_(limits), window_(llama_model_n_swa(llama_get_model(context))) {
  sequence_counts_.assign(limits.tokens, 1);
  for (auto* array : {&ids_, &positions_}) array->resize(limits.tokens);
  wanted_.resize(limits.tokens);
  sequence_lists_.resize(limits.tokens);
  sequences_.resize(limits.sequences);
  std::iota(sequences_.begin(), sequences_.end(), 0);
}

BatchModel::Status LlamaBatchModel::evaluate(std::span<const BatchToken> batch) {
  // llama.cpp asserts what is checked here.
  size_t rows = 0;
  for (const BatchToken& token : batch) rows += token.row;
  if (batch.empty() || batch.size() > limits_.tokens || rows > limits_.rows)
    throw Error("SURECALL_INTERNAL", "the batch is larger than the context allows");
  for (size_t i = 0; i < batch.size(); ++i) {
    ids_[i] = static_cast<int32_t>(batch[i].id);
    positions_[i] = static_cast<int32_t>(batch[i].position);
    sequence_lists_[i] = &sequences_[static_cast<size_t>(batch[i].sequence)];
    sequence_counts_[i] = static_cast<int32_t>(batch[i].sequences);
    wanted_[i] = batch[i].row;
  }
  const llama_batch arrays = {static_cast<int32_t>(batch.size()), ids_.data(),           nullptr,       positions_.data(),
                              sequence_counts_.data(),            sequence_lists_.data(), wanted_.data()};
  const LogCapture log;
  int32_t status;
  try {
    status = llama_decode(context_, arrays);
    if (status == 0) llama_synchronize(context_);
  } catch (const std::exception& error) {
    throw Error("SURECALL_NATIVE", std::string("llama.cpp failed: ") + error.what());
  }
  switch (status) {
    case 0:
      return Status::ok;
    case 1:
      return Status::full;
    case 2:
      return Status::aborted;
    default:
      throw Error("SURECALL_NATIVE", "llama_decode failed with status " + std::to_string(status) +
                                         (log.text().empty() ? "" : ": " + log.text()));
  }
}

const float* LlamaBatchModel::row(size_t index) { return llama_get_logits_ith(context_, static_cast<int32_t>(index)); }

void LlamaBatchModel::share(SequenceId from, SequenceId to, size_t begin, size_t end) {
  llama_memory_seq_cp(llama_get_memory(context_), from, to, static_cast<llama_pos>(begin), static_cast<llama_pos>(end));
}

bool LlamaBatchModel::cut(SequenceId sequence, size_t begin) {
  const llama_memory_t memory = llama_get_memory(context_);
  if (begin == 0) return llama_memory_seq_rm(memory, sequence, -1, -1);
  // A sliding window that has moved on may have given up what it would show again.
  if (window_ > 0 && llama_memory_seq_pos_min(memory, sequence) > std::max<llama_pos>(0, static_cast<llama_pos>(begin) - window_)) return false;
  return llama_memory_seq_rm(memory, sequence, static_cast<llama_pos>(begin), -1);
}

bool LlamaBatchModel::holds(SequenceId sequence, size_t length) {
  const llama_memory_t memory = llama_get_memory(context_);
  return llama_memory_seq_pos_min(memory, sequence) == (length == 0 ? -1 : 0) &&
         llama_memory_seq_pos_max(memory, sequence) == static_cast<llama_pos>(length) - 1;
}

std::vector<uint8_t> LlamaBatchModel::save(SequenceId sequence) {
  std::vector<uint8_t> state(llama_state_seq_get_size(context_, sequence));
  if (llama_state_seq_get_data(context_, state.data(), state.size(), sequence) != state.size()) state.clear();
  return state;
}

bool LlamaBatchModel::restore(SequenceId sequence, std::span<const uint8_t> state) {
  const LogCapture log;
  try {
    if (llama_state_seq_set_data(context_, state.data(), state.size(), sequence) == state.size()) return true;
  } catch (const std::exception&) {
  }
  cut(sequence, 0);
  return false;
}

void LlamaBatchModel::clear() { llama_memory_clear(llama_get_memory(context_), /*data=*/false); }

}  // namespace surecall

#include "decode/llama_sequence.h"

#include <llama.h>

#include <algorithm>

#include "decode/llama_runtime.h"
#include "support/error.h"

namespace surecall {

LlamaSequence::LlamaSequence(llama_context* context, int32_t sequence, uint32_t vocabulary_size)
    : context_(context), sequence_(sequence), vocabulary_size_(vocabulary_size) {}

const float* LlamaSequence::logits(std::span<const TokenId> tokens) {
  for (const auto& [length, index] : rows_) {
    if (length != tokens.size()) continue;
    const bool same = std::equal(tokens.begin(), tokens.end(), cached_.begin());
    return same ? llama_get_logits_ith(context_, index) : nullptr;
  }
  return nullptr;
}

size_t LlamaSequence::evaluate(std::span<const TokenId> tokens, std::span<const size_t> lengths) {
  // llama.cpp asserts what is checked here.
  if (lengths.empty() || lengths.size() > kMaxRows || lengths.front() == 0 ||
      lengths.back() != tokens.size() || tokens.size() - lengths.front() >= kMaxDraft ||
      !std::is_sorted(lengths.begin(), lengths.end())) {
    throw Error("SURECALL_INTERNAL", "the evaluation asks for logits that cannot be had in one step");
  }
  for (const TokenId token : tokens) {
    if (token >= vocabulary_size_)
      throw Error("SURECALL_INVALID_OPTION",
                  "token id " + std::to_string(token) + " is not in the vocabulary");
  }
  if (tokens.size() > llama_n_ctx_seq(context_)) {
    throw Error("SURECALL_CONTEXT_TOO_SMALL", std::to_string(tokens.size()) +
                                                  " tokens do not fit in the context of " +
                                                  std::to_string(llama_n_ctx_seq(context_)));
  }

  const size_t first_row = lengths.front() - 1;  // index of the first token that needs logits
  const auto difference = std::mismatch(tokens.begin(), tokens.end(), cached_.begin(), cached_.end()).first;
  trim(std::min(static_cast<size_t>(difference - tokens.begin()), first_row));
  const size_t reused = cached_.size();
  rows_.clear();
  try {
    for (size_t at = reused; at < tokens.size();) {
      size_t end = std::min(tokens.size(), at + llama_n_batch(context_));
      // All logits come from the last batch: the next llama_decode discards those of the one before.
      if (end < tokens.size() && end > first_row) end = first_row;
      decode(tokens, at, end, lengths);
      cached_.insert(cached_.end(), tokens.begin() + static_cast<std::ptrdiff_t>(at),
                     tokens.begin() + static_cast<std::ptrdiff_t>(end));
      at = end;
    }
  } catch (...) {
    clear();
    throw;
  }
  return reused;
}

void LlamaSequence::clear() {
  llama_memory_seq_rm(llama_get_memory(context_), sequence_, -1, -1);
  cached_.clear();
  rows_.clear();
}

void LlamaSequence::trim(size_t length) {
  if (length == cached_.size()) return;
  // Recurrent models keep one state and cannot go back: they start again.
  if (length == 0 ||
      !llama_memory_seq_rm(llama_get_memory(context_), sequence_, static_cast<llama_pos>(length), -1)) {
    clear();
    return;
  }
  cached_.resize(length);
}

void LlamaSequence::decode(std::span<const TokenId> tokens, size_t begin, size_t end,
                           std::span<const size_t> lengths) {
  const size_t count = end - begin;
  std::vector<llama_token> ids(count);
  std::vector<llama_pos> positions(count);
  std::vector<int32_t> sequence_counts(count, 1);
  std::vector<llama_seq_id*> sequences(count, &sequence_);
  std::vector<int8_t> wanted(count, 0);
  for (size_t i = 0; i < count; ++i) {
    ids[i] = static_cast<llama_token>(tokens[begin + i]);
    positions[i] = static_cast<llama_pos>(begin + i);
  }
  for (const size_t length : lengths) {
    if (length <= begin || length > end) continue;
    wanted[length - 1 - begin] = 1;
    rows_.emplace_back(length, static_cast<int32_t>(length - 1 - begin));
  }
  const llama_batch batch = {static_cast<int32_t>(count), ids.data(),       nullptr,      positions.data(),
                             sequence_counts.data(),      sequences.data(), wanted.data()};
  const LogCapture log;
  int32_t status;
  try {
    status = llama_decode(context_, batch);
  } catch (const std::exception& error) {
    throw Error("SURECALL_NATIVE", std::string("llama.cpp failed: ") + error.what());
  }
  switch (status) {
    case 0:
      return;
    case 1:
      throw Error("SURECALL_CONTEXT_TOO_SMALL",
                  "the KV cache has no room for " + std::to_string(end) + " tokens");
    case 2:
      throw Error("SURECALL_ABORTED", "the call was aborted");
    default:
      throw Error("SURECALL_NATIVE", "llama_decode failed with status " + std::to_string(status) +
                                         (log.text().empty() ? "" : ": " + log.text()));
  }
}

}  // namespace surecall

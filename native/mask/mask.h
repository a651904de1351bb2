#pragma once
// What a mask is.

#include <cstdint>
#include <span>
#include <vector>

#include "vocab/vocabulary.h"

namespace surecall {

/// The set of tokens that may come next. Few tokens are kept as a list, many as a bitmap, because a list of ten ids is
/// read in nanoseconds and a bitmap of 151,936 bits in microseconds.
class Mask {
 public:
  /// Up to this many tokens are kept as a list: 512 ids take 2 KB, a Qwen bitmap 19 KB.
  static constexpr size_t kListLimit = 512;

  Mask() = default;
  /// The mask of these tokens, in whichever form suits their number; order and repetition do not matter.
  static Mask of(std::vector<TokenId> ids, uint32_t mask_words);
  explicit Mask(std::vector<TokenId> ids) : ids_(std::move(ids)), count_(static_cast<uint32_t>(ids_.size())) {}
  Mask(std::vector<uint32_t> words, uint32_t count) : words_(std::move(words)), count_(count) {}

  /// Tokens allowed.
  uint32_t count() const { return count_; }
  bool is_list() const { return words_.empty(); }
  /// Ascending ids; only if is_list().
  std::span<const TokenId> ids() const { return ids_; }
  /// Bitmap; only if not is_list().
  std::span<const uint32_t> words() const { return words_; }
  bool contains(TokenId id) const;
  /// Writes the bitmap over the whole of `out` (mask_words() of the vocabulary).
  void write(std::span<uint32_t> out) const;
  /// Calls `visit(id)` for each allowed token, ascending.
  template <class Visit>
  void for_each(Visit&& visit) const {
    if (is_list()) {
      for (const TokenId id : ids_) visit(id);
      return;
    }
    for (uint32_t w = 0; w < words_.size(); ++w) {
      for (uint32_t bits = words_[w]; bits != 0; bits &= bits - 1) visit(w * 32 + static_cast<uint32_t>(__builtin_ctz(bits)));
    }
  }
  size_t memory_bytes() const { return sizeof(*this) + (ids_.capacity() + words_.capacity()) * sizeof(uint32_t); }

 private:
  std::vector<TokenId> ids_;
  std::vector<uint32_t> words_;
  uint32_t count_ = 0;
};

}  // namespace surecall

#pragma once
// A slice for text without quotes around it: the tokens that are whole characters, none of which begins with one of a
// few bytes. Text that may be anything but must not hold "</think>" treats all tokens without '<' alike, so one bitmap
// answers for them and only the others are walked (text_slice.h does the same for the inside of JSON strings).

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "vocab/trie.h"

namespace surecall {

class FreeSlice {
 public:
  /// First bytes of characters, as 256 bits.
  using Bytes = std::array<uint64_t, 4>;

  /// `tokens`: (bytes, id) of every text token.
  FreeSlice(std::span<const std::pair<std::string_view, uint32_t>> tokens, const Bytes& without, uint32_t mask_words);

  /// The slice as a bitmap.
  std::span<const uint32_t> mask() const { return mask_; }
  /// All other tokens.
  const TokenTrie& rest() const { return rest_; }
  size_t memory_bytes() const { return mask_.capacity() * sizeof(uint32_t) + rest_.memory_bytes(); }

 private:
  std::vector<uint32_t> mask_;
  TokenTrie rest_;
};

/// Slices made so far, by what they are without. Thread-safe.
class FreeSlices {
 public:
  template <class Make>
  std::shared_ptr<const FreeSlice> get(const FreeSlice::Bytes& without, Make&& make) const {
    const std::lock_guard guard(mutex_);
    for (const auto& [bytes, slice] : made_) {
      if (bytes == without) return slice;
    }
    if (made_.size() == kMost) made_.erase(made_.begin());
    return made_.emplace_back(without, make()).second;
  }
  size_t memory_bytes() const {
    const std::lock_guard guard(mutex_);
    size_t bytes = 0;
    for (const auto& [without, slice] : made_) bytes += slice->memory_bytes();
    return bytes;
  }

 private:
  /// A program asks for two or three; each takes some 100 KB.
  static constexpr size_t kMost = 32;

  mutable std::mutex mutex_;
  mutable std::vector<std::pair<FreeSlice::Bytes, std::shared_ptr<const FreeSlice>>> made_;
};

}  // namespace surecall

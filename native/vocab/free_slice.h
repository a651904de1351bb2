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

struct FreeSlice {
  std::vector<uint32_t> mask;  ///< the slice as a bitmap
  TokenTrie rest;              ///< all other tokens
};

/// Slices made so far, by the bytes that no character may begin with. Thread-safe.
class FreeSlices {
 public:
  using Bytes = std::array<uint64_t, 4>;

  /// `tokens`: (bytes, id) of every text token, valid as long as this.
  void set_tokens(std::vector<std::pair<std::string_view, uint32_t>> tokens, uint32_t mask_words);
  /// Made when first asked for, in about a millisecond.
  std::shared_ptr<const FreeSlice> without(const Bytes& bytes) const;
  size_t memory_bytes() const;

 private:
  /// Programs ask for two or three; each takes some 100 KB.
  static constexpr size_t kMost = 32;

  std::vector<std::pair<std::string_view, uint32_t>> tokens_;
  uint32_t mask_words_ = 0;
  mutable std::mutex mutex_;
  mutable std::vector<std::pair<Bytes, std::shared_ptr<const FreeSlice>>> made_;
};

}  // namespace surecall

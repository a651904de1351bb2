#pragma once
// A set of bytes: 256 bits.

#include <array>
#include <bit>
#include <cstdint>

namespace surecall {

class ByteSet {
 public:
  bool contains(uint8_t byte) const { return (words_[byte >> 6] >> (byte & 63) & 1) != 0; }
  void insert(uint8_t byte) { words_[byte >> 6] |= uint64_t{1} << (byte & 63); }
  void erase(uint8_t byte) { words_[byte >> 6] &= ~(uint64_t{1} << (byte & 63)); }
  bool empty() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }
  int size() const {
    return std::popcount(words_[0]) + std::popcount(words_[1]) + std::popcount(words_[2]) + std::popcount(words_[3]);
  }
  /// The smallest and the largest member; the set must not be empty.
  uint8_t min() const {
    for (uint32_t i = 0;; ++i) {
      if (words_[i] != 0) return static_cast<uint8_t>(i * 64 + static_cast<uint32_t>(std::countr_zero(words_[i])));
    }
  }
  uint8_t max() const {
    for (uint32_t i = 4;;) {
      if (words_[--i] != 0) return static_cast<uint8_t>(i * 64 + 63 - static_cast<uint32_t>(std::countl_zero(words_[i])));
    }
  }
  ByteSet& operator|=(const ByteSet& other) {
    for (int i = 0; i < 4; ++i) words_[i] |= other.words_[i];
    return *this;
  }
  ByteSet& operator&=(const ByteSet& other) {
    for (int i = 0; i < 4; ++i) words_[i] &= other.words_[i];
    return *this;
  }
  friend ByteSet operator|(ByteSet a, const ByteSet& b) { return a |= b; }
  bool operator==(const ByteSet&) const = default;
  static ByteSet all() {
    ByteSet out;
    out.words_.fill(~uint64_t{0});
    return out;
  }
  /// Calls `visit(byte)` in ascending order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (uint32_t i = 0; i < 4; ++i) {
      for (uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) visit(static_cast<uint8_t>(i * 64 + std::countr_zero(rest)));
    }
  }

 private:
  std::array<uint64_t, 4> words_{};
};

}  // namespace surecall

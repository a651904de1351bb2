#pragma once
// Many tokens of a vocabulary.

#include <cstdint>
#include <vector>

namespace surecall {

struct TokenBits {
  std::vector<uint32_t> words;  ///< bit (id & 31) of word (id >> 5)
  uint32_t count = 0;           ///< bits set

  size_t memory_bytes() const { return sizeof(*this) + words.capacity() * sizeof(uint32_t); }
};

}  // namespace surecall

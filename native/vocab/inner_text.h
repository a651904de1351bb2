#pragma once
// The tokens that stay within a text: the same for all copies of it, whatever follows them.

#include <cstdint>
#include <vector>

#include "vocab/token_bits.h"

namespace surecall {

/// What of a text the tokens depend on.
struct InnerTextKey {
  uint64_t text = 0;   ///< a number that equal texts share, given by whoever asks
  uint32_t row = 0;    ///< where in it
  uint32_t count = 0;  ///< characters counted so far
  bool operator==(const InnerTextKey&) const = default;
};

struct InnerText {
  TokenBits tokens;                ///< those that stay within the text
  std::vector<uint32_t> returns;   ///< nodes of TextSlice::endings() where the text is again where it was: it may be left there
  bool known = false;              ///< false: the text may be left elsewhere, too

  size_t memory_bytes() const { return sizeof(*this) + tokens.memory_bytes() + returns.capacity() * sizeof(uint32_t); }
};

}  // namespace surecall

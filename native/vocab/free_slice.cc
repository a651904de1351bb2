#include "vocab/free_slice.h"

#include "vocab/utf8.h"

namespace surecall {
namespace {

bool is_whole(std::string_view text) {
  uint32_t code_point;
  size_t at = 0;
  while (decode_utf8(text, at, code_point)) {
  }
  return at == text.size();
}

/// Bits that a byte adds to what is known of a token.
constexpr uint8_t kExcluded = 1, kNotAscii = 2;
using Traits = std::array<uint8_t, 256>;

Traits traits_of(const FreeSlice::Bytes& without) {
  Traits traits{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    if ((without[byte >> 6] >> (byte & 63) & 1) != 0) traits[byte] |= kExcluded;
    if (byte >= 0x80) traits[byte] |= kNotAscii;
  }
  return traits;
}

/// True for whole characters none of which begins with an excluded byte: no other byte of a character is one of those.
bool is_free(std::string_view text, const Traits& traits) {
  uint8_t all = 0;
  for (const char c : text) all |= traits[static_cast<uint8_t>(c)];
  return (all & kExcluded) == 0 && ((all & kNotAscii) == 0 || is_whole(text));
}

}  // namespace

FreeSlice::FreeSlice(std::span<const std::pair<std::string_view, uint32_t>> tokens, const Bytes& without, uint32_t mask_words)
    : mask_(mask_words) {
  const Traits traits = traits_of(without);
  std::vector<std::pair<std::string_view, uint32_t>> rest;
  for (const auto& [text, id] : tokens) {
    if (text.size() <= TokenTrie::kMaxTokenBytes && is_free(text, traits)) {
      mask_[id >> 5] |= 1u << (id & 31);
    } else {
      rest.emplace_back(text, id);
    }
  }
  rest_ = TokenTrie(std::move(rest));
}

}  // namespace surecall

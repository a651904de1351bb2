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

/// True for whole characters none of which begins with one of the bytes: no other byte of a character is one of them.
bool is_free(std::string_view text, const FreeSlice::Bytes& without) {
  uint8_t all = 0;
  for (const char c : text) {
    const uint8_t byte = static_cast<uint8_t>(c);
    if ((without[byte >> 6] >> (byte & 63) & 1) != 0) return false;
    all |= byte;
  }
  return all < 0x80 || is_whole(text);
}

}  // namespace

FreeSlice::FreeSlice(std::span<const std::pair<std::string_view, uint32_t>> tokens, const Bytes& without, uint32_t mask_words)
    : mask_(mask_words) {
  std::vector<std::pair<std::string_view, uint32_t>> rest;
  for (const auto& [text, id] : tokens) {
    if (text.size() <= TokenTrie::kMaxTokenBytes && is_free(text, without)) {
      mask_[id >> 5] |= 1u << (id & 31);
    } else {
      rest.emplace_back(text, id);
    }
  }
  rest_ = TokenTrie(std::move(rest));
}

}  // namespace surecall

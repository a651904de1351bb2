#include "vocab/free_slice.h"

#include <algorithm>

#include "vocab/utf8.h"

namespace surecall {
namespace {

bool is_free(std::string_view text, const FreeSlices::Bytes& without) {
  for (size_t at = 0; at < text.size();) {
    const uint8_t first = static_cast<uint8_t>(text[at]);
    if ((without[first >> 6] >> (first & 63) & 1) != 0) return false;
    uint32_t code_point;
    if (first < 0x80) {
      ++at;
    } else if (!decode_utf8(text, at, code_point)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void FreeSlices::set_tokens(std::vector<std::pair<std::string_view, uint32_t>> tokens, uint32_t mask_words) {
  tokens_ = std::move(tokens);
  mask_words_ = mask_words;
}

std::shared_ptr<const FreeSlice> FreeSlices::without(const Bytes& bytes) const {
  const std::lock_guard guard(mutex_);
  const auto known = std::ranges::find(made_, bytes, &std::pair<Bytes, std::shared_ptr<const FreeSlice>>::first);
  if (known != made_.end()) return known->second;
  auto slice = std::make_shared<FreeSlice>();
  slice->mask.resize(mask_words_);
  std::vector<std::pair<std::string_view, uint32_t>> rest;
  for (const auto& [text, id] : tokens_) {
    if (text.size() <= TokenTrie::kMaxTokenBytes && is_free(text, bytes)) {
      slice->mask[id >> 5] |= 1u << (id & 31);
    } else {
      rest.emplace_back(text, id);
    }
  }
  slice->rest = TokenTrie(std::move(rest));
  if (made_.size() == kMost) made_.erase(made_.begin());
  made_.emplace_back(bytes, slice);
  return slice;
}

size_t FreeSlices::memory_bytes() const {
  const std::lock_guard guard(mutex_);
  size_t bytes = tokens_.capacity() * sizeof(tokens_[0]);
  for (const auto& [without, slice] : made_) bytes += slice->mask.capacity() * sizeof(uint32_t) + slice->rest.memory_bytes();
  return bytes;
}

}  // namespace surecall

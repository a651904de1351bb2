#include "vocab/text_slice.h"

#include <algorithm>
#include <map>

#include "vocab/utf8.h"

namespace surecall {
namespace {

struct PlainText {
  uint32_t characters = 0;
  size_t bytes = 0;
};

/// The plain characters that `bytes` begin with.
PlainText plain_beginning(std::string_view bytes) {
  PlainText out;
  uint32_t code_point = 0;
  for (size_t at = 0; at < bytes.size(); ++out.characters) {
    if (!decode_utf8(bytes, at, code_point) || !is_plain_json_character(code_point)) break;
    out.bytes = at;
  }
  return out;
}

}  // namespace

TextSlice::TextSlice(std::span<const std::pair<std::string_view, uint32_t>> tokens, uint32_t mask_words)
    : words_(mask_words) {
  std::map<uint32_t, std::vector<uint32_t>> by_length;
  std::vector<std::pair<std::string_view, uint32_t>> rest;
  for (const auto& token : tokens) {
    if (token.first.size() > TokenTrie::kMaxTokenBytes) continue;
    if (const PlainText plain = plain_beginning(token.first); plain.bytes == token.first.size()) {
      by_length[plain.characters].push_back(token.second);
    } else {
      rest.push_back(token);
    }
  }
  masks_.resize(by_length.size() * words_);
  uint32_t* row = masks_.data();
  uint32_t count = 0;
  for (const auto& [length, ids] : by_length) {
    if (!lengths_.empty()) std::copy(row - words_, row, row);
    for (const uint32_t id : ids) row[id >> 5] |= 1u << (id & 31);
    count += static_cast<uint32_t>(ids.size());
    lengths_.push_back(length);
    counts_.push_back(count);
    row += words_;
  }
  sort_by_ending(rest);
  rest_ = TokenTrie(std::move(rest));
}

void TextSlice::sort_by_ending(std::span<const std::pair<std::string_view, uint32_t>> rest) {
  std::map<std::string_view, std::vector<uint32_t>> tokens;
  for (const auto& [bytes, id] : rest) {
    if (!bytes.empty()) tokens[bytes.substr(plain_beginning(bytes).bytes)].push_back(id);
  }
  std::vector<std::pair<std::string_view, uint32_t>> endings;
  for (const auto& [ending, ids] : tokens) {
    endings.emplace_back(ending, static_cast<uint32_t>(endings.size()));
    ending_starts_.push_back(static_cast<uint32_t>(by_ending_.size()));
    by_ending_.insert(by_ending_.end(), ids.begin(), ids.end());
  }
  ending_starts_.push_back(static_cast<uint32_t>(by_ending_.size()));
  endings_ = TokenTrie(std::move(endings));
}

uint32_t TextSlice::index_up_to(uint32_t characters) const {
  return static_cast<uint32_t>(std::upper_bound(lengths_.begin(), lengths_.end(), characters) - lengths_.begin());
}

std::span<const uint32_t> TextSlice::mask_up_to(uint32_t characters) const {
  const uint32_t index = index_up_to(characters);
  if (index == 0) return {};
  return std::span(masks_).subspan(size_t{index - 1} * words_, words_);
}

uint32_t TextSlice::count_up_to(uint32_t characters) const {
  const uint32_t index = index_up_to(characters);
  return index == 0 ? 0 : counts_[index - 1];
}

size_t TextSlice::memory_bytes() const {
  return (lengths_.capacity() + counts_.capacity() + masks_.capacity() + by_ending_.capacity() + ending_starts_.capacity()) * sizeof(uint32_t) +
         rest_.memory_bytes() + endings_.memory_bytes();
}

}  // namespace surecall

#include "vocab/group_slice.h"

#include <string>

#include "vocab/utf8.h"

namespace surecall {
namespace {

/// Every group that has members: some 44.
std::vector<CharGroup> groups_of_all() {
  CharGroupSet all = group_bit(kBeyondAscii) | group_bit(kOtherBytes);
  for (uint32_t c = 0; c < 0x80; ++c) all |= group_bit(ascii_group(static_cast<uint8_t>(c)));
  std::vector<CharGroup> out;
  for (CharGroup g = 0; g < 64; ++g) {
    if ((all & group_bit(g)) != 0) out.push_back(g);
  }
  return out;
}

}  // namespace

GroupSlice::GroupSlice(std::span<const std::pair<std::string_view, uint32_t>> tokens, const TokenTrie& trie, uint32_t mask_words)
    : words_(mask_words), row_of_(kGroups), begin_counts_(kGroups), group_at_(trie.nodes().size(), kMidCharacter),
      groups_below_(trie.nodes().size()) {
  for (const CharGroup g : groups_of_all()) {
    row_of_[g] = static_cast<uint8_t>(groups_.size());
    groups_.push_back(g);
  }
  first_.resize(groups_.size() * words_);
  more_.resize(groups_.size() * words_);

  for (const auto& [bytes, id] : tokens) {
    if (bytes.empty() || bytes.size() > TokenTrie::kMaxTokenBytes) continue;
    size_t at = 0;
    uint32_t code_point = 0;
    for (bool is_first = true; at < bytes.size(); is_first = false) {
      const CharGroup group = decode_utf8(bytes, at, code_point) ? char_group(code_point) : kOtherBytes;
      std::vector<uint32_t>& into = is_first ? first_ : more_;
      into[size_t{row_of_[group]} * words_ + (id >> 5)] |= 1u << (id & 31);
      begin_counts_[group] += is_first;
      if (group == kOtherBytes) break;
    }
  }
  describe_nodes(trie);
}

/// One pass over the trie with the bytes of the path: where characters end, and what is below.
void GroupSlice::describe_nodes(const TokenTrie& trie) {
  struct Place {
    uint32_t node;
    size_t character;  // offset at which the character that the node is part of begins; kBroken
  };
  constexpr size_t kBroken = ~size_t{0};
  const auto nodes = trie.nodes();
  std::string text;
  std::vector<Place> path{{0, 0}};
  for (uint32_t i = 1; i < nodes.size(); ++i) {
    path.resize(nodes[i].depth);
    text.resize(nodes[i].depth - 1u);
    text.push_back(static_cast<char>(nodes[i].byte));
    const Place& parent = path.back();
    const bool ended = parent.node == 0 || group_at_[parent.node] != kMidCharacter;
    size_t begin = parent.character == kBroken ? kBroken : ended ? text.size() - 1 : parent.character;
    CharGroupSet below = 0;
    if (begin != kBroken) {
      size_t at = begin;
      uint32_t code_point = 0;
      if (decode_utf8(text, at, code_point)) {
        group_at_[i] = char_group(code_point);
        below = group_bit(group_at_[i]);
      } else if (text.size() - begin >= 4) {
        begin = kBroken;
      }
    }
    // A token that ends here without ending a character is walked for: so is everything above it.
    if (group_at_[i] == kMidCharacter && nodes[i].token != TrieNode::kNoToken) {
      groups_below_[i] |= group_bit(kOtherBytes);
      below = group_bit(kOtherBytes);
    }
    for (const Place& above : path) groups_below_[above.node] |= below;
    path.push_back({i, begin});
  }
}

std::vector<uint32_t> GroupSlice::mask(CharGroupSet first, CharGroupSet more) const {
  std::vector<uint32_t> out(words_);
  for (const CharGroup g : groups_) {
    if ((first & group_bit(g)) == 0 || begin_counts_[g] == 0) continue;
    const auto from = row(first_, g);
    for (uint32_t w = 0; w < words_; ++w) out[w] |= from[w];
  }
  for (const CharGroup g : groups_) {
    if ((more & group_bit(g)) != 0) continue;
    const auto from = row(more_, g);
    for (uint32_t w = 0; w < words_; ++w) out[w] &= ~from[w];
  }
  return out;
}

size_t GroupSlice::memory_bytes() const {
  return (first_.capacity() + more_.capacity() + begin_counts_.capacity()) * sizeof(uint32_t) + group_at_.capacity() + row_of_.capacity() +
         groups_below_.capacity() * sizeof(CharGroupSet);
}

}  // namespace surecall

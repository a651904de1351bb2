#include "vocab/group_slice.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>

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
    : words_(mask_words), tokens_(static_cast<uint32_t>(tokens.size())), row_of_(kGroups), begin_counts_(kGroups), group_at_(trie.size(), kMidCharacter),
      groups_below_(trie.size()), max_characters_(trie.size()) {
  for (const CharGroup g : groups_of_all()) {
    row_of_[g] = static_cast<uint8_t>(groups_.size());
    groups_.push_back(g);
  }
  first_.resize(groups_.size() * words_);
  more_.resize(groups_.size() * words_);

  std::map<uint32_t, std::vector<uint32_t>> by_length;
  for (const auto& [bytes, id] : tokens) {
    if (bytes.empty() || bytes.size() > TokenTrie::kMaxTokenBytes) continue;
    size_t at = 0;
    uint32_t code_point = 0;
    uint32_t characters = 0;
    for (bool is_first = true; at < bytes.size(); is_first = false, ++characters) {
      const CharGroup group = decode_utf8(bytes, at, code_point) ? char_group(code_point) : kOtherBytes;
      std::vector<uint32_t>& into = is_first ? first_ : more_;
      into[size_t{row_of_[group]} * words_ + (id >> 5)] |= 1u << (id & 31);
      begin_counts_[group] += is_first;
      if (group == kOtherBytes) break;
    }
    by_length[characters].push_back(id);
  }
  for (const auto& [length, ids] : by_length) {
    up_to_.resize(up_to_.size() + words_);
    uint32_t* row = up_to_.data() + up_to_.size() - words_;
    if (!lengths_.empty()) std::copy(row - words_, row, row);
    for (const uint32_t id : ids) row[id >> 5] |= 1u << (id & 31);
    lengths_.push_back(length);
  }
  describe_nodes(trie);
}

/// Down the trie with the bytes of the character that each node is part of, and up again with what is below.
void GroupSlice::describe_nodes(const TokenTrie& trie) {
  struct Character {
    std::array<char, 4> bytes;
    uint8_t size = 0;
    bool broken = false;  // no character begins like this, nor does what follows it
  };
  std::vector<Character> characters(trie.size());
  std::vector<uint32_t> parents(trie.size());
  for (uint32_t parent = 0; parent < trie.size(); ++parent) {
    const bool ended = parent == 0 || group_at_[parent] != kMidCharacter;
    for (uint32_t i = trie.children_begin(parent); i < trie.children_end(parent); ++i) {
      parents[i] = parent;
      Character& here = characters[i] = ended ? Character{} : characters[parent];
      max_characters_[i] = max_characters_[parent];
      if (!here.broken) {
        here.bytes[here.size++] = static_cast<char>(trie.bytes()[i]);
        size_t at = 0;
        uint32_t code_point = 0;
        if (decode_utf8({here.bytes.data(), here.size}, at, code_point)) {
          group_at_[i] = char_group(code_point);
          ++max_characters_[i];
        } else {
          here.broken = here.size == here.bytes.size();
        }
      }
      // A token that ends here without ending a character is walked for: so is everything above it.
      if (group_at_[i] == kMidCharacter && trie.token(i) != TrieNode::kNoToken) groups_below_[i] = group_bit(kOtherBytes);
    }
  }
  for (uint32_t i = trie.size(); i-- > 1;) {
    groups_below_[parents[i]] |= groups_below_[i];
    max_characters_[parents[i]] = std::max(max_characters_[parents[i]], max_characters_[i]);
    if (group_at_[i] != kMidCharacter) groups_below_[parents[i]] |= group_bit(group_at_[i]);
  }
}

std::shared_ptr<const TokenBits> GroupSlice::mask(CharGroupSet first, CharGroupSet more, uint32_t characters) const {
  const Wanted wanted{first, more, std::min(characters, max_characters())};
  auto known = known_->find(wanted);
  return known ? known : known_->add(wanted, compute(wanted));
}

TokenBits GroupSlice::compute(const Wanted& wanted) const {
  const auto& [first, more, characters] = wanted;
  TokenBits tokens{std::vector<uint32_t>(words_), 0};
  std::vector<uint32_t>& out = tokens.words;
  const auto length = std::ranges::upper_bound(lengths_, characters);
  if (length == lengths_.begin()) return tokens;
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
  if (length != lengths_.end()) {
    const uint32_t* row = up_to_.data() + static_cast<size_t>(length - lengths_.begin() - 1) * words_;
    for (uint32_t w = 0; w < words_; ++w) out[w] &= row[w];
  }
  for (const uint32_t word : out) tokens.count += static_cast<uint32_t>(std::popcount(word));
  return tokens;
}

size_t GroupSlice::memory_bytes() const {
  return (first_.capacity() + more_.capacity() + begin_counts_.capacity() + lengths_.capacity() + up_to_.capacity()) * sizeof(uint32_t) + group_at_.capacity() + row_of_.capacity() +
         groups_below_.capacity() * sizeof(CharGroupSet) + max_characters_.capacity() * sizeof(uint16_t) + known_->memory_bytes();
}

}  // namespace surecall

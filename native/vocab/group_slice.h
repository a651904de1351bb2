#pragma once
// Tokens by the groups of their characters: a slice for any pattern that repeats over some of them.
//
// Where a state accepts a first character of some groups F and is then in a state that accepts characters of some groups G
// over and over, or up to a number of times, such as [A-Za-z_][A-Za-z0-9_]* or [^/]{1,40}, every token with a first
// character of F and others of G is allowed if it is not too long. Two bitmaps per group and one per length say which tokens
// those are; the rest of the trie is walked with whole subtrees of such tokens left out.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "vocab/char_groups.h"
#include "vocab/recent.h"
#include "vocab/token_bits.h"
#include "vocab/trie.h"

namespace surecall {

class GroupSlice {
 public:
  GroupSlice() = default;
  /// `tokens` as for TextSlice; `trie` is made of the same.
  GroupSlice(std::span<const std::pair<std::string_view, uint32_t>> tokens, const TokenTrie& trie, uint32_t mask_words);

  /// The tokens of at most `characters` characters whose first is of `first` and whose others are of `more`. The sets asked
  /// for last are remembered: few occur, in whatever template. Thread-safe.
  std::shared_ptr<const TokenBits> mask(CharGroupSet first, CharGroupSet more, uint32_t characters) const;
  /// How many tokens there are.
  uint32_t tokens() const { return tokens_; }
  /// Characters of the longest token.
  uint32_t max_characters() const { return max_characters_.front(); }
  /// How many tokens begin with each group: what a group is worth.
  uint32_t tokens_that_begin_with(CharGroup group) const { return begin_counts_[group]; }
  /// The group of the character that ends at a node of the trie; kMidCharacter if none does.
  CharGroup group_at(uint32_t node) const { return group_at_[node]; }
  /// The groups of all characters that end below a node; kOtherBytes for a token that ends in the midst of one.
  CharGroupSet groups_below(uint32_t node) const { return groups_below_[node]; }
  /// Characters, from its beginning on, of the longest token at a node or below it.
  uint32_t max_characters(uint32_t node) const { return max_characters_[node]; }
  size_t memory_bytes() const;

  static constexpr CharGroup kMidCharacter = 0xff;

 private:
  static constexpr uint32_t kGroups = 64;
  std::span<const uint32_t> row(const std::vector<uint32_t>& rows, CharGroup group) const {
    return std::span(rows).subspan(size_t{row_of_[group]} * words_, words_);
  }

  struct Wanted {
    CharGroupSet first = 0, more = 0;
    uint32_t characters = 0;
    bool operator==(const Wanted&) const = default;
  };

  void describe_nodes(const TokenTrie& trie);
  TokenBits compute(const Wanted& wanted) const;

  uint32_t words_ = 0;
  uint32_t tokens_ = 0;
  std::vector<CharGroup> groups_;        // by row
  std::vector<uint8_t> row_of_;          // by group
  std::vector<uint32_t> first_, more_;   // a row of words_ per group: tokens that begin with it, that have it further on
  std::vector<uint32_t> begin_counts_;
  std::vector<CharGroup> group_at_;      // by node
  std::vector<CharGroupSet> groups_below_;
  std::vector<uint16_t> max_characters_;
  std::vector<uint32_t> lengths_;        // in characters, that occur, ascending
  std::vector<uint32_t> up_to_;          // a row per length: tokens of at most so many characters
  std::unique_ptr<Recent<Wanted, TokenBits, 64>> known_ = std::make_unique<Recent<Wanted, TokenBits, 64>>();
};

}  // namespace surecall

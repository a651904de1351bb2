#pragma once
// A slice: the tokens that are nothing but text of one class, sorted by their length in characters.
//
// Inside a JSON string nearly every token is allowed, for one reason: it consists of characters that mean nothing
// special there. Asking the matcher about each of 150,000 of them is what makes masks slow, so the answer is computed
// once per vocabulary: a bitmap for "plain text of at most n characters" and the trie of all other tokens. Where a
// state accepts n plain characters, the bitmap is OR-ed in whole and only the small rest is walked
// (the idea of slices is llguidance's; keeping one bitmap per length makes it exact near length limits too).

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "vocab/char_groups.h"
#include "vocab/trie.h"

namespace surecall {

/// True for the characters of the class: everything but control characters, '"', '\' and odd spaces (char_groups.h).
inline bool is_plain_json_character(uint32_t code_point) {
  return code_point >= 0x20 && code_point != '"' && code_point != '\\' && !(code_point >= 0x80 && is_odd_space(code_point));
}

class TextSlice {
 public:
  TextSlice() = default;
  /// `tokens`: (bytes, id) of every text token; `mask_words`: words of a mask over the vocabulary.
  TextSlice(std::span<const std::pair<std::string_view, uint32_t>> tokens, uint32_t mask_words);

  /// Longest plain token in characters: a state that accepts this many plain characters accepts them all.
  uint32_t max_characters() const { return lengths_.empty() ? 0 : lengths_.back(); }
  /// Mask of all plain tokens of at most `characters` characters; empty if there is none.
  std::span<const uint32_t> mask_up_to(uint32_t characters) const;
  /// Number of tokens in mask_up_to(characters).
  uint32_t count_up_to(uint32_t characters) const;
  /// The lengths in characters that occur, ascending.
  std::span<const uint32_t> lengths() const { return lengths_; }
  /// The tokens that are not plain text.
  const TokenTrie& rest() const { return rest_; }
  /// The same tokens by what is left of them after the plain characters that they begin with: `",` of `name",`. To a state
  /// that plain text leads back to itself all tokens with one ending are alike. The trie's tokens are numbers of endings.
  const TokenTrie& endings() const { return endings_; }
  std::span<const uint32_t> tokens_with_ending(uint32_t ending) const {
    return std::span(by_ending_).subspan(ending_starts_[ending], ending_starts_[ending + 1] - ending_starts_[ending]);
  }
  size_t memory_bytes() const;

 private:
  uint32_t index_up_to(uint32_t characters) const;
  void sort_by_ending(std::span<const std::pair<std::string_view, uint32_t>> rest);

  uint32_t words_ = 0;
  std::vector<uint32_t> lengths_;
  std::vector<uint32_t> counts_;  // cumulative, one per length
  std::vector<uint32_t> masks_;   // cumulative, words_ words per length
  TokenTrie rest_;
  TokenTrie endings_;
  std::vector<uint32_t> by_ending_;      // tokens
  std::vector<uint32_t> ending_starts_;  // in by_ending_, one more than there are endings
};

}  // namespace surecall

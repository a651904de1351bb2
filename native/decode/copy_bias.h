#pragma once
// Values are mostly copied from what the user said, and a small model that is about to copy still slips: it writes a word that
// is common where a rare one stood, or ends in the middle of a path. Inside a JSON string this makes tokens likelier that go on
// copying: those that continue the source where the string so far stands in it, and the closing quote where a word of it ends, or
// the quotation with which the copy began.
// A number that has begun as one of the source does goes on as that one, and ends where it ends: digits repeat, so models lose count.
// Where a value is not a copy nothing is changed, and no token is forbidden: with a bias of b, another token is written only if the
// model finds it e^b times likelier.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vocab/vocabulary.h"

namespace surecall {

class CopyBias {
 public:
  /// `source` is what the user said, `strength` what is added to logits.
  CopyBias(std::string_view source, const Vocabulary& vocabulary, float strength);

  /// `row` with the bias; the row itself where nothing is copied. `body` is the string so far, as JSON spells it, without its opening
  /// quote. Valid until the next call.
  const float* raise(const float* row, std::string_view body);

  /// The same for a JSON number, which has begun: `body` is not empty.
  const float* raise_number(const float* row, std::string_view body);

  /// Tokens that go on copying, ascending.
  std::vector<TokenId> copying(std::string_view body) const;

 private:
  void add_continuations(std::string_view rest, std::vector<TokenId>& tokens) const;
  bool starts_copy(size_t at) const;
  bool ends_copy(size_t begin, size_t end) const;
  size_t closing_quote(char quote, size_t from) const;

  std::string source_;  // as JSON spells it inside quotes
  std::vector<std::string> numbers_;  // in the source
  const Vocabulary& vocabulary_;
  float strength_;
  std::span<const TokenId> closing_;  // tokens that begin with the closing quote
  std::vector<TokenId> digits_;       // tokens with which a number goes on
  std::vector<float> raised_;
};

/// The body so far of the JSON string in which `text` ends: what follows its last quote that is not escaped.
std::string_view string_body(std::string_view text);

/// The JSON number in which `text` ends, a member's value or in a list of numbers that is one; empty if it ends in none.
std::string_view number_body(std::string_view text);

/// The numbers in what a user said, as JSON spells them: `1,000.50` is 1000.50 and `.5` is 0.5.
std::vector<std::string> numbers_in(std::string_view text);

}  // namespace surecall

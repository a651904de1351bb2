#pragma once
// Values are mostly copied from what the user said, and a small model that is about to copy still slips: it writes a word that
// is common where a rare one stood, or ends in the middle of a path. Inside a JSON string this makes tokens likelier that go on
// copying: those that continue the source where the string so far stands in it, and the closing quote where a word of it ends, or
// the quotation with which the copy began.
// A number that has begun as one of the source does goes on as that one, and ends where it ends: digits repeat, so models lose count.
// What was copied for another member of the same call gets no bias: small models tend to take the same words again. (See et al. 2017, "Get To
// The Point", train a model to keep count of what it has copied; here the engine counts.)
// Of values out of a list, such as enumerated ones, those that the user mentions are likelier; who knows the words says which.
// Some places are likelier as the beginning of a value than others, by what stands beside them; who knows the words says how much.
// Where a value is not a copy nothing is changed, and no token is forbidden: with a bias of b, another token is written only if the
// model finds it e^b times likelier, e^(b/2) times where a copy would begin.

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vocab/vocabulary.h"

namespace surecall {

/// What is added to logits where a copy begins at a byte of the source: by name of the member whose value it would be, "" for all.
using CopyPlaces = std::vector<std::pair<std::string, std::vector<std::pair<uint32_t, float>>>>;

class CopyBias {
 public:
  /// `source` is what the user said, `strength` what is added to logits. `mentioned` are values out of lists that it says in some way.
  CopyBias(std::string_view source, const Vocabulary& vocabulary, float strength, std::span<const std::string> mentioned = {},
           const CopyPlaces& places = {});

  /// The values of the same call so far, as JSON spells them: each makes one place in the source, if it stands there, used. `member` is
  /// the name of the one that is being written.
  void set_used(std::span<const std::string_view> values, std::string_view member = {});

  /// `row` with the bias; the row itself where nothing is copied. `body` is the string so far, as JSON spells it, without its opening
  /// quote. Valid until the next call.
  const float* raise(const float* row, std::string_view body);

  /// The same for a string out of a list: those that are mentioned are likelier.
  const float* raise_listed(const float* row, std::string_view body);

  /// The same for a JSON number. One that has not begun gets no bias but against the beginnings of those that are used.
  const float* raise_number(const float* row, std::string_view body);

  /// Tokens that go on copying, with what speaks for each beside that; one may be there several times.
  using Biases = std::vector<std::pair<TokenId, float>>;
  Biases copying(std::string_view body);

 private:
  struct Number {
    std::string spelled;
    size_t at;  // in source_
    bool used = false;
  };
  struct Place {
    size_t begin, end;
  };
  using Weights = std::map<size_t, float>;  // by place in source_

  const std::vector<std::pair<size_t, TokenId>>& starts();
  float weight(size_t at) const;
  float common_weight(size_t at) const;
  const float* raised(const float* row, std::vector<TokenId> tokens, float by);
  const float* raised_most(const float* row, Biases by_token);
  void add_tokens_along(std::string_view rest, std::vector<TokenId>& tokens) const;
  void add_next(size_t at, size_t size, std::vector<TokenId>& tokens) const;
  bool is_used(size_t at) const;
  bool use_number(std::string_view value);
  void use_text(std::string_view value);
  bool starts_copy(size_t at) const;
  bool ends_copy(size_t begin, size_t end) const;
  size_t closing_quote(char quote, size_t from) const;

  std::string source_;  // as JSON spells it inside quotes
  std::vector<Number> numbers_;       // in the source
  std::vector<Place> used_;           // in source_
  Weights common_;                    // what speaks for places, whatever the member
  std::map<std::string, Weights, std::less<>> members_;
  const Weights* member_ = nullptr;   // of the member that is being written, if it has any
  std::vector<std::pair<size_t, TokenId>> starts_;
  std::vector<std::string> mentioned_;  // as JSON spells them
  std::vector<std::string_view> taken_;  // of these
  const Vocabulary& vocabulary_;
  float strength_;
  std::span<const TokenId> closing_;  // tokens that begin with the closing quote
  std::vector<TokenId> digits_;       // tokens with which a number goes on
  std::vector<float> raised_;
};

/// A number in what a user said, as JSON spells it: `1,000.50` is 1000.50 and `.5` is 0.5.
struct SaidNumber {
  std::string spelled;
  size_t begin;
};
std::vector<SaidNumber> numbers_in(std::string_view text);

}  // namespace surecall

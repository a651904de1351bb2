#pragma once
// A teacher: an answer given in advance, which the choices are made to follow. All the model's work is done - evaluation,
// mask, choice - and then the choice is replaced, so that benchmarks of models with random weights decode answers of
// realistic length, and recorded answers can be replayed.

#include <optional>
#include <string>
#include <string_view>

#include "mask/mask.h"
#include "vocab/vocabulary.h"

namespace surecall {

class Teacher {
 public:
  Teacher(std::string text, const Vocabulary& vocabulary);

  /// The token with which the teacher goes on after `written`: the first canonical token of the rest if it is allowed, else
  /// the longest allowed one that begins it; the end-of-generation token where the text is used up. Throws Error
  /// SURECALL_TEACHER naming the byte where the mask, or what was written, leaves the text.
  TokenId next(std::string_view written, const Mask& mask) const;
  /// True if the teacher goes on with `next` after `written`.
  bool follows(std::string_view written, std::string_view next) const { return rest(written).starts_with(next); }
  /// Throws if `written` is not the whole text.
  void check_complete(std::string_view written) const;

 private:
  std::string_view rest(std::string_view written) const;

  std::string text_;
  const Vocabulary& vocabulary_;
};

}  // namespace surecall

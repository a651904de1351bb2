#pragma once
// Choosing a token: the likeliest of the allowed ones, or one drawn from them, and what that says about the
// model.

#include <cstdint>
#include <vector>

#include "decode/generate.h"
#include "mask/mask.h"

namespace surecall {

/// The likeliest token of a mask that allows something; of equal ones the lowest id.
TokenId likeliest(const float* logits, uint32_t size, const Mask& mask);

/// Chooses tokens for one answer. Reads only the logits of allowed tokens to choose, and all of them once for
/// the probability that the mask removed.
class Chooser {
 public:
  Chooser(const Vocabulary& vocabulary, const Sampling& sampling);

  /// `mask` must allow something. `position` is the number of tokens before the choice; with the seed it
  /// determines the draw, so that a token is drawn alike whether it was evaluated alone or ahead with others.
  Choice choose(const float* logits, const Mask& mask, size_t position);
  /// The same choice, had it fallen on `token`.
  Choice replaced(const Choice& choice, TokenId token, const float* logits) const;
  /// The `count` likeliest allowed tokens, best first, given a choice made with the same logits and mask.
  std::vector<Alternative> alternatives(const float* logits, const Mask& mask, size_t count) const;
  /// What to take from a logit for its log probability among all tokens.
  double log_total(const float* logits) const;
  /// The token that the model itself would write, no mask applied: any text, or also the end if `may_end`.
  /// The size of the vocabulary if that has no text at all.
  TokenId unmasked(const float* logits, bool may_end) const;

 private:
  struct Sums {
    float best;
    double allowed, all;
  };
  TokenId draw(const float* logits, const Mask& mask, TokenId likeliest, size_t position);
  Sums sums(const float* logits, const Mask& mask, float best) const;

  const Vocabulary& vocabulary_;
  Sampling sampling_;
  std::vector<uint32_t> none_;  // empty bitmap
  std::vector<Alternative> pool_;
};

}  // namespace surecall

#pragma once
// The decoding loop for one answer, without llama.cpp: a matcher says what may follow, an evaluator what the
// model thinks of it.
//
//   repeat:  fast-forward   accept every token that is determined, while the budget allows
//            stop?          at the end of the text, or of the budget where the text is complete
//            choose         evaluate what is pending (with a draft behind it), apply the mask, choose;
//                           a token after which the budget could not be met is chosen again under a stricter
//                           mask
//            accept         and in lenient strings, ask the model whether a bare quote closes the string
//            (quote.cc)
//
// Drafts need no bookkeeping of their own. Held-back tokens are evaluated behind the pending ones; when the
// choices then agree, the evaluator already has the logits; where they differ, it cuts its cache at the first
// difference.

#include <atomic>
#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "decode/choice.h"
#include "decode/evaluator.h"
#include "decode/generate.h"
#include "matcher/matcher.h"

namespace surecall {

class Decoder {
 public:
  /// `prompt` must not be empty. `abort` may be null.
  Decoder(const GenerateRequest& request, std::vector<TokenId> prompt, Evaluator& evaluator,
          const std::atomic<bool>* abort);

  /// Throws Error: SURECALL_BUDGET_TOO_SMALL before anything is evaluated, SURECALL_ABORTED, or what the
  /// evaluator throws.
  GenerateResult run();

 private:
  using Clock = std::chrono::steady_clock;

  const Vocabulary& vocabulary() const { return request_.answer->vocabulary(); }
  /// Tokens that may still be written.
  uint32_t left() const { return request_.max_tokens - static_cast<uint32_t>(result_.tokens.size()); }
  void check_abort() const;
  void check_budget();

  bool fast_forward();
  bool accept_stretch(std::span<const TokenId> tokens);
  void append(std::span<const TokenId> tokens);

  const float* logits();
  void choose();
  void accept_choice(Choice& choice);

  // quote.cc
  bool in_string();
  std::optional<size_t> closing_quote(TokenId token);
  void settle_quote(Choice& choice, size_t quote);
  bool closes_string();
  void draft_after_quote();

  const GenerateRequest& request_;
  Evaluator& evaluator_;
  const std::atomic<bool>* abort_;
  Matcher matcher_;
  Chooser chooser_;
  std::vector<TokenId> sequence_;  // prompt and answer
  size_t prompt_size_;
  std::vector<TokenId> draft_;  // what probably follows sequence_ ...
  size_t draft_forced_ = 0;     // ... of which so many are determined, so that their logits are not needed
  bool evaluated_ = false;
  Clock::time_point start_;
  Clock::duration prefill_{}, decoding_{};
  GenerateResult result_;
};

}  // namespace surecall

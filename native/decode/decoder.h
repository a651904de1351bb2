#pragma once
// The decoding of one answer, without llama.cpp: a matcher says what may follow, rows of logits what the model thinks of
// it.
//
//   repeat:  fast-forward   accept every token that is determined, while the budget allows
//            stop?          at the end of the text, or of the budget where the text is complete
//            choose         have evaluated what is pending (with a draft behind it), apply the mask, choose;
//                           a token after which the budget could not be met is chosen again under a stricter
//                           mask
//            accept         and in lenient strings, ask the model whether a bare quote closes the string
//            (quote.cc)
//
// It is a coroutine: resume() runs it until it needs logits that it does not have, and demand() says which. So one thread
// advances many answers, and what they all need is evaluated in one batch (scheduler.h).
//
// Drafts need no bookkeeping of their own. Tokens that probably follow (draft.h) are evaluated behind the pending ones;
// when the choices then agree, the logits are there already; where they differ, the next demand differs from what was
// evaluated, and whoever evaluates cuts its cache at the first difference.

#include <atomic>
#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "decode/choice.h"
#include "decode/comparison.h"
#include "decode/copy_bias.h"
#include "decode/draft.h"
#include "decode/evaluator.h"
#include "decode/generate.h"
#include "decode/progress.h"
#include "decode/stop_strings.h"
#include "decode/task.h"
#include "decode/teacher.h"
#include "decode/way_bias.h"
#include "matcher/matcher.h"

namespace surecall {

class Decoder {
 public:
  /// `prompt` must not be empty. `rows` holds the logits whenever resume() is called after the first time. `abort` and
  /// `drafting` may be null (nothing is then drafted from the prompt).
  Decoder(const GenerateRequest& request, std::vector<TokenId> prompt, Rows& rows, const std::atomic<bool>* abort,
          Drafting* drafting = nullptr);
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Goes on until the answer is complete (true) or more is needed (false): what demand() says must then be evaluated
  /// before the next resume(). Throws Error: SURECALL_BUDGET_TOO_SMALL before anything is evaluated, SURECALL_ABORTED,
  /// SURECALL_TEACHER.
  bool resume();
  /// Valid until the next resume().
  Demand demand() const { return {sequence_, lengths_, tree_.nodes}; }
  /// True until the first demand was met: the prompt is being evaluated.
  bool in_prompt() const { return !evaluated_; }
  /// So many of the prompt's tokens were not evaluated for this answer. To be said while in_prompt().
  void note_cached(size_t tokens) { result_.cached_tokens = static_cast<uint32_t>(std::min(tokens, prompt_size_)); }
  std::span<const TokenId> prompt() const { return std::span(sequence_).first(prompt_size_); }
  /// Once, after resume() returned true.
  GenerateResult take_result();

  /// All of it, by itself.
  GenerateResult run(Evaluator& evaluator);

 private:
  using Clock = std::chrono::steady_clock;

  const Vocabulary& vocabulary() const { return request_.answer->vocabulary(); }
  /// Tokens that may still be written.
  uint32_t left() const { return request_.max_tokens - static_cast<uint32_t>(result_.tokens.size()); }
  void check_abort() const;
  void check_budget();
  Task<> decode();
  bool stop_here();
  void cut(size_t begin);
  void finish();

  Task<bool> fast_forward();
  Task<bool> accept_stretch(std::span<const TokenId> tokens);
  bool stretch_fits(std::span<const TokenId> tokens);
  void append(std::span<const TokenId> tokens);

  Task<const float*> logits();
  const float* known_row();
  void place_demand();
  void count_accepted_drafts();
  Task<> choose();
  const float* biased(const float* row);
  Choice apply_mask(const float* row, Mask& stricter, const Mask*& mask);
  Task<> accept_choice(Choice& choice);

  // compare.cc
  void mark_compared();
  Task<bool> compare();
  std::vector<Candidate> candidates(std::span<const Way> ways);
  Task<> score(std::vector<Candidate>& candidates);
  Task<> score_tree(std::vector<Candidate>& candidates, CandidateTree tree, const float* root);
  Task<> score_alone(Candidate& candidate);
  Task<> evaluate();
  Task<bool> accept_best(std::span<const Candidate> candidates);

  // quote.cc
  bool in_string();
  std::optional<size_t> closing_quote(TokenId token);
  Task<> settle_quote(Choice& choice, size_t quote);
  Task<bool> closes_string();
  void draft_after_quote();

  const GenerateRequest& request_;
  Rows& rows_;
  const std::atomic<bool>* abort_;
  Matcher matcher_;
  Chooser chooser_;
  Reporter reporter_;
  StopStrings stop_;
  std::optional<Teacher> teacher_;
  std::optional<CopyBias> copies_;
  std::optional<WayBias> way_bias_;
  std::optional<Drafter> drafter_;  // where drafts are taken from the prompt
  std::vector<TokenId> sequence_;   // prompt and answer; while suspended also the draft
  size_t prompt_size_;
  Draft draft_;                    // what probably follows sequence_
  std::vector<size_t> lengths_;    // of the demand
  CandidateTree tree_;             // of the demand, mostly empty
  std::optional<WaysEnd> compared_;  // up to where texts are compared
  std::vector<TokenId> asked_;     // the demand's tokens after the prompt, once it was met
  size_t asked_from_ = 0;          // length of the sequence at that time, without the draft
  Draft asked_draft_;
  size_t forced_to_ = 0;           // bytes of the text up to the end of the last forced stretch
  bool evaluated_ = false;
  std::coroutine_handle<> suspended_;  // innermost coroutine
  Clock::time_point start_;
  Clock::duration prefill_{}, decoding_{};
  GenerateResult result_;
  Task<> main_;  // last: it refers to the rest
};

}  // namespace surecall

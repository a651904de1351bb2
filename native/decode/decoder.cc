#include "decode/decoder.h"

#include <algorithm>

#include "support/error.h"

namespace surecall {
namespace {

constexpr size_t kShownAlternatives = 5;

double milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

Decoder::Decoder(const GenerateRequest& request, std::vector<TokenId> prompt, Evaluator& evaluator,
                 const std::atomic<bool>* abort)
    : request_(request),
      evaluator_(evaluator),
      abort_(abort),
      matcher_(request.answer),
      chooser_(request.answer->vocabulary(), request.sampling),
      sequence_(std::move(prompt)),
      prompt_size_(sequence_.size()),
      start_(Clock::now()) {
  result_.prompt_tokens = static_cast<uint32_t>(prompt_size_);
}

GenerateResult Decoder::run() {
  check_budget();
  for (;;) {
    check_abort();
    if (fast_forward()) continue;
    if (matcher_.at_end()) break;
    if (left() == 0) {
      result_.finish = FinishReason::length;
      break;
    }
    choose();
    if (result_.choices.back().ends) break;
  }
  if (!matcher_.accepting())
    throw Error("SURECALL_INTERNAL", "decoding ended before the answer was complete");

  result_.text = matcher_.text();
  result_.captures = matcher_.captures();
  for (const Choice& choice : result_.choices) result_.removed_mass += choice.removed_mass;
  if (!result_.choices.empty()) result_.removed_mass /= static_cast<double>(result_.choices.size());
  const Clock::duration total = Clock::now() - start_;
  result_.prefill_ms = milliseconds(prefill_);
  result_.decode_ms = milliseconds(decoding_);
  result_.mask_ms = milliseconds(total - prefill_ - decoding_);
  result_.total_ms = milliseconds(total);
  return std::move(result_);
}

void Decoder::check_abort() const {
  if (abort_ != nullptr && abort_->load(std::memory_order_relaxed))
    throw Error("SURECALL_ABORTED", "the call was aborted");
}

void Decoder::check_budget() {
  constexpr uint32_t kSearchTo = 1 << 16;
  if (matcher_.tokens_to_accept(request_.max_tokens) <= request_.max_tokens) return;
  const uint32_t needed = matcher_.tokens_to_accept(kSearchTo);
  throw Error("SURECALL_BUDGET_TOO_SMALL",
              "the shortest answer needs " +
                  (needed > kSearchTo ? "more than " + std::to_string(kSearchTo) : std::to_string(needed)) +
                  " tokens, and maxTokens is " + std::to_string(request_.max_tokens));
}

// --- what is determined
// ---------------------------------------------------------------------------------------------

// True if something was accepted. Otherwise draft_ holds the best guess at what follows.
bool Decoder::fast_forward() {
  draft_.clear();
  draft_forced_ = 0;
  Forced forced = matcher_.forced();
  if (!forced.tokens.empty() && accept_stretch(forced.tokens)) return true;
  // A choice of one token is none.
  const Mask& mask = matcher_.mask();
  if (mask.count() == 1 && left() > 0) {
    TokenId only = 0;
    mask.for_each([&](TokenId id) { only = id; });
    if (!vocabulary().ends_generation(only) && accept_stretch({&only, 1})) return true;
  }
  if (request_.fast_forward && forced.tokens.empty()) draft_ = std::move(forced.held_back);
  return false;
}

// All of them, or none if the budget would then not suffice for the rest: other tokens, fewer than the
// canonical ones, may spell the same bytes, and choosing one by one under the stricter mask finds them.
bool Decoder::accept_stretch(std::span<const TokenId> tokens) {
  if (tokens.size() > left()) return false;
  const size_t before = matcher_.steps();
  bool fits = true;
  for (const TokenId token : tokens) fits = fits && matcher_.accept_token(token);
  const uint32_t rest = left() - static_cast<uint32_t>(tokens.size());
  fits = fits && matcher_.tokens_to_accept(rest) <= rest;
  if (!fits) {
    matcher_.rollback(matcher_.steps() - before);
    return false;
  }
  if (request_.fast_forward) {
    append(tokens);
  } else {
    for (size_t i = 0; i < tokens.size(); ++i) {
      logits();  // the step that fast-forward saves
      append(tokens.subspan(i, 1));
    }
  }
  result_.forwarded_tokens += static_cast<uint32_t>(tokens.size());
  if (request_.trace) {
    TraceStep step;
    step.tokens.assign(tokens.begin(), tokens.end());
    result_.trace.push_back(std::move(step));
  }
  return true;
}

void Decoder::append(std::span<const TokenId> tokens) {
  sequence_.insert(sequence_.end(), tokens.begin(), tokens.end());
  result_.tokens.insert(result_.tokens.end(), tokens.begin(), tokens.end());
}

// --- what the model chooses
// -----------------------------------------------------------------------------------------

const float* Decoder::logits() {
  if (const float* known = evaluator_.logits(sequence_)) return known;
  check_abort();
  const size_t length = sequence_.size();
  // A draft never reaches beyond the budget, and so never beyond the context.
  draft_.resize(std::min({draft_.size(), static_cast<size_t>(left()), Evaluator::kMaxDraft - 1}));
  std::vector<size_t> lengths = {length};
  for (size_t ahead = std::max<size_t>(draft_forced_, 1); ahead <= draft_.size(); ++ahead) {
    if (lengths.size() == Evaluator::kMaxRows) {
      draft_.resize(ahead - 1);
      break;
    }
    lengths.push_back(length + ahead);
  }
  if (lengths.back() != length + draft_.size()) draft_.clear();  // cut within its forced part
  sequence_.insert(sequence_.end(), draft_.begin(), draft_.end());

  const auto start = Clock::now();
  const size_t cached = evaluator_.evaluate(sequence_, lengths);
  (evaluated_ ? decoding_ : prefill_) += Clock::now() - start;
  if (!evaluated_) result_.cached_tokens = static_cast<uint32_t>(std::min(cached, prompt_size_));
  evaluated_ = true;
  ++result_.model_steps;
  result_.draft_tokens += static_cast<uint32_t>(draft_.size());
  sequence_.resize(length);
  const float* row = evaluator_.logits(sequence_);
  if (row == nullptr) throw Error("SURECALL_INTERNAL", "the evaluator has no logits for what it evaluated");
  return row;
}

void Decoder::choose() {
  const float* row = logits();
  const Mask* mask = &matcher_.mask();
  if (mask->count() == 0) throw Error("SURECALL_INTERNAL", "no token can continue the answer");
  Choice choice = chooser_.choose(row, *mask, sequence_.size());
  Mask stricter;
  if (!choice.ends && !matcher_.can_finish_after(choice.token, left() - 1)) {
    stricter = matcher_.mask_within(left());
    mask = &stricter;
    if (mask->count() == 0) throw Error("SURECALL_INTERNAL", "no token leaves room to finish the answer");
    choice = chooser_.choose(row, *mask, sequence_.size());
  }

  const size_t traced = result_.trace.size();
  if (request_.trace) {
    TraceStep step;
    step.is_choice = true;
    step.tokens = {choice.token};
    step.alternatives = chooser_.alternatives(row, *mask, kShownAlternatives);
    result_.trace.push_back(std::move(step));
  }
  ++result_.sampled_tokens;
  choice.begin = choice.end = matcher_.text().size();
  if (!choice.ends) accept_choice(choice);
  if (request_.trace) result_.trace[traced].choice = choice;
  result_.choices.push_back(choice);
}

void Decoder::accept_choice(Choice& choice) {
  if (!matcher_.accept_token(choice.token))
    throw Error("SURECALL_INTERNAL", "the mask allowed a token that the matcher refuses");
  append({&choice.token, 1});
  if (const std::optional<size_t> quote = closing_quote(choice.token)) settle_quote(choice, *quote);
  choice.end = matcher_.text().size();
}

}  // namespace surecall

#include "decode/decoder.h"

#include <algorithm>

#include "decode/json_tail.h"
#include "support/error.h"

namespace surecall {
namespace {

constexpr size_t kShownAlternatives = 5;

double milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

/// Suspends the decoder, whichever of its coroutines asks.
struct Suspend {
  std::coroutine_handle<>& where;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const noexcept { where = handle; }
  void await_resume() const noexcept {}
};

}  // namespace

Decoder::Decoder(const GenerateRequest& request, std::vector<TokenId> prompt, Rows& rows, const std::atomic<bool>* abort,
                 Drafting* drafting)
    : request_(request),
      rows_(rows),
      abort_(abort),
      matcher_(request.answer),
      chooser_(request.answer->vocabulary(), request.sampling),
      reporter_(request),
      stop_(request.stop),
      sequence_(std::move(prompt)),
      prompt_size_(sequence_.size()),
      start_(Clock::now()),
      main_(decode()) {
  result_.prompt_tokens = static_cast<uint32_t>(prompt_size_);
  if (request.teacher) teacher_.emplace(*request.teacher, vocabulary());
  if (request.copy_bias > 0) copies_.emplace(request.draft_source, vocabulary(), request.copy_bias, request.mentioned, request.places);
  if (!request.capture_bias.empty()) way_bias_.emplace(request.capture_bias, request.answer->automaton(), vocabulary());
  if (drafting != nullptr && request.drafts && request.fast_forward) {
    drafter_.emplace(request.draft_source.empty() ? vocabulary().detokenize(sequence_) : request.draft_source, vocabulary(), *drafting);
  }
  if (!request.compare.until.empty()) mark_compared();
  suspended_ = main_.handle();
}

bool Decoder::resume() {
  suspended_.resume();
  if (!main_.done()) return false;
  main_.take();
  return true;
}

GenerateResult Decoder::run(Evaluator& evaluator) {
  while (!resume()) {
    const size_t cached = evaluator.evaluate(demand());
    if (in_prompt()) note_cached(cached);
  }
  return take_result();
}

Task<> Decoder::decode() {
  check_budget();
  for (;;) {
    check_abort();
    if (stop_here()) break;
    const bool forwarded = co_await fast_forward();
    if (forwarded) continue;
    if (matcher_.at_end()) break;
    if (left() == 0) {
      result_.finish = FinishReason::length;
      break;
    }
    if (compared_) {
      const bool compared = co_await compare();
      if (compared) continue;
    }
    co_await choose();
    if (result_.choices.back().ends) break;
  }
  finish();
}

/// True if a stop string was written. Here nothing is in doubt, so it is also the place to report.
bool Decoder::stop_here() {
  if (!stop_.empty()) {
    if (const std::optional<size_t> begin = stop_.find(matcher_)) {
      cut(*begin);
      return true;
    }
  }
  reporter_.report(matcher_, result_, stop_.empty() ? 0 : stop_.held(matcher_.text()));
  return false;
}

/// Ends the text at `begin`. What was evaluated for the rest counts all the same.
void Decoder::cut(size_t begin) {
  matcher_.cut(begin);
  std::erase_if(result_.choices, [&](const Choice& choice) { return choice.begin >= begin; });
  for (Choice& choice : result_.choices) choice.end = std::min(choice.end, begin);
}

void Decoder::finish() {
  if (!matcher_.accepting())
    throw Error("SURECALL_INTERNAL", "decoding ended before the answer was complete");
  if (teacher_ && stop_.empty()) teacher_->check_complete(matcher_.text());
  count_accepted_drafts();
  result_.text = matcher_.text();
  CaptureTrace trace(request_.answer->automaton());
  matcher_.trace(trace);
  result_.captures = trace.captures();
  reporter_.finish(trace, result_);
  for (const Choice& choice : result_.choices) result_.removed_mass += choice.removed_mass;
  if (!result_.choices.empty()) result_.removed_mass /= static_cast<double>(result_.choices.size());
  const Clock::duration total = Clock::now() - start_;
  result_.prefill_ms = milliseconds(prefill_);
  result_.decode_ms = milliseconds(decoding_);
  result_.mask_ms = milliseconds(total - prefill_ - decoding_);
  result_.total_ms = milliseconds(total);
}

GenerateResult Decoder::take_result() { return std::move(result_); }

void Decoder::check_abort() const {
  if (abort_ != nullptr && abort_->load(std::memory_order_relaxed))
    throw Error("SURECALL_ABORTED", "the call was aborted");
}

void Decoder::check_budget() {
  constexpr uint32_t kSearchTo = 1 << 16;
  if (matcher_.can_finish_within(request_.max_tokens)) return;
  const uint32_t needed = matcher_.tokens_to_accept(kSearchTo);
  throw Error("SURECALL_BUDGET_TOO_SMALL",
              "the shortest answer needs " +
                  (needed > kSearchTo ? "more than " + std::to_string(kSearchTo) : std::to_string(needed)) +
                  " tokens, and maxTokens is " + std::to_string(request_.max_tokens));
}

// --- what is determined
// ---------------------------------------------------------------------------------------------

// True if something was accepted. Otherwise draft_ holds the best guess at what follows.
Task<bool> Decoder::fast_forward() {
  draft_.clear();
  Forced forced = matcher_.forced();
  if (!forced.tokens.empty()) {
    const bool accepted = co_await accept_stretch(forced.tokens);
    if (accepted) co_return true;
  }
  // A choice of one token is none.
  const Mask& mask = matcher_.mask();
  if (mask.count() == 1 && left() > 0) {
    TokenId only = 0;
    mask.for_each([&](TokenId id) { only = id; });
    if (!vocabulary().ends_generation(only)) {
      const bool accepted = co_await accept_stretch({&only, 1});
      if (accepted) co_return true;
    }
  }
  if (request_.fast_forward && forced.tokens.empty()) draft_.add(forced.held_back, /*rows=*/true);
  co_return false;
}

// All of them, or none if the budget would then not suffice for the rest: other tokens, fewer than the
// canonical ones, may spell the same bytes, and choosing one by one under the stricter mask finds them.
Task<bool> Decoder::accept_stretch(std::span<const TokenId> tokens) {
  if (!stretch_fits(tokens)) co_return false;
  if (request_.fast_forward) {
    append(tokens);
  } else {
    for (size_t i = 0; i < tokens.size(); ++i) {
      co_await logits();  // the step that fast-forward saves
      append(tokens.subspan(i, 1));
    }
  }
  result_.forwarded_tokens += static_cast<uint32_t>(tokens.size());
  if (request_.trace) {
    TraceStep step;
    step.tokens.assign(tokens.begin(), tokens.end());
    result_.trace.push_back(std::move(step));
  }
  forced_to_ = matcher_.text().size();
  co_return true;
}

/// Accepts the tokens, or leaves the matcher as it was.
bool Decoder::stretch_fits(std::span<const TokenId> tokens) {
  if (tokens.size() > left()) return false;
  const size_t before = matcher_.steps();
  bool fits = true;
  for (const TokenId token : tokens) fits = fits && matcher_.accept_token(token);
  const uint32_t rest = left() - static_cast<uint32_t>(tokens.size());
  fits = fits && matcher_.can_finish_within(rest);
  if (!fits) matcher_.rollback(matcher_.steps() - before);
  return fits;
}

void Decoder::append(std::span<const TokenId> tokens) {
  sequence_.insert(sequence_.end(), tokens.begin(), tokens.end());
  result_.tokens.insert(result_.tokens.end(), tokens.begin(), tokens.end());
}

// --- what the model says
// ---------------------------------------------------------------------------------------------

Task<const float*> Decoder::logits() {
  if (const float* known = known_row()) co_return known;
  count_accepted_drafts();
  const size_t length = sequence_.size();
  place_demand();
  result_.draft_tokens += static_cast<uint32_t>(draft_.size());

  co_await evaluate();

  asked_.assign(sequence_.begin() + static_cast<std::ptrdiff_t>(prompt_size_), sequence_.end());
  asked_from_ = length;
  asked_draft_ = draft_;
  sequence_.resize(length);
  co_return rows_.row(length);
}

/// Has the demand evaluated.
Task<> Decoder::evaluate() {
  check_abort();
  ++result_.model_steps;
  const auto start = Clock::now();
  co_await Suspend{suspended_};
  (evaluated_ ? decoding_ : prefill_) += Clock::now() - start;
  evaluated_ = true;
  check_abort();
}

/// The logits after sequence_, if the last demand asked for them.
const float* Decoder::known_row() {
  if (!evaluated_ || !std::binary_search(lengths_.begin(), lengths_.end(), sequence_.size())) return nullptr;
  const auto answer = std::span(sequence_).subspan(prompt_size_);
  if (answer.size() > asked_.size() || !std::equal(answer.begin(), answer.end(), asked_.begin())) return nullptr;
  return rows_.row(sequence_.size());
}

/// sequence_ with the draft behind it, and lengths_.
void Decoder::place_demand() {
  // A draft never reaches beyond the budget, and so never beyond the context.
  const size_t most = std::min<size_t>(left(), Demand::kMaxDraft - 1);
  if (drafter_) drafter_->extend(draft_, matcher_, forced_to_, most);
  if (draft_.size() > most) draft_.tokens.resize(most);
  const size_t length = sequence_.size();
  lengths_ = {length};
  size_t useful = 0;
  for (size_t i = 0; i < draft_.size() && lengths_.size() < Demand::kMaxRows; ++i) {
    if (!draft_.tokens[i].row) continue;
    lengths_.push_back(length + i + 1);
    useful = i + 1;
  }
  draft_.tokens.resize(useful);  // nothing is asked about the rest
  for (const Draft::Token& token : draft_.tokens) sequence_.push_back(token.id);
}

/// Of the last demand's draft: sequence_ has grown since, or it was replaced.
void Decoder::count_accepted_drafts() {
  const auto answer = std::span(sequence_).subspan(prompt_size_);
  const auto same = std::mismatch(answer.begin(), answer.end(), asked_.begin(), asked_.end()).first;
  const size_t agreed = prompt_size_ + static_cast<size_t>(same - answer.begin());
  bool right = true;
  for (size_t i = 0; i < asked_draft_.size() && right; ++i) {
    const size_t position = asked_from_ + i;
    if (position >= sequence_.size()) break;  // the answer ended before: nothing is known about the rest
    right = position < agreed;
    if (right) ++result_.accepted_draft_tokens;
    const GuessKind kind = asked_draft_.tokens[i].kind;
    if (drafter_ && kind != GuessKind::none) drafter_->drafting().learn(kind, right);
  }
  asked_draft_.clear();
}

// --- what the model chooses
// -----------------------------------------------------------------------------------------

Task<> Decoder::choose() {
  const float* row = biased(co_await logits());
  Mask stricter;
  const Mask* mask = nullptr;
  Choice choice = apply_mask(row, stricter, mask);

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
  if (!choice.ends) co_await accept_choice(choice);
  if (request_.trace) result_.trace[traced].choice = choice;
  result_.choices.push_back(choice);
}

const float* Decoder::biased(const float* row) {
  if (way_bias_) {
    const std::vector<Way> ways = matcher_.ways_to(way_bias_->ends());
    if (ways.size() > 1) return way_bias_->raise(row, ways);
  }
  if (!copies_) return row;
  const std::string_view text = matcher_.text();
  const JsonValues values = values_so_far(text);
  copies_->set_used(values.complete, values.member);
  if (in_string()) return copies_->raise(row, string_body(text));
  if (values.open_string) return copies_->raise_listed(row, *values.open_string);
  const std::string_view number = number_body(text);
  return number.empty() && !starts_member(text) ? row : copies_->raise_number(row, number);
}

/// Chooses under the matcher's mask, or under a `stricter` one if the budget asks for it; `mask` is the one that counts.
Choice Decoder::apply_mask(const float* row, Mask& stricter, const Mask*& mask) {
  mask = &matcher_.mask();
  if (mask->count() == 0) throw Error("SURECALL_INTERNAL", "no token can continue the answer");
  Choice choice = chooser_.choose(row, *mask, sequence_.size());
  const auto follow_teacher = [&] {
    if (teacher_) choice = chooser_.replaced(choice, teacher_->next(matcher_.text(), *mask), row);
  };
  follow_teacher();
  if (!choice.ends && !matcher_.can_finish_after(choice.token, left() - 1)) {
    stricter = matcher_.mask_within(left());
    mask = &stricter;
    if (mask->count() == 0) throw Error("SURECALL_INTERNAL", "no token leaves room to finish the answer");
    choice = chooser_.choose(row, *mask, sequence_.size());
    follow_teacher();
  }
  return choice;
}

Task<> Decoder::accept_choice(Choice& choice) {
  if (!matcher_.accept_token(choice.token))
    throw Error("SURECALL_INTERNAL", "the mask allowed a token that the matcher refuses");
  append({&choice.token, 1});
  if (const std::optional<size_t> quote = closing_quote(choice.token)) co_await settle_quote(choice, *quote);
  choice.end = matcher_.text().size();
}

}  // namespace surecall

#include "matcher/matcher.h"

#include <algorithm>

#include "mask/template.h"
#include "support/error.h"

namespace surecall {

Matcher::Matcher(std::shared_ptr<Template> shared) : template_(std::move(shared)) {
  const std::lock_guard guard(template_->mutex());
  history_.push_back({template_->states().start(), 0, kNoToken});
  template_->enter(this);
}

Matcher::~Matcher() {
  const std::lock_guard guard(template_->mutex());
  template_->leave(this);
}

std::unique_lock<std::mutex> Matcher::lock() {
  std::unique_lock guard(template_->mutex());
  template_->trim();
  return guard;
}

void Matcher::collect_states(std::vector<StateId*>& out) {
  for (Step& step : history_) out.push_back(&step.state);
}

StateId Matcher::step_bytes(StateId from, std::string_view bytes) {
  StateTable& states = template_->states();
  for (const char c : bytes) {
    from = states.step(from, static_cast<uint8_t>(c));
    if (from == kDeadState) break;
  }
  return from;
}

/// The state after a token, read in every way: by token edges and by its bytes.
StateId Matcher::step_token(TokenId id) {
  const Vocabulary& vocabulary = template_->vocabulary();
  StateTable& states = template_->states();
  if (id >= vocabulary.size()) return kDeadState;
  const StateId by_edge = states.step_token(state(), id);
  if (vocabulary.ends_generation(id)) {
    if (by_edge != kDeadState) return by_edge;
    return states.accepting(state()) && state() != kFinishedState ? kFinishedState : kDeadState;
  }
  const std::string_view bytes = vocabulary.bytes(id);
  const bool is_text = !bytes.empty() && bytes.size() <= TokenTrie::kMaxTokenBytes;
  const StateId by_bytes = is_text ? states.end_token(step_bytes(state(), bytes)) : kDeadState;
  return states.unite(by_edge, by_bytes);
}

bool Matcher::accept_token(TokenId id) {
  const auto guard = lock();
  const StateId next = step_token(id);
  if (next == kDeadState) return false;
  if (next != kFinishedState) text_ += template_->vocabulary().bytes(id);
  history_.push_back({next, static_cast<uint32_t>(text_.size()), id});
  return true;
}

bool Matcher::accept_bytes(std::string_view bytes) {
  const auto guard = lock();
  const StateId next = template_->states().end_token(step_bytes(state(), bytes));
  if (next == kDeadState) return false;
  text_ += bytes;
  history_.push_back({next, static_cast<uint32_t>(text_.size()), kNoToken});
  return true;
}

bool Matcher::allows(TokenId id) {
  const auto guard = lock();
  return step_token(id) != kDeadState;
}

bool Matcher::accepting() {
  const auto guard = lock();
  return template_->states().accepting(state());
}

bool Matcher::at_end() {
  const auto guard = lock();
  return template_->states().at_end(state());
}

size_t Matcher::step_before(size_t offset) const {
  const auto after = std::upper_bound(history_.begin(), history_.end(), offset,
                                      [](size_t at, const Step& step) { return at < step.text_size; });
  return static_cast<size_t>(after - history_.begin()) - 1;
}

bool Matcher::could_end(size_t begin, size_t end) {
  const auto guard = lock();
  StateTable& states = template_->states();
  size_t step = step_before(begin);
  StateId at = history_[step].state;
  for (size_t offset = history_[step].text_size;; ++offset) {
    // Where a token ends its own state counts: it may have been read as a token, too.
    for (; step + 1 < history_.size() && history_[step + 1].text_size == offset; ++step) at = history_[step + 1].state;
    if (offset >= begin && !states.accepting(at)) return false;
    if (offset == end) return true;
    at = states.step(at, static_cast<uint8_t>(text_[offset]));
    if (at == kDeadState) return false;
  }
}

void Matcher::cut(size_t begin) {
  const std::string text = text_.substr(0, begin);
  const size_t kept = step_before(begin);
  rollback(steps() - kept);
  if (text.size() > text_.size() && !accept_bytes(std::string_view(text).substr(text_.size())))
    throw Error("SURECALL_INTERNAL", "the text cannot be cut there");
}

bool Matcher::finished() const { return state() == kFinishedState; }

const Mask& Matcher::mask() {
  const auto guard = lock();
  mask_ = template_->masks().mask(state());
  return *mask_;
}

uint32_t Matcher::tokens_to_accept(uint32_t limit) {
  const auto guard = lock();
  return template_->budget().tokens_to_accept(state(), limit);
}

bool Matcher::can_finish_after(TokenId id, uint32_t tokens_left) {
  const auto guard = lock();
  return template_->budget().fits(step_token(id), tokens_left);
}

bool Matcher::can_finish_within(uint32_t tokens_left) {
  const auto guard = lock();
  return template_->budget().fits(state(), tokens_left);
}

Mask Matcher::mask_within(uint32_t tokens_left) {
  const auto guard = lock();
  return template_->budget().mask_within(state(), tokens_left);
}

void Matcher::rollback(size_t steps) {
  if (steps >= history_.size()) {
    throw Error("SURECALL_INVALID_OPTION", "cannot take back " + std::to_string(steps) + " steps: only " +
                                               std::to_string(history_.size() - 1) + " were made");
  }
  history_.resize(history_.size() - steps);
  text_.resize(history_.back().text_size);
}

void Matcher::reset() { rollback(steps()); }

bool Matcher::in_capture(std::string_view name) {
  const auto guard = lock();
  const auto& names = template_->automaton().capture_names();
  const auto it = std::ranges::find(names, name);
  if (it == names.end()) return false;
  return template_->states().in_capture(state(), static_cast<uint32_t>(it - names.begin()));
}

size_t Matcher::memory_bytes() const { return sizeof(*this) + history_.capacity() * sizeof(Step) + text_.capacity(); }

}  // namespace surecall

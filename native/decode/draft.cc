#include "decode/draft.h"

#include <algorithm>

#include "decode/words.h"

namespace surecall {
namespace {

// What may end a value, in JSON and in tags; the likelier first.
constexpr std::string_view kClosers[] = {"\"", "}", "]", ",", "<", "\n"};
constexpr size_t kMostClosers = 4;
/// Bytes at the end of an answer that are looked for in the prompt.
constexpr size_t kLongestKey = 48;

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// Where a word that starts at `begin` ends: inner punctuation, as in 3.14, e-mail or O'Neill, belongs to it.
size_t word_end(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size()) {
    const bool inner = text[end] != ' ' && text[end] != '\n' && text[end] != '"' && text[end] != ',' && text[end] != '?' &&
                       end + 1 < text.size() && is_word(text[end + 1]) && end > begin;
    if (!is_word(text[end]) && !inner) break;
    ++end;
  }
  return end;
}

}  // namespace

void Draft::clear() {
  tokens.clear();
  row_before = true;
}

void Draft::add(std::span<const TokenId> ids, bool rows) {
  for (const TokenId id : ids) tokens.push_back({id, rows, GuessKind::none});
}

// --- where values come from
// ------------------------------------------------------------------------------------------

PromptLookup::PromptLookup(std::string source) : source_(std::move(source)) {
  for (size_t at = 0; at < source_.size();) {
    if (!is_word(source_[at])) {
      ++at;
      continue;
    }
    const size_t end = word_end(source_, at);
    const bool negative = at > 0 && source_[at - 1] == '-' && (at < 2 || source_[at - 2] == ' ');
    if (at > 0 && is_quote(source_[at - 1])) {
      const size_t closing = source_.find(source_[at - 1], at);
      if (closing != std::string::npos) {
        names_.push_back({at, closing});
        at = closing + 1;
        continue;
      }
    }
    if (is_digit(source_[at])) {
      numbers_.push_back({negative ? at - 1 : at, end});
      at = end;
      continue;
    }
    // A run of capitalised words is one name: New York, San Francisco.
    size_t last = end;
    if (is_capital(source_[at])) {
      while (last + 1 < source_.size() && source_[last] == ' ' && is_capital(source_[last + 1])) last = word_end(source_, last + 1);
      if (at > 0 || last > end) names_.push_back({at, last});
    }
    at = last;
  }
}

PromptLookup::Span PromptLookup::word_at(size_t at) const {
  for (const std::vector<Span>* spans : {&names_, &numbers_}) {
    for (const Span& span : *spans) {
      if (span.begin <= at && at <= span.end) return span;
    }
  }
  size_t begin = at;
  while (begin > 0 && is_word(source_[begin - 1])) --begin;
  return {begin, std::max(at, word_end(source_, begin))};
}

PromptLookup::Guess PromptLookup::next(std::string_view answer, size_t value) const {
  const size_t first = std::max(value, answer.size() - std::min(answer.size(), kLongestKey));
  for (size_t begin = first; begin < answer.size(); ++begin) {
    if (!is_word(answer[begin]) || !starts_word(answer, begin)) continue;
    const std::string_view key = answer.substr(begin);
    for (size_t at = source_.find(key); at != std::string::npos; at = source_.find(key, at + 1)) {
      if (!starts_word(source_, at)) continue;
      const size_t here = at + key.size();
      const Span span = word_at(here);
      if (here < span.end) return {source_.substr(here, span.end - here), GuessKind::copy};
      // The end of a word. A phrase that was copied so far goes on; a single word is probably the whole value.
      const bool phrase = key.find(' ') != std::string_view::npos && !is_capital(key.front());
      if (!phrase || here + 1 >= source_.size() || source_[here] != ' ') return {"", GuessKind::close};
      return {source_.substr(here, word_end(source_, here + 1) - here), GuessKind::copy};
    }
  }
  return {};
}

std::vector<std::string_view> PromptLookup::beginnings(std::string_view answer, bool quoted) const {
  std::vector<std::string_view> found;
  const auto add = [&](const std::vector<Span>& spans) {
    for (const Span& span : spans) {
      const std::string_view text = std::string_view(source_).substr(span.begin, span.end - span.begin);
      if (answer.find(text) == std::string_view::npos) found.push_back(text);
    }
  };
  if (quoted) add(names_);
  add(numbers_);
  return found;
}

// --- writing a draft
// -------------------------------------------------------------------------------------------------

struct Drafter::Walk {
  Draft& draft;
  Matcher& matcher;
  size_t value;  // byte where the value at hand begins
  size_t limit;
  double right = 1;  // the probability of all guesses so far

  bool full() const { return draft.size() >= limit; }
  /// What was written last is followed by something determined: its logits are of no use.
  void no_row() { (draft.empty() ? draft.row_before : draft.tokens.back().row) = false; }
};

Drafter::Drafter(std::string source, const Vocabulary& vocabulary, Drafting& drafting)
    : vocabulary_(vocabulary), drafting_(drafting), lookup_(std::move(source)) {}

void Drafter::extend(Draft& draft, Matcher& matcher, size_t value, size_t limit) {
  const size_t before = matcher.steps();
  Walk walk{draft, matcher, value, limit};
  bool goes_on = std::all_of(draft.tokens.begin(), draft.tokens.end(), [&](const Draft::Token& t) { return matcher.accept_token(t.id); });
  while (goes_on && !walk.full()) goes_on = follow_forced(walk) || guess(walk);
  matcher.rollback(matcher.steps() - before);
}

// What is forced once the guesses come true. False at a choice, and at the end of the answer, whose forced tail is never
// evaluated.
bool Drafter::follow_forced(Walk& walk) {
  if (walk.draft.empty()) return false;  // the decoder has been here
  const Forced forced = walk.matcher.forced();
  const bool certain = !forced.tokens.empty();
  const std::vector<TokenId>& tokens = certain ? forced.tokens : forced.held_back;
  if (tokens.empty()) {
    if (walk.matcher.at_end()) walk.no_row();
    return false;
  }
  for (const TokenId token : tokens) {
    if (walk.full() || !walk.matcher.accept_token(token)) return false;
    if (certain) walk.no_row();
    walk.draft.tokens.push_back({token, true, GuessKind::none});
  }
  if (certain) walk.value = walk.matcher.text().size();
  return true;
}

bool Drafter::guess(Walk& walk) {
  if (walk.matcher.at_end()) return false;
  const std::string& answer = walk.matcher.text();
  const PromptLookup::Guess copied = lookup_.next(answer, walk.value);
  if (copied.kind == GuessKind::copy && take(walk, copied.text, GuessKind::copy)) return true;
  if (copied.kind != GuessKind::none) return take(walk, closing(walk.matcher), GuessKind::close);
  if (!answer.empty() && is_word(answer.back())) return false;  // inside a value that is not in the prompt
  const bool quoted = answer.ends_with('"') || answer.ends_with('\n');
  for (const std::string_view beginning : lookup_.beginnings(answer, quoted)) {
    if (take(walk, beginning, GuessKind::start)) return true;
  }
  return false;
}

/// Text that would end the value here, and what is forced behind it; empty if it cannot end.
std::string Drafter::closing(Matcher& matcher) {
  std::string text;
  const size_t before = matcher.steps();
  for (size_t i = 0; i < kMostClosers && !matcher.at_end(); ++i) {
    const auto closer = std::find_if(std::begin(kClosers), std::end(kClosers), [&](std::string_view c) { return matcher.accept_bytes(c); });
    if (closer == std::end(kClosers)) break;
    text += *closer;
    const std::string forced = matcher.forced_bytes();
    if (!forced.empty()) {
      text += forced;
      break;
    }
  }
  matcher.rollback(matcher.steps() - before);
  return text;
}

/// Adds as many tokens of `text` as the mask allows and as pay. False if that is none.
bool Drafter::take(Walk& walk, std::string_view text, GuessKind kind) {
  if (text.empty()) return false;
  bool any = false;
  for (const TokenId token : vocabulary_.tokenize(text)) {
    if (walk.full()) break;
    if (any && walk.matcher.forced().tokens.size() > 0) break;  // the rest is known better
    if (!walk.matcher.accept_token(token)) break;
    if (!drafting_.pays(kind, walk.right)) {
      walk.matcher.rollback(1);
      drafting_.pass(kind);
      walk.limit = walk.draft.size();
      return any;
    }
    walk.draft.tokens.push_back({token, true, kind});
    if (kind == GuessKind::start) kind = GuessKind::copy;  // if the beginning is right, the rest of the word is
    any = true;
  }
  return any;
}

}  // namespace surecall

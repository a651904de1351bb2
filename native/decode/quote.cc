// Bare quotes in lenient strings. A small model that copies `say "hi" now` into a JSON string often writes
// the inner quotes without a backslash. The mask cannot tell such a quote from the closing one, but the model
// can: evaluate the quote and look at what it would write next. A delimiter that may follow a string means
// that the string is closed (and the evaluation was needed anyway); anything else means that the quote was
// content, so `\"` is put in its place.
//
// Every replacement consumes budget and characters of the string, so there are only so many of them.

#include "decode/decoder.h"

namespace surecall {
namespace {

// The capture with which lenient templates mark the bodies of their strings, without the quotes.
constexpr std::string_view kStringBody = "string";
constexpr std::string_view kSpaces = " \t\r\n";

std::string_view after_spaces(std::string_view text) {
  const size_t start = text.find_first_not_of(kSpaces);
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

}  // namespace

bool Decoder::in_string() { return matcher_.in_capture(kStringBody); }

// Where the token that was just accepted closed a string, if that is the last that it did. A token that goes
// on to say what follows, as `",` does, has settled the question.
std::optional<size_t> Decoder::closing_quote(TokenId token) {
  if (!request_.lenient) return std::nullopt;
  const std::string_view bytes = vocabulary().bytes(token);
  const size_t quote = bytes.find_last_not_of(kSpaces);
  if (quote == std::string_view::npos || bytes[quote] != '"' || in_string()) return std::nullopt;
  matcher_.rollback(1);
  const bool moved = quote > 0 && matcher_.accept_bytes(bytes.substr(0, quote));
  const bool closes = in_string();
  if (moved) matcher_.rollback(1);
  matcher_.accept_token(token);
  return closes ? std::optional<size_t>(quote) : std::nullopt;
}

Task<> Decoder::settle_quote(Choice& choice, size_t quote) {
  draft_after_quote();
  const bool closed = co_await closes_string();
  if (closed) co_return;

  const std::string escaped = std::string(vocabulary().bytes(choice.token).substr(0, quote)) + "\\\"";
  const std::vector<TokenId> tokens = vocabulary().tokenize(escaped);
  matcher_.rollback(1);
  sequence_.pop_back();
  result_.tokens.pop_back();
  draft_.clear();
  const size_t value = forced_to_;
  const bool replaced = co_await accept_stretch(tokens);
  if (replaced) {
    forced_to_ = value;  // still the same string
    choice.escaped = true;
    ++result_.escaped_quotes;
    --result_.sampled_tokens;  // what stands in its place was not chosen
    co_return;
  }
  // No room for it, in the string or in the budget: then the quote closes the string after all.
  matcher_.accept_token(choice.token);
  append({&choice.token, 1});
}

// What would be written next if the string ended here: evaluated with the quote, so that a closed string
// costs no more steps than one in a strict template.
void Decoder::draft_after_quote() {
  draft_.clear();
  if (!request_.fast_forward) return;
  Forced forced = matcher_.forced();
  const size_t before = matcher_.steps();
  for (const TokenId token : forced.tokens) matcher_.accept_token(token);
  const bool ends = matcher_.at_end();
  matcher_.rollback(matcher_.steps() - before);
  if (ends) return;  // the tail after the last choice is not evaluated at all
  draft_.add(forced.tokens, /*rows=*/false);
  if (!draft_.empty()) draft_.tokens.back().row = true;
  draft_.add(forced.held_back, /*rows=*/true);
}

Task<bool> Decoder::closes_string() {
  const float* row = co_await logits();
  const TokenId next = chooser_.unmasked(row, matcher_.accepting());
  if (teacher_) co_return true;  // it escapes the quotes that are content
  if (next == vocabulary().size() || vocabulary().ends_generation(next)) co_return true;
  const std::string_view text = after_spaces(vocabulary().bytes(next));
  if (text.empty()) co_return true;
  if (!matcher_.accept_bytes(text.substr(0, 1))) co_return false;
  matcher_.rollback(1);
  co_return true;
}

}  // namespace surecall

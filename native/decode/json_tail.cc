#include "decode/json_tail.h"

#include "decode/words.h"

namespace surecall {
namespace {

bool is_number_character(char c) { return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'; }

/// One past the last character of the number that begins at `at`.
size_t number_end(std::string_view text, size_t at) {
  while (at < text.size() && is_number_character(text[at])) ++at;
  return at;
}

/// Where the string that begins at `at` is closed; the end of the text if it is not. In JSON a line does not end inside a string, in prose a
/// quotation mark may be alone.
size_t closing_quote(std::string_view text, size_t at) {
  while (at < text.size() && text[at] != '\n' && !(text[at] == '"' && !is_escaped(text, at))) ++at;
  return at;
}

}  // namespace

bool is_escaped(std::string_view text, size_t at) {
  size_t backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

std::string_view string_body(std::string_view text) {
  for (size_t at = text.size(); at > 0; --at) {
    if (text[at - 1] == '"' && !is_escaped(text, at - 1)) return text.substr(at);
  }
  return text;
}

std::string_view number_body(std::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && is_number_character(text[begin - 1])) --begin;
  const std::string_view body = text.substr(begin);
  if (body.empty() || !(is_digit(body[0]) || body[0] == '-')) return {};
  // Before it, only items of the same list up to the colon of a member. A comma alone could stand in a text.
  constexpr std::string_view kList = " ,[]";
  while (begin > 0 && (is_number_character(text[begin - 1]) || kList.find(text[begin - 1]) != std::string_view::npos)) --begin;
  const bool is_member = begin > 1 && text[begin - 1] == ':' && text[begin - 2] == '"';
  return is_member ? body : std::string_view();
}

bool starts_member(std::string_view text) {
  const size_t last = text.find_last_not_of(' ');
  return last != std::string_view::npos && last > 0 && text[last] == ':' && text[last - 1] == '"';
}

JsonValues values_so_far(std::string_view text) {
  JsonValues values;
  size_t depth = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '{') ++depth;
    if (c == '}' && depth > 0 && --depth == 0) values.complete.clear();
    size_t end = at + 1;
    if (c == '"') {
      const size_t quote = closing_quote(text, at + 1);
      end = quote + 1;
      const bool is_key = end < text.size() && text[end] == ':';
      if (is_key) values.member = text.substr(at + 1, quote - at - 1);
      if (depth > 0 && end < text.size() && text[quote] == '"' && !is_key) values.complete.push_back(text.substr(at + 1, quote - at - 1));
      if (depth > 0 && quote == text.size()) values.open_string = text.substr(at + 1);
    } else if (is_digit(c) || c == '-') {
      end = number_end(text, at);
      if (depth > 0 && end < text.size()) values.complete.push_back(text.substr(at, end - at));
    }
    at = end;
  }
  return values;
}

}  // namespace surecall

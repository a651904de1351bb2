#pragma once
// Where words begin in what a user said. Bytes of other scripts count as letters.

#include <cstddef>
#include <string_view>

namespace surecall {

inline bool is_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u >= 0x80 || c == '_';
}
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

/// A word does not go on across `at`, which may be the end of the text.
inline bool starts_word(std::string_view text, size_t at) {
  return at == 0 || at >= text.size() || !is_word(text[at - 1]) || !is_word(text[at]);
}

}  // namespace surecall

#pragma once
// Groups of characters that patterns usually treat alike: what tokens are sorted by where not all of plain text is
// allowed, such as [a-z0-9-]+ or [^/]*. A set of groups is one 64-bit word.
//
// Odd spaces are the characters above U+007F that `\s` or `.` single out, U+00A0 or U+2028. Few tokens contain one; left
// out of plain text, `.`, `\S` and `[^]` treat the rest of the characters above U+007F alike.

#include <algorithm>
#include <array>
#include <cstdint>

namespace surecall {

struct OddRange {
  uint32_t first, last;
};
/// White space and line ends of ECMA-262 above U+007F.
inline constexpr std::array<OddRange, 9> kOddSpaces{{{0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
                                                           {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}, {0x110000, 0x110000}}};
constexpr bool is_odd_space(uint32_t code_point) {
  return std::ranges::any_of(kOddSpaces, [=](const OddRange& r) { return r.first <= code_point && code_point <= r.last; });
}

using CharGroup = uint8_t;
using CharGroupSet = uint64_t;
inline constexpr CharGroup kBeyondAscii = 62;  ///< every character above U+007F but odd spaces
inline constexpr CharGroup kOtherBytes = 63;   ///< odd spaces, and what is no whole character

/// The group of an ASCII character: digits; letters a-f, g-z, A-F, G-Z; the rest of the control characters together;
/// every other one by itself.
constexpr CharGroup ascii_group(uint8_t c) {
  if (c >= '0' && c <= '9') return 0;
  if (c >= 'a' && c <= 'z') return c <= 'f' ? 1 : 2;
  if (c >= 'A' && c <= 'Z') return c <= 'F' ? 3 : 4;
  if (c < 0x20 || c == 0x7f) return c == '\t' ? 5 : c == '\n' ? 6 : c == '\r' ? 7 : 8;
  // Punctuation and the space, in four stretches between digits and letters: 33 characters from 9 on.
  if (c < '0') return static_cast<CharGroup>(9 + c - ' ');
  if (c < 'A') return static_cast<CharGroup>(25 + c - ':');
  if (c < 'a') return static_cast<CharGroup>(32 + c - '[');
  return static_cast<CharGroup>(38 + c - '{');
}
constexpr CharGroupSet group_bit(CharGroup group) { return CharGroupSet{1} << group; }
constexpr CharGroup char_group(uint32_t code_point) {
  if (code_point < 0x80) return ascii_group(static_cast<uint8_t>(code_point));
  return is_odd_space(code_point) ? kOtherBytes : kBeyondAscii;
}

}  // namespace surecall

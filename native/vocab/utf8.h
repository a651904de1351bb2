#pragma once
// UTF-8 facts shared by the slices (vocab/) and the regular expressions (program/).

#include <cstdint>
#include <string_view>

namespace surecall {

inline constexpr uint32_t kMaxCodePoint = 0x10ffff;
inline constexpr uint32_t kFirstSurrogate = 0xd800;
inline constexpr uint32_t kFirstLowSurrogate = 0xdc00;
inline constexpr uint32_t kLastSurrogate = 0xdfff;

/// Decodes the code point at `at` and moves `at` past it. Returns false, leaving `at`, on anything that is not
/// well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
inline bool decode_utf8(std::string_view text, size_t& at, uint32_t& code_point) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (at >= text.size()) return false;
  const uint8_t lead = byte(at);
  if (lead < 0x80) {
    code_point = lead;
    at += 1;
    return true;
  }
  const int length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
  if (length == 0 || at + length > text.size()) return false;
  uint32_t value = lead & (0x7f >> length);
  for (int i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return false;
    value = value << 6 | (byte(at + i) & 0x3f);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[length] || value > kMaxCodePoint) return false;
  if (value >= kFirstSurrogate && value <= kLastSurrogate) return false;
  code_point = value;
  at += length;
  return true;
}

}  // namespace surecall

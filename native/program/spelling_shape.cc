#include "program/spelling_shape.h"

#include <algorithm>
#include <array>
#include <utility>

#include "vocab/text_slice.h"
#include "vocab/utf8.h"

namespace surecall {
namespace {

/// A letter after a backslash, and what it stands for.
struct ShortEscape {
  uint8_t letter;
  uint32_t code_point;
};
constexpr ShortEscape kShortEscapes[] = {{'"', '"'},  {'/', '/'},  {'\\', '\\'}, {'b', '\b'},
                                         {'f', '\f'}, {'n', '\n'}, {'r', '\r'},  {'t', '\t'}};

uint32_t utf8_length(uint32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

}  // namespace

std::vector<uint32_t> shortest_spellings(const CharClasses& classes, TextSpelling spelling) {
  std::vector<uint32_t> out(classes.count(), 12);
  auto offer = [&](uint32_t c, uint32_t bytes) { out[c] = std::min(out[c], bytes); };
  for (const auto& [first, last, c] : classes.stretches()) {
    if (spelling == TextSpelling::raw) {
      offer(c, utf8_length(first));
      continue;
    }
    for (uint32_t at = first; at <= std::min(last, uint32_t{'\\'} + 1); ++at) {
      if (is_plain_json_character(at)) {
        offer(c, 1);
        break;
      }
      const bool is_short = std::ranges::find(kShortEscapes, at, &ShortEscape::code_point) != std::end(kShortEscapes);
      offer(c, is_short ? 2 : 6);
    }
    if (last > '\\') offer(c, utf8_length(std::max(first, uint32_t{'\\'} + 1)));
  }
  return out;
}

SpellingShape::SpellingShape(const CharClasses& classes, TextSpelling spelling, std::span<const uint32_t> labels, uint32_t count)
    : spelling_(spelling), count_(count) {
  for (const auto& [first, last, c] : classes.stretches()) {
    if (labels[c] == kDead) continue;
    if (!runs_.empty() && runs_.back().label == labels[c] && runs_.back().last + 1 == first) {
      runs_.back().last = last;
    } else {
      runs_.push_back({first, last, labels[c]});
    }
  }
  add_row();
  row_ = std::exchange(draft_, {});
  beyond_ = beyond_label();
  text_ = text_label();
}

/// What the code points first..last lead to: one label for all, kDead, or kSeveral.
uint32_t SpellingShape::label_of(uint32_t first, uint32_t last) const {
  const auto run = std::ranges::lower_bound(runs_, first, {}, &Run::last);
  if (run == runs_.end() || run->first > last) return kDead;
  return run->first <= first && last <= run->last ? run->label : kSeveral;
}

void SpellingShape::append(size_t begin, uint8_t low, uint8_t high, uint32_t target) {
  if (target == kDead) return;
  if (draft_.size() > begin && draft_.back().target == target && draft_.back().high + 1 == low) {
    draft_.back().high = high;
  } else {
    draft_.push_back({low, high, target});
  }
}

/// The target that is the node in work, which is done.
uint32_t SpellingShape::intern(size_t begin) {
  const std::span<const ByteEdge> node = std::span<const ByteEdge>(draft_).subspan(begin);
  if (node.empty()) return kDead;
  const uint32_t made = count_ + nodes_.intern(node);
  draft_.resize(begin);
  return made;
}

/// A node with one byte, or with two in ascending order.
uint32_t SpellingShape::intern_one(uint8_t byte, uint8_t other, uint32_t target) {
  const size_t begin = draft_.size();
  append(begin, byte, byte, target);
  if (other != byte) append(begin, other, other, target);
  return intern(begin);
}

/// A node that depends on its label alone, made once per label.
template <class Make>
uint32_t SpellingShape::uniform(uint32_t kind, uint32_t label, Make&& make) {
  const uint64_t key = uint64_t{kind} << 32 | label;
  const uint32_t known = uniform_.find(key);
  if (known != KeyMap::kNone) return known;
  const uint32_t made = make();
  uniform_.put(key, made);
  return made;
}

// --- UTF-8 (Unicode 15, table 3-7) ---------------------------------------------------------------------------------

/// Code points first..last of ASCII, spelled as themselves.
void SpellingShape::add_plain(size_t begin, uint32_t first, uint32_t last) {
  for (auto run = std::ranges::lower_bound(runs_, first, {}, &Run::last); run != runs_.end() && run->first <= last; ++run) {
    append(begin, static_cast<uint8_t>(std::max(run->first, first)), static_cast<uint8_t>(std::min(run->last, last)), run->label);
  }
}

void SpellingShape::add_row() {
  const size_t begin = 0;
  if (spelling_ == TextSpelling::json) {
    add_plain(begin, 0x20, '"' - 1);
    add_plain(begin, '"' + 1, '\\' - 1);
    append(begin, '\\', '\\', escape());
    add_plain(begin, '\\' + 1, 0x7f);
  } else {
    add_plain(begin, 0, 0x7f);
  }
  add_leads(begin, 0xc2, 0xdf, 1);
  append(begin, 0xe0, 0xe0, continuation(2, 0, 0x20));
  add_leads(begin, 0xe1, 0xec, 2);
  append(begin, 0xed, 0xed, continuation(2, 0xd000, 0, 0x20));
  add_leads(begin, 0xee, 0xef, 2);
  append(begin, 0xf0, 0xf0, continuation(3, 0, 0x10));
  add_leads(begin, 0xf1, 0xf3, 3);
  append(begin, 0xf4, 0xf4, continuation(3, 0x100000, 0, 0x10));
}

/// First bytes behind which any `bytes` continuation bytes may stand.
void SpellingShape::add_leads(size_t begin, uint8_t first, uint8_t last, int bytes) {
  const uint32_t step = 1u << (6 * bytes);
  const auto base = [&](uint8_t lead) { return (lead & (bytes == 1 ? 0x1fu : bytes == 2 ? 0x0fu : 0x07u)) * step; };
  if (label_of(base(first), base(last) + step - 1) != kSeveral) return append(begin, first, last, continuation(bytes, base(first)));
  for (uint8_t lead = first; lead <= last; ++lead) append(begin, lead, lead, continuation(bytes, base(lead)));
}

/// After which `bytes` continuation bytes are missing, for the code points from `base` on; the first of them is from..to-1.
uint32_t SpellingShape::continuation(int bytes, uint32_t base, uint32_t from, uint32_t to) {
  if (bytes == 0) return label_of(base, base);
  const uint32_t step = 1u << (6 * (bytes - 1));
  const uint32_t all = label_of(base + from * step, base + to * step - 1);
  if (all == kDead) return kDead;
  auto make = [&] {
    const size_t begin = draft_.size();
    for (uint32_t i = from; i < to; ++i) {
      const uint8_t b = static_cast<uint8_t>(0x80 + i);
      append(begin, b, b, continuation(bytes - 1, base + i * step));
    }
    return intern(begin);
  };
  if (all == kSeveral) return make();
  return uniform(static_cast<uint32_t>(bytes) << 16 | from << 8 | to, all, make);
}

// --- escapes -------------------------------------------------------------------------------------------------------

/// After a backslash.
uint32_t SpellingShape::escape() {
  const size_t begin = draft_.size();
  for (const auto [letter, code_point] : kShortEscapes) append(begin, letter, letter, label_of(code_point, code_point));
  append(begin, 'u', 'u', hex(4, 0));
  return intern(begin);
}

/// A node that reads one of the 16 hexadecimal digits: the letters in both cases.
uint32_t SpellingShape::digits_node(std::span<const uint32_t, 16> targets) {
  const size_t begin = draft_.size();
  for (uint32_t d = 0; d < 10; ++d) append(begin, static_cast<uint8_t>('0' + d), static_cast<uint8_t>('0' + d), targets[d]);
  for (const char a : {'A', 'a'}) {
    for (uint32_t d = 10; d < 16; ++d) append(begin, static_cast<uint8_t>(a + d - 10), static_cast<uint8_t>(a + d - 10), targets[d]);
  }
  return intern(begin);
}

/// `digits` more digits lead to the code points from `base` on.
uint32_t SpellingShape::hex(int digits, uint32_t base) {
  if (digits == 0) return label_of(base, base);
  const uint32_t step = 1u << (4 * (digits - 1));
  const bool holds_surrogates = base <= kFirstSurrogate && base + 16 * step > kLastSurrogate;
  const uint32_t all = holds_surrogates ? kSeveral : label_of(base, base + 16 * step - 1);
  if (all == kDead) return kDead;
  auto make = [&] {
    std::array<uint32_t, 16> targets;
    for (uint32_t d = 0; d < 16; ++d) {
      const uint32_t at = base + d * step;
      const bool is_high = digits == 3 && at >= kFirstSurrogate && at < kFirstLowSurrogate;
      targets[d] = is_high ? high_surrogate(2, at) : hex(digits - 1, at);
    }
    return digits_node(targets);
  };
  return all == kSeveral ? make() : uniform(static_cast<uint32_t>(digits) << 24, all, make);
}

/// `digits` more digits of the first half of a pair lead to the halves from `unit` on.
uint32_t SpellingShape::high_surrogate(int digits, uint32_t unit) {
  const uint32_t base = 0x10000 + ((unit - kFirstSurrogate) << 10);
  const uint32_t all = label_of(base, base + (0x400u << (4 * digits)) - 1);
  if (all == kDead) return kDead;
  auto make = [&] {
    if (digits == 0) return low_surrogate(base);
    std::array<uint32_t, 16> targets;
    for (uint32_t d = 0; d < 16; ++d) targets[d] = high_surrogate(digits - 1, unit + (d << (4 * (digits - 1))));
    return digits_node(targets);
  };
  return all == kSeveral ? make() : uniform(1u << 28 | static_cast<uint32_t>(digits), all, make);
}

/// \uDC00 to \uDFFF: the second half, for the code points from `base` on.
uint32_t SpellingShape::low_surrogate(uint32_t base) {
  std::array<uint32_t, 16> targets;
  targets.fill(kDead);
  for (uint32_t d = 0xc; d < 16; ++d) targets[d] = hex(2, base + ((d - 0xc) << 8));
  const uint32_t after_d = digits_node(targets);
  if (after_d == kDead) return kDead;
  const uint32_t after_u = intern_one('D', 'd', after_d);
  return intern_one('\\', '\\', intern_one('u', 'u', after_u));
}

/// The label that all characters above U+007F but odd spaces lead to.
uint32_t SpellingShape::beyond_label() const {
  const uint32_t label = label_of(0x80, 0x80);
  uint32_t from = 0x80;
  for (const auto& [first, last] : kOddSpaces) {
    // Surrogates are no characters.
    const bool has_surrogates = from < kFirstSurrogate && first > kLastSurrogate;
    if (has_surrogates && label_of(from, kFirstSurrogate - 1) != label) return kSeveral;
    if (label_of(has_surrogates ? kLastSurrogate + 1 : from, first - 1) != label) return kSeveral;
    from = last + 1;
  }
  return label;
}

/// The label that all plain JSON characters lead to.
uint32_t SpellingShape::text_label() const {
  const std::array<uint32_t, 3> labels{label_of(0x20, '"' - 1), label_of('"' + 1, '\\' - 1), label_of('\\' + 1, 0x7f)};
  return std::ranges::all_of(labels, [this](uint32_t label) { return label == beyond_; }) ? beyond_ : kSeveral;
}

}  // namespace surecall

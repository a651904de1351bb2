#include "program/speller.h"

#include <algorithm>
#include <array>
#include <string>

#include "support/hash.h"
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

Speller::Speller(const CharClasses& classes, TextSpelling spelling, uint32_t rows, uint32_t targets, const CharDfaContext& context)
    : classes_(classes), spelling_(spelling), rows_(rows), targets_(targets), context_(context), known_(64) {
  added_.reserve(rows);
}

void Speller::add_row(std::span<const uint32_t> by_class) {
  runs_.clear();
  for (const auto& [first, last, c] : classes_.stretches()) {
    if (by_class[c] == kDead) continue;
    if (!runs_.empty() && runs_.back().target == by_class[c] && runs_.back().last + 1 == first) {
      runs_.back().last = last;
    } else {
      runs_.push_back({first, last, by_class[c]});
    }
  }
  add_direct(0);
  added_.push_back({static_cast<uint32_t>(edges_.size()), static_cast<uint32_t>(draft_.size())});
  edges_.insert(edges_.end(), draft_.begin(), draft_.end());
  draft_.clear();
  beyond_.push_back(beyond_target());
  text_.push_back(text_target(beyond_.back()));
}

/// What the code points first..last lead to: one target for all, kDead, or kSeveral.
uint32_t Speller::target_of(uint32_t first, uint32_t last) const {
  const auto run = std::ranges::lower_bound(runs_, first, {}, &Run::last);
  if (run == runs_.end() || run->first > last) return kDead;
  return run->first <= first && last <= run->last ? run->target : kSeveral;
}

void Speller::append(size_t begin, uint8_t low, uint8_t high, uint32_t target) {
  if (target == kDead) return;
  if (draft_.size() > begin && draft_.back().target == target && draft_.back().high + 1 == low) {
    draft_.back().high = high;
  } else {
    draft_.push_back({low, high, target});
  }
}

/// Where known_ has a node of these edges, or room for it.
uint32_t Speller::place(std::span<const Edge> node) const {
  uint64_t h = node.size();
  for (const Edge& e : node) h = hash_mix(h, uint64_t{e.target} << 16 | uint64_t{e.low} << 8 | e.high);
  const uint32_t mask = static_cast<uint32_t>(known_.size() - 1);
  uint32_t i = static_cast<uint32_t>(h) & mask;
  while (known_[i] != 0 && !std::ranges::equal(edges(nodes_[known_[i] - 1]), node)) i = (i + 1) & mask;
  return i;
}

void Speller::grow() {
  known_.assign(known_.size() * 4, 0);
  for (uint32_t n = 0; n < nodes_.size(); ++n) known_[place(edges(nodes_[n]))] = n + 1;
}

/// The number of the node in work, which is done.
uint32_t Speller::intern(size_t begin) {
  const std::span<const Edge> node = std::span<const Edge>(draft_).subspan(begin);
  if (node.empty()) return kDead;
  if ((nodes_.size() + 1) * 2 > known_.size()) grow();
  uint32_t& known = known_[place(node)];
  if (known == 0) {
    nodes_.push_back({static_cast<uint32_t>(edges_.size()), static_cast<uint32_t>(node.size())});
    edges_.insert(edges_.end(), node.begin(), node.end());
    known = static_cast<uint32_t>(nodes_.size());
    if (rows_ + nodes_.size() > context_.limits.text_states) {
      context_.refuse("needs more than " + std::to_string(context_.limits.text_states) + " states");
    }
  }
  draft_.resize(begin);
  return targets_ + known - 1;
}

/// A node with one byte, or with two in ascending order.
uint32_t Speller::intern_one(uint8_t byte, uint8_t other, uint32_t target) {
  const size_t begin = draft_.size();
  append(begin, byte, byte, target);
  if (other != byte) append(begin, other, other, target);
  return intern(begin);
}

/// A node that depends on its target alone, made once per target.
template <class Make>
uint32_t Speller::uniform(uint32_t kind, uint32_t target, Make&& make) {
  const uint64_t key = uint64_t{kind} << 32 | target;
  const uint32_t known = uniform_.find(key);
  if (known != KeyMap::kNone) return known;
  const uint32_t made = make();
  uniform_.put(key, made);
  return made;
}

// --- UTF-8 (Unicode 15, table 3-7) ---------------------------------------------------------------------------------

/// Code points first..last of ASCII, spelled as themselves.
void Speller::add_plain(size_t begin, uint32_t first, uint32_t last) {
  for (auto run = std::ranges::lower_bound(runs_, first, {}, &Run::last); run != runs_.end() && run->first <= last; ++run) {
    append(begin, static_cast<uint8_t>(std::max(run->first, first)), static_cast<uint8_t>(std::min(run->last, last)), run->target);
  }
}

void Speller::add_direct(size_t begin) {
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
void Speller::add_leads(size_t begin, uint8_t first, uint8_t last, int bytes) {
  const uint32_t step = 1u << (6 * bytes);
  const auto base = [&](uint8_t lead) { return (lead & (bytes == 1 ? 0x1fu : bytes == 2 ? 0x0fu : 0x07u)) * step; };
  if (target_of(base(first), base(last) + step - 1) != kSeveral) return append(begin, first, last, continuation(bytes, base(first)));
  for (uint8_t lead = first; lead <= last; ++lead) append(begin, lead, lead, continuation(bytes, base(lead)));
}

/// After which `bytes` continuation bytes are missing, for the code points from `base` on; the first of them is from..to-1.
uint32_t Speller::continuation(int bytes, uint32_t base, uint32_t from, uint32_t to) {
  if (bytes == 0) return target_of(base, base);
  const uint32_t step = 1u << (6 * (bytes - 1));
  const uint32_t all = target_of(base + from * step, base + to * step - 1);
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
uint32_t Speller::escape() {
  const size_t begin = draft_.size();
  for (const auto [letter, code_point] : kShortEscapes) append(begin, letter, letter, target_of(code_point, code_point));
  append(begin, 'u', 'u', hex(4, 0));
  return intern(begin);
}

/// A node that reads one of the 16 hexadecimal digits: the letters in both cases.
uint32_t Speller::digits_node(std::span<const uint32_t, 16> targets) {
  const size_t begin = draft_.size();
  for (uint32_t d = 0; d < 10; ++d) append(begin, static_cast<uint8_t>('0' + d), static_cast<uint8_t>('0' + d), targets[d]);
  for (const char a : {'A', 'a'}) {
    for (uint32_t d = 10; d < 16; ++d) append(begin, static_cast<uint8_t>(a + d - 10), static_cast<uint8_t>(a + d - 10), targets[d]);
  }
  return intern(begin);
}

/// `digits` more digits lead to the code points from `base` on.
uint32_t Speller::hex(int digits, uint32_t base) {
  if (digits == 0) return target_of(base, base);
  const uint32_t step = 1u << (4 * (digits - 1));
  const bool holds_surrogates = base <= kFirstSurrogate && base + 16 * step > kLastSurrogate;
  const uint32_t all = holds_surrogates ? kSeveral : target_of(base, base + 16 * step - 1);
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
uint32_t Speller::high_surrogate(int digits, uint32_t unit) {
  const uint32_t base = 0x10000 + ((unit - kFirstSurrogate) << 10);
  const uint32_t all = target_of(base, base + (0x400u << (4 * digits)) - 1);
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
uint32_t Speller::low_surrogate(uint32_t base) {
  std::array<uint32_t, 16> targets;
  targets.fill(kDead);
  for (uint32_t d = 0xc; d < 16; ++d) targets[d] = hex(2, base + ((d - 0xc) << 8));
  const uint32_t after_d = digits_node(targets);
  if (after_d == kDead) return kDead;
  const uint32_t after_u = intern_one('D', 'd', after_d);
  return intern_one('\\', '\\', intern_one('u', 'u', after_u));
}

// --- the table -----------------------------------------------------------------------------------------------------

/// The target that all characters above U+007F but odd spaces lead to.
uint32_t Speller::beyond_target() const {
  const uint32_t target = target_of(0x80, 0x80);
  uint32_t from = 0x80;
  for (const auto& [first, last] : kOddSpaces) {
    // Surrogates are no characters.
    const bool has_surrogates = from < kFirstSurrogate && first > kLastSurrogate;
    if (has_surrogates && target_of(from, kFirstSurrogate - 1) != target) return kSeveral;
    if (target_of(has_surrogates ? kLastSurrogate + 1 : from, first - 1) != target) return kSeveral;
    from = last + 1;
  }
  return target;
}

/// The target that all plain JSON characters lead to.
uint32_t Speller::text_target(uint32_t beyond) const {
  const std::array<uint32_t, 3> targets{target_of(0x20, '"' - 1), target_of('"' + 1, '\\' - 1), target_of('\\' + 1, 0x7f)};
  return std::ranges::all_of(targets, [&](uint32_t t) { return t == beyond; }) ? beyond : kSeveral;
}

uint32_t Speller::local(uint32_t target) const {
  const uint32_t between = static_cast<uint32_t>(nodes_.size());
  if (target == kDead || target < rows_) return target;
  return target < targets_ ? target + between : target - targets_ + rows_;
}

void Speller::compress(TextDfa& out, std::span<const Node> rows) const {
  std::array<bool, 257> cut{};
  cut[0] = true;
  for (const Node node : rows) {
    for (const Edge& e : edges(node)) cut[e.low] = cut[e.high + 1u] = true;
  }
  uint32_t stretches = 0;
  std::array<uint8_t, 256> stretch_of;
  for (uint32_t b = 0; b < 256; ++b) {
    stretches += cut[b];
    stretch_of[b] = static_cast<uint8_t>(stretches - 1);
  }
  std::vector<uint32_t> table(rows.size() * stretches, Dfa::kDead);
  for (size_t r = 0; r < rows.size(); ++r) {
    for (const Edge& e : edges(rows[r])) {
      const uint32_t to = local(e.target);
      for (uint32_t i = stretch_of[e.low]; i <= stretch_of[e.high]; ++i) table[r * stretches + i] = to;
    }
  }
  // Equal columns are one class.
  std::vector<uint64_t> hash(stretches, 0);
  for (size_t r = 0; r < rows.size(); ++r) {
    for (uint32_t i = 0; i < stretches; ++i) hash[i] = hash_mix(hash[i], table[r * stretches + i]);
  }
  std::map<uint64_t, std::vector<uint32_t>> by_hash;
  std::vector<uint32_t> kept, class_of(stretches);
  for (uint32_t i = 0; i < stretches; ++i) {
    std::vector<uint32_t>& candidates = by_hash[hash[i]];
    auto equal = [&](uint32_t c) {
      for (size_t r = 0; r < rows.size(); ++r) {
        if (table[r * stretches + i] != table[r * stretches + kept[c]]) return false;
      }
      return true;
    };
    const auto same = std::ranges::find_if(candidates, equal);
    if (same != candidates.end()) {
      class_of[i] = *same;
      continue;
    }
    class_of[i] = static_cast<uint32_t>(kept.size());
    candidates.push_back(class_of[i]);
    kept.push_back(i);
  }
  for (uint32_t b = 0; b < 256; ++b) out.byte_class[b] = static_cast<uint8_t>(class_of[stretch_of[b]]);
  out.columns = static_cast<uint32_t>(kept.size()) + 2;
  out.next.resize(rows.size() * out.columns);
  for (size_t r = 0; r < rows.size(); ++r) {
    for (uint32_t c = 0; c < kept.size(); ++c) out.next[r * out.columns + c] = table[r * stretches + kept[c]];
  }
}

void Speller::finish(TextDfa& out) {
  std::vector<Node> rows(added_);
  rows.insert(rows.end(), nodes_.begin(), nodes_.end());
  out.accepting.resize(rows.size());
  compress(out, rows);
  const uint32_t text = out.columns - 2;
  auto shown = [this](uint32_t target) { return target == kSeveral ? Dfa::kMixed : local(target); };
  for (uint32_t r = 0; r < rows.size(); ++r) {
    uint32_t target, beyond = Dfa::kDead;
    if (r < rows_) {
      target = shown(text_[r]);
      beyond = shown(beyond_[r]);
    } else {
      // Between characters: in an escape some plain characters may lead on; in the midst of UTF-8 none does.
      const bool leads_on = std::ranges::any_of(edges(rows[r]), [](const Edge& e) {
        return e.low < 0x80 && (is_plain_json_character(e.low) || is_plain_json_character(e.high));
      });
      target = leads_on ? Dfa::kMixed : Dfa::kDead;
    }
    out.next[size_t{r} * out.columns + text] = target;
    out.next[size_t{r} * out.columns + text + 1] = beyond;
  }
  // Rows between characters were made after those that they lead to.
  out.costs.resize(rows.size(), kSeveral);
  out.in_loop.resize(rows.size());
  for (uint32_t r = rows_; r < rows.size(); ++r) {
    for (const Edge& e : edges(rows[r])) {
      const uint32_t to = local(e.target);
      const bool arrives = to >= rows.size();
      const TextDfa::Arrival arrival = arrives ? out.arrivals[to - rows.size()] : TextDfa::Arrival{};
      out.costs[r] = std::min(out.costs[r], 1 + out.costs[arrives ? arrival.row : to]);
      out.in_loop[r] |= arrives ? !arrival.enters : out.in_loop[to];
    }
  }
}

}  // namespace surecall

#include "program/char_dfa.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <unordered_map>

#include "support/error.h"
#include "support/hash.h"
#include "vocab/utf8.h"

namespace surecall {

void CharDfaContext::refuse(const std::string& why) const {
  throw Error("SURECALL_UNSUPPORTED_SCHEMA", std::string(name) + ": " + why);
}

void CharDfaContext::check_states(size_t states) const {
  if (states > limits.dfa_states) refuse("needs more than " + std::to_string(limits.dfa_states) + " states");
}

void CharDfaContext::refuse_steps() const { refuse("takes more than " + std::to_string(limits.dfa_steps) + " steps to compile"); }

// --- classes -------------------------------------------------------------------------------------------------------

CharClasses::CharClasses(std::span<const CodePoints> sets) {
  std::vector<uint32_t> cuts{0, kFirstSurrogate, kLastSurrogate + 1, kMaxCodePoint + 1};
  for (const CodePoints& set : sets) {
    for (const auto [first, last] : set) {
      cuts.push_back(first);
      cuts.push_back(last + 1);
    }
  }
  std::ranges::sort(cuts);
  cuts.erase(std::ranges::unique(cuts).begin(), cuts.end());
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i] >= kFirstSurrogate && cuts[i] <= kLastSurrogate) continue;
    stretches_.push_back({cuts[i], cuts[i + 1] - 1, 0});
  }
  // Each set splits the classes that it cuts through: what is inside moves to a new class.
  uint32_t fresh = 1;
  for (const CodePoints& set : sets) {
    std::map<uint32_t, uint32_t> moved;
    for (const auto [first, last] : set) {
      for (size_t i = stretch_at(first); i < stretches_.size() && stretches_[i].first <= last; ++i) {
        const auto [it, is_new] = moved.try_emplace(stretches_[i].char_class, fresh);
        if (is_new) ++fresh;
        stretches_[i].char_class = it->second;
      }
    }
  }
  std::unordered_map<uint32_t, uint32_t> renamed;
  for (Stretch& s : stretches_) s.char_class = renamed.try_emplace(s.char_class, static_cast<uint32_t>(renamed.size())).first->second;
  count_ = static_cast<uint32_t>(renamed.size());
}

/// Index of the first stretch that ends at or after the code point.
size_t CharClasses::stretch_at(uint32_t code_point) const {
  return static_cast<size_t>(std::ranges::lower_bound(stretches_, code_point, {}, &Stretch::last) - stretches_.begin());
}

std::vector<uint32_t> CharClasses::of(const CodePoints& set) const {
  std::vector<uint32_t> classes;
  for (const auto [first, last] : set) {
    for (size_t i = stretch_at(first); i < stretches_.size() && stretches_[i].first <= last; ++i) {
      classes.push_back(stretches_[i].char_class);
    }
  }
  std::ranges::sort(classes);
  classes.erase(std::ranges::unique(classes).begin(), classes.end());
  return classes;
}

void CharClasses::rename(std::span<const uint32_t> renamed, uint32_t count) {
  std::vector<Stretch> joined;
  for (Stretch s : stretches_) {
    s.char_class = renamed[s.char_class];
    const bool continues = !joined.empty() && joined.back().char_class == s.char_class && joined.back().last + 1 == s.first;
    if (continues) {
      joined.back().last = s.last;
    } else {
      joined.push_back(s);
    }
  }
  stretches_ = std::move(joined);
  count_ = count;
}

// --- operations ----------------------------------------------------------------------------------------------------

CharDfa complement(const CharDfa& dfa) {
  CharDfa out = dfa;
  const uint32_t refused = out.add(false);
  for (uint32_t& to : out.next) {
    if (to == CharDfa::kDead) to = refused;
  }
  for (uint8_t& accepts : out.accepting) accepts = !accepts;
  return out;
}

CharDfa intersect(const CharDfa& a, const CharDfa& b, const CharDfaContext& context) {
  CharDfa out;
  out.classes = a.classes;
  if (a.size() == 0 || b.size() == 0) return out;
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  std::unordered_map<uint64_t, uint32_t> known;
  auto state_of = [&](uint32_t x, uint32_t y) {
    const auto [it, is_new] = known.try_emplace(uint64_t{x} << 32 | y, static_cast<uint32_t>(pairs.size()));
    if (is_new) {
      pairs.emplace_back(x, y);
      context.check_states(pairs.size());
    }
    return it->second;
  };
  state_of(0, 0);
  for (uint32_t s = 0; s < pairs.size(); ++s) {
    const auto [x, y] = pairs[s];
    context.spend(a.classes);
    out.add(a.accepting[x] && b.accepting[y]);
    for (uint32_t c = 0; c < a.classes; ++c) {
      const uint32_t p = a.to(x, c);
      const uint32_t q = b.to(y, c);
      if (p != CharDfa::kDead && q != CharDfa::kDead) out.next[size_t{s} * a.classes + c] = state_of(p, q);
    }
  }
  return out;
}

CharDfa trim(const CharDfa& dfa) {
  CharDfa out;
  out.classes = dfa.classes;
  const uint32_t count = dfa.size();
  // Predecessors as one array: first by counting, then by filling.
  std::vector<uint32_t> first(count + 2, 0);
  for (const uint32_t t : dfa.next) {
    if (t != CharDfa::kDead) ++first[t + 2];
  }
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<uint32_t> predecessors(first.back());
  for (size_t i = 0; i < dfa.next.size(); ++i) {
    if (dfa.next[i] != CharDfa::kDead) predecessors[first[dfa.next[i] + 1]++] = static_cast<uint32_t>(i / dfa.classes);
  }
  std::vector<uint8_t> alive(dfa.accepting);
  std::vector<uint32_t> work;
  for (uint32_t s = 0; s < count; ++s) {
    if (alive[s]) work.push_back(s);
  }
  while (!work.empty()) {
    const uint32_t t = work.back();
    work.pop_back();
    for (uint32_t i = first[t]; i < first[t + 1]; ++i) {
      if (!std::exchange(alive[predecessors[i]], uint8_t{1})) work.push_back(predecessors[i]);
    }
  }
  if (count == 0 || !alive[0]) return out;
  // Breadth first from the start, so that what is reached is kept and numbered in a fixed order.
  std::vector<uint32_t> renamed(count, CharDfa::kDead);
  std::vector<uint32_t> order{0};
  renamed[0] = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    const uint32_t s = out.add(dfa.accepting[order[i]]);
    for (uint32_t c = 0; c < dfa.classes; ++c) {
      const uint32_t t = dfa.to(order[i], c);
      if (t == CharDfa::kDead || !alive[t]) continue;
      if (renamed[t] == CharDfa::kDead) {
        renamed[t] = static_cast<uint32_t>(order.size());
        order.push_back(t);
      }
      out.next[size_t{s} * out.classes + c] = renamed[t];
    }
  }
  return out;
}

void join_classes(CharDfa& dfa, CharClasses& classes) {
  std::vector<uint64_t> hash(dfa.classes, 0);
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    for (uint32_t c = 0; c < dfa.classes; ++c) hash[c] = hash_mix(hash[c], dfa.to(s, c));
  }
  std::multimap<uint64_t, uint32_t> kept;  // hash -> class that stands for its equals
  std::vector<uint32_t> representative, renamed(dfa.classes);
  for (uint32_t c = 0; c < dfa.classes; ++c) {
    auto equal = [&](uint32_t other) {
      for (uint32_t s = 0; s < dfa.size(); ++s) {
        if (dfa.to(s, c) != dfa.to(s, other)) return false;
      }
      return true;
    };
    const auto [begin, end] = kept.equal_range(hash[c]);
    const auto same = std::find_if(begin, end, [&](const auto& entry) { return equal(representative[entry.second]); });
    if (same != end) {
      renamed[c] = same->second;
    } else {
      renamed[c] = static_cast<uint32_t>(representative.size());
      kept.emplace(hash[c], renamed[c]);
      representative.push_back(c);
    }
  }
  CharDfa out;
  out.classes = static_cast<uint32_t>(representative.size());
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    out.add(dfa.accepting[s]);
    for (uint32_t c = 0; c < out.classes; ++c) out.next[size_t{s} * out.classes + c] = dfa.to(s, representative[c]);
  }
  classes.rename(renamed, out.classes);
  dfa = std::move(out);
}

// --- multiples -----------------------------------------------------------------------------------------------------

std::vector<CodePoints> multiples_sets() {
  std::vector<CodePoints> sets{{{'-', '-'}}, {{'.', '.'}}};
  for (uint32_t d = '0'; d <= '9'; ++d) sets.push_back({{d, d}});
  return sets;
}

// The value so far, as an integer of the digits read, matters only modulo the step. After i digits of the fraction the
// number is a multiple if remainder * 10^(digits - i) is one; digits beyond those of the step must be 0.
CharDfa multiples(uint32_t step, uint32_t digits, const CharClasses& classes, const CharDfaContext& context) {
  context.check_states(uint64_t{step} * (digits + 2));
  CharDfa out;
  out.classes = classes.count();
  uint32_t digit_class[10];
  for (uint32_t d = 0; d < 10; ++d) digit_class[d] = classes.of({{'0' + d, '0' + d}})[0];
  const uint32_t point = classes.of({{'.', '.'}})[0];
  const uint32_t minus = classes.of({{'-', '-'}})[0];
  // States: start, after '-', then `step` each: integer part, point (no digit yet), fraction of 1, 2, ... digits, zeros.
  const uint32_t start = out.add(false);
  const uint32_t signed_start = out.add(false);
  const uint32_t whole = signed_start + 1;
  const uint32_t fraction = whole + step;  // + i * step: after i digits
  const uint32_t zeros = fraction + step * (digits + 1);
  auto is_multiple = [&](uint32_t remainder, uint32_t missing) {
    uint64_t value = remainder;
    for (uint32_t i = 0; i < missing; ++i) value = value * 10 % step;
    return value % step == 0;
  };
  for (uint32_t r = 0; r < step; ++r) out.add(is_multiple(r, digits));
  for (uint32_t i = 0; i <= digits; ++i) {
    for (uint32_t r = 0; r < step; ++r) out.add(i > 0 && is_multiple(r, digits - i));
  }
  out.add(true);
  auto link = [&](uint32_t from, uint32_t c, uint32_t to) { out.next[size_t{from} * out.classes + c] = to; };
  link(start, minus, signed_start);
  for (uint32_t d = 0; d < 10; ++d) {
    const uint32_t c = digit_class[d];
    link(start, c, whole + d % step);
    link(signed_start, c, whole + d % step);
    for (uint32_t r = 0; r < step; ++r) {
      const uint32_t after = static_cast<uint32_t>((uint64_t{r} * 10 + d) % step);
      link(whole + r, c, whole + after);
      for (uint32_t i = 0; i < digits; ++i) link(fraction + i * step + r, c, fraction + (i + 1) * step + after);
    }
  }
  for (uint32_t r = 0; r < step; ++r) link(whole + r, point, fraction + r);
  link(fraction + digits * step, digit_class[0], zeros);
  link(zeros, digit_class[0], zeros);
  return out;
}

}  // namespace surecall

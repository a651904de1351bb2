// Subset construction, then removal of dead states, then the text column. No minimisation: the patterns that schemas
// bring are small, and the states that matter at run time are interned by the matcher anyway.

#include "program/dfa.h"

#include <algorithm>
#include <map>
#include <string>

#include "program/nfa.h"
#include "support/error.h"
#include "vocab/text_slice.h"
#include "vocab/utf8.h"

namespace surecall {

class DfaBuilder {
 public:
  DfaBuilder(const Nfa& nfa, std::string_view pattern, const RegexLimits& limits)
      : nfa_(nfa), pattern_(pattern), limits_(limits), seen_(nfa.states().size(), 0) {}

  Dfa build() {
    determinise();
    remove_dead_states();
    for (uint32_t s = 0; s < dfa_.size(); ++s) {
      const uint32_t beyond = beyond_target(s);
      dfa_.next_[size_t{s} * Dfa::kSymbols + Dfa::kBeyond] = beyond;
      dfa_.next_[size_t{s} * Dfa::kSymbols + Dfa::kText] = text_target(s, beyond);
    }
    return std::move(dfa_);
  }

 private:
  using Set = std::vector<uint32_t>;

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error("SURECALL_UNSUPPORTED_SCHEMA", "pattern /" + std::string(pattern_) + "/ " + why);
  }

  /// Adds everything reachable from `from` without consuming; keeps only states that consume or accept.
  void close(uint32_t from, Set& out) {
    work_.assign(1, from);
    while (!work_.empty()) {
      const uint32_t at = work_.back();
      work_.pop_back();
      if (++steps_ > limits_.dfa_steps) refuse("takes more than " + std::to_string(limits_.dfa_steps) + " steps to compile");
      if (seen_[at] == round_) continue;
      seen_[at] = round_;
      const Nfa::State& state = nfa_.states()[at];
      if (state.kind != Nfa::State::Kind::split) {
        out.push_back(at);
        continue;
      }
      work_.push_back(state.other);
      work_.push_back(state.next);
    }
  }

  uint32_t intern(Set set) {
    std::sort(set.begin(), set.end());
    const auto [it, is_new] = ids_.try_emplace(std::move(set), static_cast<uint32_t>(sets_.size()));
    if (is_new) {
      if (sets_.size() >= limits_.dfa_states) refuse("needs more than " + std::to_string(limits_.dfa_states) + " DFA states");
      sets_.push_back(&it->first);
    }
    return it->second;
  }

  void determinise() {
    Set start;
    ++round_;
    close(nfa_.start(), start);
    intern(std::move(start));
    for (uint32_t s = 0; s < sets_.size(); ++s) {
      const Set& set = *sets_[s];
      bool accepting = false;
      dfa_.next_.resize(dfa_.next_.size() + Dfa::kSymbols, Dfa::kDead);
      // Bytes between two neighbouring range ends behave alike: one closure per stretch, not per byte.
      std::vector<uint32_t> cuts{0, 256};
      for (const uint32_t n : set) {
        const Nfa::State& state = nfa_.states()[n];
        if (state.kind == Nfa::State::Kind::accept) accepting = true;
        if (state.kind != Nfa::State::Kind::byte_range) continue;
        cuts.push_back(state.low);
        cuts.push_back(state.high + 1u);
      }
      std::sort(cuts.begin(), cuts.end());
      cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
      for (size_t c = 0; c + 1 < cuts.size(); ++c) {
        Set target;
        ++round_;
        for (const uint32_t n : set) {
          const Nfa::State& state = nfa_.states()[n];
          if (state.kind == Nfa::State::Kind::byte_range && state.low <= cuts[c] && cuts[c] <= state.high) {
            close(state.next, target);
          }
        }
        if (target.empty()) continue;
        const uint32_t id = intern(std::move(target));
        const auto row = dfa_.next_.begin() + static_cast<ptrdiff_t>(size_t{s} * Dfa::kSymbols);
        std::fill(row + cuts[c], row + cuts[c + 1], id);
      }
      dfa_.accepting_.push_back(accepting);
    }
  }

  void remove_dead_states() {
    const uint32_t count = dfa_.size();
    std::vector<std::vector<uint32_t>> reversed(count);
    for (uint32_t s = 0; s < count; ++s) {
      uint32_t previous = Dfa::kDead;
      for (uint32_t b = 0; b < 256; ++b) {
        const uint32_t t = dfa_.next(s, b);
        if (t != Dfa::kDead && t != previous) reversed[t].push_back(s);
        previous = t;
      }
    }
    std::vector<uint8_t> alive(dfa_.accepting_);
    std::vector<uint32_t> work;
    for (uint32_t s = 0; s < count; ++s) {
      if (alive[s]) work.push_back(s);
    }
    while (!work.empty()) {
      const uint32_t t = work.back();
      work.pop_back();
      for (const uint32_t s : reversed[t]) {
        if (!std::exchange(alive[s], uint8_t{1})) work.push_back(s);
      }
    }
    if (!alive[0]) refuse("matches nothing");
    std::vector<uint32_t> renamed(count, Dfa::kDead);
    uint32_t kept = 0;
    for (uint32_t s = 0; s < count; ++s) {
      if (alive[s]) renamed[s] = kept++;
    }
    Dfa trimmed;
    for (uint32_t s = 0; s < count; ++s) {
      if (!alive[s]) continue;
      trimmed.accepting_.push_back(dfa_.accepting_[s]);
      for (const uint32_t t : dfa_.row(s)) trimmed.next_.push_back(t == Dfa::kDead ? Dfa::kDead : renamed[t]);
    }
    dfa_ = std::move(trimmed);
  }

  /// Among the code points that begin with these bits and have `continuations` times six more.
  static bool holds_odd_space(uint32_t bits, int continuations) {
    const uint32_t first = bits << (6 * continuations), last = first + (1u << (6 * continuations)) - 1;
    return std::ranges::any_of(kOddSpaces, [=](const OddRange& r) { return r.first <= last && first <= r.last; });
  }

  /// Where all `continuations` more continuation bytes lead from `s`, the first of them in [low, high]; odd spaces are
  /// left out. `begin`: the bits of the code point so far.
  uint32_t after_continuations(uint32_t s, int continuations, uint32_t low, uint32_t high, uint32_t begin) const {
    if (s == Dfa::kDead || continuations == 0) return s;
    uint32_t target = Dfa::kMixed, previous = Dfa::kMixed;
    bool is_first = true;
    for (uint32_t b = low; b <= high; ++b) {
      const uint32_t code_point = begin << 6 | (b & 0x3f);
      if (continuations == 1 && is_odd_space(code_point)) continue;
      const uint32_t t = dfa_.next(s, b);
      // Settled already, unless odd spaces were left out there.
      if (!is_first && t == previous) continue;
      previous = holds_odd_space(code_point, continuations - 1) ? Dfa::kMixed : t;
      const uint32_t end = after_continuations(t, continuations - 1, 0x80, 0xbf, code_point);
      if (end == Dfa::kMixed || (!is_first && end != target)) return Dfa::kMixed;
      target = end;
      is_first = false;
    }
    return target;
  }

  /// The value of the column of characters above U+007F (table 3-7 of the Unicode standard).
  uint32_t beyond_target(uint32_t s) const {
    uint32_t target = Dfa::kMixed;
    for (uint32_t lead = 0xc2; lead <= 0xf4; ++lead) {
      const int continuations = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
      const uint32_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
      const uint32_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
      const uint32_t end = after_continuations(dfa_.next(s, lead), continuations, low, high, lead & (0x3fu >> continuations));
      if (end == Dfa::kMixed || (lead > 0xc2 && end != target)) return Dfa::kMixed;
      target = end;
    }
    return target;
  }

  /// The value of the text column.
  uint32_t text_target(uint32_t s, uint32_t beyond) const {
    for (uint32_t c = 0x20; c < 0x80; ++c) {
      if (is_plain_json_character(c) && dfa_.next(s, c) != beyond) return Dfa::kMixed;
    }
    return beyond;
  }

  const Nfa& nfa_;
  std::string_view pattern_;
  RegexLimits limits_;
  Dfa dfa_;
  std::map<Set, uint32_t> ids_;
  std::vector<const Set*> sets_;
  std::vector<uint32_t> seen_, work_;
  uint32_t round_ = 0;
  uint32_t steps_ = 0;
};

Dfa Dfa::from_regex(std::string_view pattern, const RegexLimits& limits) {
  const Nfa nfa = parse_regex(pattern, limits);
  return DfaBuilder(nfa, pattern, limits).build();
}

}  // namespace surecall

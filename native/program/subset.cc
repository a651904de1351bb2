// The subset construction over code points, with assertions.
//
// Without assertions a DFA state is a set of NFA states. Assertions add two things, both of which stay finite:
//
// - What is *behind* is known: every look-behind runs beside the pattern from the beginning of the text (as "anything,
//   then the body"), and its own set of NFA states is part of the DFA state. The assertion holds where that set contains
//   the accepting state.
// - What is *ahead* is an obligation: a way through the pattern that passed a look-ahead carries the set of NFA states of
//   the body (then "anything") along. It dies when that set can no longer accept, is rid of the obligation when the set
//   accepts whatever follows, and where the text ends the set must be accepting; the other way round for negated ones.
//
// So a way is (NFA state, obligations); obligations are sets of ways themselves, since a body may hold assertions. What
// is behind may depend on what is ahead: a look-behind that has matched under obligations hands them on.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "program/char_dfa.h"
#include "support/hash.h"

namespace surecall {
namespace {

using SetId = uint32_t;         // a set of ways
using ObligationsId = uint32_t; // a set of (set of ways, negated)
using Way = uint64_t;           // obligations in the upper half, NFA state in the lower

constexpr SetId kNoWay = 0;
constexpr ObligationsId kFree = 0;
constexpr ObligationsId kBroken = 0xffffffff;

template <class T>
class Interner {
 public:
  struct Hash {
    size_t operator()(const std::vector<T>& v) const {
      uint64_t h = v.size();
      for (const T x : v) h = hash_mix(h, x);
      return h;
    }
  };
  Interner() { intern({}); }  // number 0 is the empty one
  uint32_t intern(std::vector<T> v) {
    const auto [it, is_new] = ids_.try_emplace(std::move(v), static_cast<uint32_t>(items_.size()));
    if (is_new) items_.push_back(&it->first);
    return it->second;
  }
  /// References stay valid.
  const std::vector<T>& at(uint32_t id) const { return *items_[id]; }
  uint32_t size() const { return static_cast<uint32_t>(items_.size()); }

 private:
  std::unordered_map<std::vector<T>, uint32_t, Hash> ids_;
  std::vector<const std::vector<T>*> items_;
};

class Subsets {
 public:
  Subsets(const Nfa& nfa, const CharClasses& classes, const CharDfaContext& context)
      : nfa_(nfa), context_(context), class_count_(classes.count()), free_(nfa.looks().empty()) {
    for (const CodePoints& set : nfa.sets()) set_classes_.push_back(classes.of(set));
    for (uint32_t i = 0; i < nfa.looks().size(); ++i) {
      if (!nfa.looks()[i].ahead) behind_.push_back(i);
    }
    if (behind_.size() > kMaxBehind) context.refuse("has more than " + std::to_string(kMaxBehind) + " look-behinds");
    behind_now_.assign(nfa.looks().size(), kNoWay);
    seen_.assign(nfa.states().size(), 0);
    find_universal_states();
  }

  CharDfa build() {
    CharDfa dfa;
    dfa.classes = class_count_;
    start_looks();
    Interner<uint32_t> states;  // the set of the pattern, then those of the look-behinds
    states.intern(key(close_one(nfa_.start())));
    for (uint32_t s = 1; s < states.size(); ++s) {
      const std::vector<uint32_t> from = states.at(s);
      dfa.add(accepts(from[0]));
      spend(class_count_);
      move(from[0]);
      uint32_t* row = &dfa.next[size_t{s - 1} * class_count_];
      for (uint32_t c = 0; c < class_count_; ++c) {
        // Only classes that some way consumes lead anywhere; neighbours mostly lead to the same state.
        if (moved_[c].empty()) continue;
        if (c > 0 && free_ && moved_[c] == moved_[c - 1]) {
          row[c] = row[c - 1];
          continue;
        }
        step_looks(from, c);
        const SetId to = arrive(moved_[c], c);
        if (to == kNoWay) continue;
        const uint32_t id = states.intern(key(to));
        context_.check_states(id);
        row[c] = id - 1;
      }
    }
    return dfa;
  }

 private:
  static constexpr size_t kMaxBehind = 32;
  static constexpr int kMaxNesting = 32;

  static Way way(uint32_t state, ObligationsId obligations) { return uint64_t{obligations} << 32 | state; }
  static uint32_t state_of(Way w) { return static_cast<uint32_t>(w); }
  static ObligationsId obligations_of(Way w) { return static_cast<ObligationsId>(w >> 32); }

  void spend(size_t steps) const { context_.spend(steps); }

  std::vector<uint32_t> key(SetId main) const {
    std::vector<uint32_t> out{main};
    for (const uint32_t look : behind_) out.push_back(behind_now_[look]);
    return out;
  }

  // --- what is behind ---

  // Looks are numbered inside out: a body is closed when the looks in it know where they stand.
  void start_looks() {
    for (const uint32_t look : behind_) behind_now_[look] = close_one(nfa_.looks()[look].start);
    ahead_here_.clear();
  }
  void step_looks(const std::vector<uint32_t>& from, uint32_t c) {
    ahead_here_.clear();
    for (size_t i = 0; i < behind_.size(); ++i) behind_now_[behind_[i]] = step(from[i + 1], c);
  }

  // --- ways ---

  /// Fills moved_ by class: the ways of a set that consume it, before the closure.
  void move(SetId set) {
    moved_.resize(class_count_);
    for (std::vector<Way>& ways : moved_) ways.clear();
    for (const Way w : sets_.at(set)) {
      const Nfa::State& state = nfa_.states()[state_of(w)];
      if (state.kind != Nfa::State::Kind::code_points) continue;
      spend(set_classes_[state.other].size());
      for (const uint32_t c : set_classes_[state.other]) moved_[c].push_back(way(state.next, obligations_of(w)));
    }
  }
  SetId step(SetId set, uint32_t c) {
    std::vector<Way> moved;
    for (const Way w : sets_.at(set)) {
      const Nfa::State& state = nfa_.states()[state_of(w)];
      if (state.kind != Nfa::State::Kind::code_points) continue;
      if (std::ranges::binary_search(set_classes_[state.other], c)) moved.push_back(way(state.next, obligations_of(w)));
    }
    spend(sets_.at(set).size());
    return arrive(moved, c);
  }
  /// The set after class `c`, which every obligation has to follow as well.
  SetId arrive(const std::vector<Way>& moved, uint32_t c) {
    if (free_) return close(moved);
    std::vector<Way> from;
    std::map<ObligationsId, ObligationsId> stepped{{kFree, kFree}};
    for (const Way w : moved) {
      const auto [it, is_new] = stepped.try_emplace(obligations_of(w), kBroken);
      if (is_new) it->second = step_obligations(obligations_of(w), c);
      if (it->second != kBroken) from.push_back(way(state_of(w), it->second));
    }
    return close(from);
  }
  ObligationsId step_obligations(ObligationsId id, uint32_t c) {
    if (++nesting_ > kMaxNesting) context_.refuse("has look-aheads nested too deeply");
    std::vector<uint64_t> left;
    bool broken = false;
    for (const uint64_t item : obligations_.at(id)) {
      const bool negated = (item & 1) != 0;
      const SetId to = step(static_cast<SetId>(item >> 1), c);
      broken = broken || is_broken(to, negated);
      if (broken) break;
      if (!is_met(to, negated)) left.push_back(uint64_t{to} << 1 | negated);
    }
    --nesting_;
    return broken ? kBroken : add_obligations(std::move(left));
  }
  bool is_broken(SetId set, bool negated) const { return negated ? is_universal(set) : set == kNoWay; }
  bool is_met(SetId set, bool negated) const { return negated ? set == kNoWay : is_universal(set); }

  ObligationsId add_obligations(std::vector<uint64_t> items) {
    std::ranges::sort(items);
    items.erase(std::ranges::unique(items).begin(), items.end());
    return obligations_.intern(std::move(items));
  }
  ObligationsId both(ObligationsId a, ObligationsId b) {
    if (a == kFree || b == kFree) return a == kFree ? b : a;
    std::vector<uint64_t> items = obligations_.at(a);
    items.insert(items.end(), obligations_.at(b).begin(), obligations_.at(b).end());
    return add_obligations(std::move(items));
  }

  SetId close_one(uint32_t state) { return close({way(state, kFree)}); }

  /// The set of everything reachable without consuming; only what consumes or accepts is kept.
  SetId close(const std::vector<Way>& from) {
    std::vector<Way> work(from), out;
    work.reserve(from.size() + 16);
    std::set<Way> seen;
    const uint32_t round = ++rounds_;
    while (!work.empty()) {
      const Way w = work.back();
      work.pop_back();
      spend(1);
      if (obligations_of(w) == kFree) {
        if (std::exchange(seen_[state_of(w)], round) == round) continue;
      } else if (!seen.insert(w).second) {
        continue;
      }
      const Nfa::State& state = nfa_.states()[state_of(w)];
      const ObligationsId obligations = obligations_of(w);
      switch (state.kind) {
        case Nfa::State::Kind::split:
          work.push_back(way(state.other, obligations));
          work.push_back(way(state.next, obligations));
          break;
        case Nfa::State::Kind::assertion: pass(state, obligations, work); break;
        default: out.push_back(w); break;
      }
    }
    return sets_.intern(simplified(std::move(out)));
  }

  /// Adds the way on from an assertion, if it can hold here.
  void pass(const Nfa::State& assertion, ObligationsId obligations, std::vector<Way>& work) {
    const Nfa::Look& look = nfa_.looks()[assertion.other];
    const SetId ahead = look.ahead ? set_ahead(assertion.other) : set_after_behind(assertion.other);
    if (is_broken(ahead, assertion.negated)) return;
    const bool is_settled = is_met(ahead, assertion.negated);
    const ObligationsId own = is_settled ? kFree : add_obligations({uint64_t{ahead} << 1 | assertion.negated});
    work.push_back(way(assertion.next, both(obligations, own)));
  }

  /// What a look-behind asks of the text ahead: anything if it has matched, nothing at all if it has not.
  SetId set_after_behind(uint32_t look) {
    std::vector<Way> matched;
    for (const Way w : sets_.at(behind_now_[look])) {
      if (accepts_now(w)) matched.push_back(way(nfa_.looks()[look].rest, obligations_of(w)));
    }
    return close(matched);
  }

  /// The beginning of a look-ahead at the current place.
  SetId set_ahead(uint32_t look) {
    const auto known = ahead_here_.find(look);
    if (known != ahead_here_.end()) return known->second;
    if (++nesting_ > kMaxNesting) context_.refuse("has look-aheads nested too deeply");
    const SetId set = close_one(nfa_.looks()[look].start);
    --nesting_;
    return ahead_here_[look] = set;
  }

  /// A way without obligations makes the same way with some superfluous; one that accepts anything, all others.
  std::vector<Way> simplified(std::vector<Way> ways) const {
    for (const Way w : ways) {
      if (obligations_of(w) == kFree && universal_[state_of(w)]) return {w};
    }
    if (free_) {
      std::ranges::sort(ways);
      return ways;
    }
    std::ranges::sort(ways, {}, [](Way w) { return std::pair(state_of(w), obligations_of(w)); });
    std::vector<Way> out;
    for (const Way w : ways) {
      const bool superfluous = !out.empty() && state_of(out.back()) == state_of(w) && obligations_of(out.back()) == kFree;
      if (!superfluous) out.push_back(w);
    }
    return out;
  }
  bool is_universal(SetId set) const {
    const std::vector<Way>& ways = sets_.at(set);
    return ways.size() == 1 && obligations_of(ways[0]) == kFree && universal_[state_of(ways[0])];
  }

  /// The text up to here is accepted, if the obligations are met.
  bool accepts_now(Way w) const {
    const bool anything = obligations_of(w) == kFree && universal_[state_of(w)];
    return anything || nfa_.states()[state_of(w)].kind == Nfa::State::Kind::accept;
  }

  /// A state that consumes anything, again and again, and may accept every time.
  void find_universal_states() {
    universal_.assign(nfa_.states().size(), 0);
    for (uint32_t s = 0; s < nfa_.states().size(); ++s) {
      const Nfa::State& state = nfa_.states()[s];
      if (state.kind != Nfa::State::Kind::code_points || set_classes_[state.other].size() != class_count_) continue;
      // Follows single exits and one fork: what star() builds, with the accepting state behind it.
      const uint32_t fork = skip(state.next);
      const Nfa::State& f = nfa_.states()[fork];
      if (f.kind != Nfa::State::Kind::split) continue;
      const uint32_t a = skip(f.next);
      const uint32_t b = skip(f.other);
      auto accepts = [&](uint32_t at) { return nfa_.states()[at].kind == Nfa::State::Kind::accept; };
      universal_[s] = (a == s && accepts(b)) || (b == s && accepts(a));
    }
  }
  uint32_t skip(uint32_t s) const {
    for (int i = 0; i < 8; ++i) {
      const Nfa::State& state = nfa_.states()[s];
      const bool single = state.kind == Nfa::State::Kind::split && (state.other == s || state.other == state.next);
      if (!single || state.next == s) break;
      s = state.next;
    }
    return s;
  }

  // --- the end of the text ---

  bool accepts(SetId set) const {
    return std::ranges::any_of(sets_.at(set), [this](Way w) {
      return accepts_now(w) && std::ranges::all_of(obligations_.at(obligations_of(w)), [this](uint64_t item) {
        return accepts(static_cast<SetId>(item >> 1)) != ((item & 1) != 0);
      });
    });
  }

  const Nfa& nfa_;
  const CharDfaContext& context_;
  const uint32_t class_count_;
  std::vector<std::vector<uint32_t>> set_classes_;
  bool free_;                         // there are no looks: no way has obligations
  std::vector<std::vector<Way>> moved_;
  std::vector<uint32_t> behind_;      // the looks that look behind
  std::vector<SetId> behind_now_;     // by look
  std::map<uint32_t, SetId> ahead_here_;  // look -> its beginning at the current place
  std::vector<uint8_t> universal_;    // by NFA state
  Interner<Way> sets_;
  Interner<uint64_t> obligations_;
  std::vector<uint32_t> seen_;        // by NFA state: the last closure that met it without obligations
  uint32_t rounds_ = 0;
  int nesting_ = 0;
};

}  // namespace

CharDfa determinise(const Nfa& nfa, const CharClasses& classes, const CharDfaContext& context) {
  return Subsets(nfa, classes, context).build();
}

}  // namespace surecall

#pragma once
// Automata over code points: what the patterns of a text are turned into, combined and reduced as, before the result
// is spelled in bytes (speller.h). The code points that no pattern tells apart form one class, so that a table has a
// few columns however large the classes are.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "program/nfa.h"

namespace surecall {

/// A partition of all code points but surrogates.
class CharClasses {
 public:
  struct Stretch {
    uint32_t first, last, char_class;
  };

  CharClasses() = default;
  /// Keeps apart what any of `sets` keeps apart.
  explicit CharClasses(std::span<const CodePoints> sets);

  uint32_t count() const { return count_; }
  /// Ascending; together they are all code points.
  const std::vector<Stretch>& stretches() const { return stretches_; }
  /// The classes that make up a set; it must be one of the sets of the constructor, or a union of them.
  std::vector<uint32_t> of(const CodePoints& set) const;
  /// Joins classes: class c becomes `renamed[c]`, of `count` classes.
  void rename(std::span<const uint32_t> renamed, uint32_t count);

 private:
  size_t stretch_at(uint32_t code_point) const;

  std::vector<Stretch> stretches_;
  uint32_t count_ = 0;
};

/// A DFA over classes of code points. State 0 is the start; without states, nothing is accepted.
struct CharDfa {
  static constexpr uint32_t kDead = 0xffffffff;

  uint32_t classes = 0;
  std::vector<uint32_t> next;      // `classes` per state
  std::vector<uint8_t> accepting;  // per state

  uint32_t size() const { return static_cast<uint32_t>(accepting.size()); }
  uint32_t to(uint32_t state, uint32_t c) const { return next[size_t{state} * classes + c]; }
  uint32_t add(bool accepts) {
    next.resize(next.size() + classes, kDead);
    accepting.push_back(accepts);
    return size() - 1;
  }
};

/// What a pattern may cost, has cost, and is called in messages.
struct CharDfaContext {
  const RegexLimits& limits;
  size_t& steps;  ///< taken so far, by all patterns of a text together
  std::string_view name;

  [[noreturn]] void refuse(const std::string& why) const;
  void check_states(size_t states) const;
  void spend(size_t more) const {
    steps += more;
    if (steps > limits.dfa_steps) refuse_steps();
  }

 private:
  [[noreturn]] void refuse_steps() const;
};

/// The subset construction, with assertions (subset.cc).
CharDfa determinise(const Nfa& nfa, const CharClasses& classes, const CharDfaContext& context);
/// Decimal numbers (JSON's spelling, no exponent) that are a multiple of `step` / 10^`digits`.
CharDfa multiples(uint32_t step, uint32_t digits, const CharClasses& classes, const CharDfaContext& context);
/// The sets that multiples() needs to be kept apart.
std::vector<CodePoints> multiples_sets();

/// Everything that `dfa` refuses.
CharDfa complement(const CharDfa& dfa);
/// What both accept.
CharDfa intersect(const CharDfa& a, const CharDfa& b, const CharDfaContext& context);
/// Leaves out states that accept nothing or cannot be reached.
CharDfa trim(const CharDfa& dfa);
/// The smallest DFA of the same language; `dfa` must be trimmed.
CharDfa minimise(const CharDfa& dfa);
/// Joins classes that the DFA treats alike.
void join_classes(CharDfa& dfa, CharClasses& classes);

}  // namespace surecall

#pragma once
// A Thompson NFA over bytes: what the regular-expression parser builds and the DFA construction consumes.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "program/dfa.h"

namespace surecall {

/// Inclusive range of code points.
struct CodePointRange {
  uint32_t first, last;
};

class Nfa {
 public:
  struct State {
    enum class Kind : uint8_t { byte_range, split, accept } kind;
    uint8_t low = 0, high = 0;       // byte_range
    uint32_t next = 0, other = 0;    // other: split only
  };
  /// A piece under construction: enter at `start`; `end` is a split state whose exit is still open.
  struct Fragment {
    uint32_t start, end;
  };

  explicit Nfa(const RegexLimits& limits) : limits_(limits) {}

  Fragment empty();
  Fragment byte_range(uint8_t low, uint8_t high);
  /// Any one of these code points, as UTF-8 (surrogates are left out). No ranges: matches nothing.
  Fragment code_points(const std::vector<CodePointRange>& ranges);
  Fragment concatenate(Fragment a, Fragment b);
  Fragment alternate(Fragment a, Fragment b);
  /// Zero or more.
  Fragment star(Fragment a);
  /// Zero or one.
  Fragment optional(Fragment a);
  /// Closes the automaton.
  void finish(Fragment whole);

  uint32_t start() const { return start_; }
  const std::vector<State>& states() const { return states_; }
  /// State count so far: what a repeat would have to copy.
  uint32_t size() const { return static_cast<uint32_t>(states_.size()); }

 private:
  uint32_t add(State state);
  Fragment utf8_sequence(const uint8_t (*bytes)[2], int length);
  void add_utf8_ranges(uint32_t first, uint32_t last, std::vector<Fragment>& out);

  RegexLimits limits_;
  std::vector<State> states_;
  uint32_t start_ = 0;
};

/// Parses `pattern` into an NFA (syntax in dfa.h). Throws Error SURECALL_UNSUPPORTED_SCHEMA.
Nfa parse_regex(std::string_view pattern, const RegexLimits& limits);

}  // namespace surecall

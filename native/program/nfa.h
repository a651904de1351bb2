#pragma once
// A Thompson NFA: what the regular-expression parser builds and the DFA constructions consume. Its edges are bytes
// (for Dfa) or, for the values of JSON strings (text.h), whole code points; only the latter knows assertions.

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "program/dfa.h"

namespace surecall {

/// Inclusive range of code points.
struct CodePointRange {
  uint32_t first, last;
  auto operator<=>(const CodePointRange&) const = default;
};
using CodePoints = std::vector<CodePointRange>;

class Nfa {
 public:
  struct State {
    enum class Kind : uint8_t { byte_range, split, accept, code_points, assertion } kind;
    uint8_t low = 0, high = 0;       // byte_range
    uint32_t next = 0, other = 0;    // other: split; code_points: index of the set; assertion: index of the look
    bool negated = false;            // assertion
  };
  enum class Edges : uint8_t { bytes, code_points };
  /// A part that must (or must not) match what is ahead, with anything after it, or what is behind, with anything
  /// before it. It has an accepting state of its own.
  struct Look {
    bool ahead;
    uint32_t start;
    uint32_t rest;  ///< accepts anything: what may follow a look-behind
  };
  /// A piece under construction: enter at `start`; `end` is a split state whose exit is still open.
  struct Fragment {
    uint32_t start, end;
  };

  explicit Nfa(const RegexLimits& limits, Edges edges = Edges::bytes) : limits_(limits), edges_(edges) {}

  Fragment empty();
  Fragment byte_range(uint8_t low, uint8_t high);
  /// Any one of these code points (surrogates are left out), as UTF-8 or as one edge. No ranges: matches nothing.
  Fragment code_points(const CodePoints& ranges);
  Fragment concatenate(Fragment a, Fragment b);
  Fragment alternate(Fragment a, Fragment b);
  /// Zero or more.
  Fragment star(Fragment a);
  /// The first n of `parts`, for any n: (a(b(c)?)?)?, but every way out is one step to the end.
  Fragment some_of(std::span<const Fragment> parts);
  /// Makes `body` a look, which any number of assertions may use.
  uint32_t look(bool ahead, Fragment body);
  /// Matches the empty text where the look succeeds (or fails, if negated).
  Fragment assertion(uint32_t look, bool negated);
  /// Closes the automaton.
  void finish(Fragment whole);

  uint32_t start() const { return start_; }
  const std::vector<State>& states() const { return states_; }
  const std::vector<Look>& looks() const { return looks_; }
  /// The different sets on code-point edges, sorted and without overlaps.
  const std::vector<CodePoints>& sets() const { return sets_; }
  /// State count so far: what a repeat would have to copy.
  uint32_t size() const { return static_cast<uint32_t>(states_.size()); }

 private:
  uint32_t add(State state);
  Fragment utf8_sequence(const uint8_t (*bytes)[2], int length);
  void add_utf8_ranges(uint32_t first, uint32_t last, std::vector<Fragment>& out);

  Fragment one_of(CodePoints ranges);

  RegexLimits limits_;
  Edges edges_;
  std::vector<State> states_;
  std::vector<Look> looks_;
  std::vector<CodePoints> sets_;
  std::map<CodePoints, uint32_t> known_sets_;
  uint32_t start_ = 0;
};

/// Parses `pattern` into an NFA (syntax in dfa.h). Throws Error SURECALL_UNSUPPORTED_SCHEMA.
Nfa parse_regex(std::string_view pattern, const RegexLimits& limits);

/// The same with code points as edges, and with the assertions of text.h.
Nfa parse_text_regex(std::string_view pattern, const RegexLimits& limits);

}  // namespace surecall

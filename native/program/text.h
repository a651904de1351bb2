#pragma once
// Text values: what the program's `text` op means, as one byte DFA.
//
// A text is a sequence of code points that all positive patterns match, no negated one matches, and whose length lies
// within bounds. It is spelled either as the inside of a JSON string, every escape allowed, or raw.
//
// The patterns are those of dfa.h, against the whole text, and in addition the assertions of ECMA-262, anywhere:
//   ^ $ \b \B (?=...) (?!...) (?<=...) (?<!...)
// so that a JSON Schema `pattern` P, which searches, is `[^]*(?:P)[^]*`. Assertions are exact: they are part of the
// subset construction (subset.cc). All of this is valid ECMA-262 syntax with the flag u.
//
// The method: one DFA over classes of code points per pattern, complemented where negated; their product, minimised;
// the length as part of the states where it is short, else as a counted loop (see Loop in automaton.h); and last the
// spelling of every character in bytes (speller.h).

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "program/char_dfa.h"
#include "program/dfa.h"

namespace surecall {

struct TextPattern {
  /// multiple: not a pattern but a decimal number, 12 or 0.25; it stands for its multiples in JSON's spelling without
  /// an exponent. name: exactly this text, see other_names.h. Part of the boundary: the flags of a text node's patterns, with
  /// bit 0 for negated.
  enum class Kind : uint32_t { regex = 0, multiple = 2, name = 4 };
  std::string_view text;
  Kind kind = Kind::regex;
  bool negated = false;
};

/// Part of the boundary: the first word of a text node's list.
enum class TextSpelling : uint32_t {
  json,  ///< inside the quotes of a JSON string, every escape allowed
  raw,   ///< the text itself
  names, ///< inside the quotes of a JSON string: any but some names, see other_names.h; no other patterns, no bounds
};

struct TextSpec {
  std::vector<TextPattern> patterns;
  uint32_t min = 0;
  uint32_t max = 0xffffffff;  ///< Program::kUnbounded: any length
  TextSpelling spelling = TextSpelling::json;
};

/// A byte DFA without dead states. Where the length is counted, the states of the loop are entered and left by arrivals:
/// a target of at least rows() is one.
struct TextDfa {
  /// A character is complete, and its number matters.
  struct Arrival {
    bool enters;       ///< the loop begins here: from here on characters are counted
    uint32_t row;      ///< where to go on inside the loop
    uint32_t end_row;  ///< where to go on after the last iteration; not for those that enter
  };

  std::array<uint8_t, 256> byte_class{};
  uint32_t columns = 0;         ///< classes of bytes, then Dfa::kText and Dfa::kBeyond
  std::vector<uint32_t> next;   ///< `columns` per row: a row, an arrival, Dfa::kDead, or Dfa::kMixed in the last columns
  std::vector<uint8_t> accepting;  ///< by row: the text may end here
  std::vector<uint8_t> in_loop;    ///< by row: characters are being counted
  std::vector<uint32_t> costs;     ///< by row: fewest bytes to an accepting one
  std::vector<Arrival> arrivals;
  uint32_t start = 0;           ///< a row or an arrival
  uint32_t iterations = 0;      ///< characters that the loop counts
  uint32_t steps = 0;           ///< what it took to compile, see RegexLimits::dfa_steps
  uint64_t id = 0;              ///< of this text in this process, see TextCache; 0: none

  uint32_t rows() const { return static_cast<uint32_t>(costs.size()); }
};

/// What the patterns of a text accept together, over characters, before its length and its spelling. Made once for
/// all texts with these patterns.
struct TextPatterns {
  CharClasses classes;
  CharDfa dfa;         ///< without states if nothing matches
  uint32_t steps = 0;  ///< see RegexLimits::dfa_steps
};

/// Throws Error SURECALL_UNSUPPORTED_SCHEMA naming the pattern and the fault. That nothing matches is no error.
TextPatterns compile_text_patterns(const TextSpec& spec, const RegexLimits& limits = {});

/// Without rows if no text satisfies the specification. Throws Error SURECALL_UNSUPPORTED_SCHEMA naming the pattern and
/// the fault: a syntax error, a limit reached.
TextDfa compile_text(const TextSpec& spec, const TextPatterns& patterns, const RegexLimits& limits = {});
TextDfa compile_text(const TextSpec& spec, const RegexLimits& limits = {});

}  // namespace surecall

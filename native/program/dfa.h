#pragma once
// Regular expressions as minimal-effort DFAs over bytes.
//
// Syntax: a subset of ECMA-262 over Unicode code points, matched against the whole text:
//   literals . [a-z] [^a-z] \d \w \s \D \W \S \n \r \t \f \v \0 \xHH \uHHHH \u{H...} \<punctuation>
//   (...) (?:...) | * + ? {m} {m,} {m,n}  (lazy forms too: they accept the same language)
// Text is UTF-8: a class of code points becomes byte sequences, so only well-formed UTF-8 is ever accepted.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace surecall {

/// Bounds on what one pattern may cost; reaching one is an error, never a hang.
struct RegexLimits {
  uint32_t nfa_states = 200'000;
  uint32_t dfa_states = 20'000;
  /// Steps of the subset construction: few DFA states can still stand for very many NFA states each.
  uint32_t dfa_steps = 30'000'000;
  /// Bytes of the pattern that are read again because a repeat needs them once more.
  uint32_t reread_bytes = 4'000'000;
  /// Byte states of a text (text.h): every state above takes several to spell its characters.
  uint32_t text_states = 60'000;
};

/// A DFA without dead states: from every state an accepting one is reachable. State 0 is the start.
class Dfa {
 public:
  static constexpr uint32_t kDead = 0xffffffff;
  /// Symbol after the 256 bytes: "any plain JSON-string character" (text_slice.h). Its target is the one state that
  /// every such character leads to, kDead if all are refused, kMixed if they lead to different states.
  static constexpr uint32_t kText = 256;
  static constexpr uint32_t kMixed = 0xfffffffe;
  /// Symbol after it, likewise: "any character above U+007F but odd spaces" (char_groups.h).
  static constexpr uint32_t kBeyond = 257;
  static constexpr uint32_t kSymbols = 258;

  /// Compiles `pattern`. Throws Error SURECALL_UNSUPPORTED_SCHEMA naming the pattern and the fault: a syntax error, a
  /// limit reached, or a pattern that nothing can match.
  static Dfa from_regex(std::string_view pattern, const RegexLimits& limits = {});

  uint32_t size() const { return static_cast<uint32_t>(accepting_.size()); }
  bool accepting(uint32_t state) const { return accepting_[state]; }
  uint32_t next(uint32_t state, uint32_t symbol) const { return next_[size_t{state} * kSymbols + symbol]; }
  std::span<const uint32_t> row(uint32_t state) const { return std::span(next_).subspan(size_t{state} * kSymbols, kSymbols); }
  size_t memory_bytes() const { return next_.capacity() * sizeof(uint32_t) + accepting_.capacity(); }

 private:
  friend class DfaBuilder;
  std::vector<uint32_t> next_;  // kSymbols per state
  std::vector<uint8_t> accepting_;
};

}  // namespace surecall

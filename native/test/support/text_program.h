#pragma once
// Programs of one text node, and the matcher's states over them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/state_table.h"
#include "program/text.h"
#include "test/support/program_writer.h"

namespace surecall::test {

inline constexpr uint32_t kAny = Program::kUnbounded;

/// A program of one text node.
inline std::vector<uint8_t> program_of(const TextSpec& spec) {
  std::string pool;
  std::vector<uint32_t> list{static_cast<uint32_t>(spec.spelling)};
  for (const TextPattern& p : spec.patterns) {
    const uint32_t flags = static_cast<uint32_t>(p.kind) | (p.negated ? 1u : 0u);
    list.insert(list.end(), {static_cast<uint32_t>(pool.size()), static_cast<uint32_t>(p.text.size()), flags});
    pool += p.text;
  }
  const uint32_t patterns = static_cast<uint32_t>(spec.patterns.size());
  std::vector<uint32_t> words{Program::kMagic, 1, 0, static_cast<uint32_t>(list.size()), static_cast<uint32_t>(pool.size()), 0,
                              static_cast<uint32_t>(Op::text), 0, patterns, spec.min, spec.max};
  words.insert(words.end(), list.begin(), list.end());
  std::vector<uint8_t> out;
  for (const uint32_t word : words) ProgramWriter::put_word(out, word);
  out.insert(out.end(), pool.begin(), pool.end());
  return out;
}

/// A text node as the matcher runs it.
class Text {
 public:
  explicit Text(const TextSpec& spec) : automaton_(compile(Program::parse(program_of(spec)))), states_(automaton_, 8) {}
  explicit Text(std::string_view pattern, uint32_t min = 0, uint32_t max = kAny, TextSpelling spelling = TextSpelling::raw)
      : Text(TextSpec{{{pattern}}, min, max, spelling}) {}

  StateId after(std::string_view text) {
    StateId at = states_.start();
    for (const char c : text) at = states_.step(at, static_cast<uint8_t>(c));
    return at;
  }
  bool matches(std::string_view text) { return states_.accepting(after(text)); }
  bool alive(std::string_view text) { return after(text) != kDeadState; }
  StateTable& states() { return states_; }
  const Automaton& automaton() const { return automaton_; }

 private:
  Automaton automaton_;
  StateTable states_;
};

}  // namespace surecall::test

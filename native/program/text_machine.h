#pragma once
// Lengths: a DFA over characters becomes rows to be spelled, with the number of characters bounded either by more states
// or by a counted loop.

#include <cstdint>
#include <span>
#include <vector>

#include "program/char_dfa.h"
#include "program/text.h"

namespace surecall {

/// What Speller takes and TextDfa holds, before the characters are bytes.
struct TextMachine {
  CharDfa rows;  ///< targets from rows.size() on are arrivals
  std::vector<uint8_t> in_loop;
  std::vector<uint32_t> costs;
  std::vector<TextDfa::Arrival> arrivals;
  uint32_t start = 0, iterations = 0;
};

/// What `dfa` (trimmed) accepts of min..max characters (Program::kUnbounded); without rows if that is nothing.
/// `bytes_of_class`: the fewest bytes that spell a character of each class.
TextMachine bound_lengths(CharDfa dfa, uint32_t min, uint32_t max, std::span<const uint32_t> bytes_of_class,
                          const CharDfaContext& context);

}  // namespace surecall

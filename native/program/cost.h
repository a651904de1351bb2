#pragma once
// Positions in an automaton, and the least number of bytes from one to an end.

#include <cstdint>

namespace surecall {

/// Index of an instruction.
using Position = uint32_t;

/// Least bytes from a position to the end of its own part (rule, loop iteration, member or whole program).
using Cost = uint32_t;
inline constexpr Cost kNever = 0x3fffffff;
/// Sum that stays at kNever.
constexpr Cost add_costs(uint64_t a, uint64_t b) { return static_cast<Cost>(a + b < kNever ? a + b : kNever); }

}  // namespace surecall

#pragma once
// Return points and loop counts as persistent stacks: a stack is the number of its top frame, frames are interned, so
// equal stacks have equal numbers and sharing is free.

#include <cstdint>
#include <vector>

#include "program/automaton.h"
#include "support/hash.h"

namespace surecall {

/// Number of a stack. 0 is the empty one.
using StackId = uint32_t;
inline constexpr StackId kEmptyStack = 0;

struct Frame {
  static constexpr uint32_t kLoop = 0x80000000;  ///< set in `link` for a loop frame
  StackId parent;
  uint32_t link;   ///< position to return to, or kLoop | index of the loop
  uint32_t count;  ///< loop: complete iterations

  bool is_loop() const { return (link & kLoop) != 0; }
  uint32_t loop() const { return link & ~kLoop; }
  bool operator==(const Frame&) const = default;
};

class Stacks {
 public:
  explicit Stacks(const Automaton& automaton) : automaton_(&automaton) { clear(); }

  /// Number of the stack with `frame` on top of its parent.
  StackId push(const Frame& frame);
  const Frame& top(StackId stack) const { return frames_[stack].frame; }
  /// Fewest bytes to completion once the part above this stack is complete.
  Cost cost(StackId stack) const { return frames_[stack].cost; }
  /// The same stack with every loop count replaced by one that tokens of at most `reach` bytes cannot tell from it.
  StackId canonical(StackId stack, uint32_t reach);
  /// The stack with one more iteration of the text loop `loop`, whose frame is the top one or lies under another loop's.
  StackId count_one(StackId stack, uint32_t loop);
  /// Iterations left in the same loop.
  uint32_t tokens_left(StackId stack, uint32_t loop) const;
  void clear();
  size_t memory_bytes() const { return frames_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(StackId); }

 private:
  struct Entry {
    Frame frame;
    Cost cost;
    StackId canonical;  // kUnknown until asked for
  };
  static constexpr StackId kUnknown = 0xffffffff;

  size_t slot_of(const Frame& frame) const;
  void grow();
  Cost cost_above(const Frame& frame) const;

  const Automaton* automaton_;
  std::vector<Entry> frames_;
  std::vector<StackId> slots_;  // open addressing; 0 is free, for the empty stack is never looked up
};

}  // namespace surecall

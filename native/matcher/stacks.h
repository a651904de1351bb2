#pragma once
// Return points, loop counts and members used as persistent stacks: a stack is the number of its top frame, frames are interned, so
// equal stacks have equal numbers and sharing is free.

#include <cstdint>
#include <vector>

#include "matcher/member_sets.h"
#include "program/automaton.h"
#include "support/hash.h"

namespace surecall {

/// Number of a stack. 0 is the empty one.
using StackId = uint32_t;
inline constexpr StackId kEmptyStack = 0;

struct Frame {
  // Set in `link`; positions and indices stay below 2^21.
  static constexpr uint32_t kLoop = 0x80000000;
  static constexpr uint32_t kMembers = 0x40000000;
  static constexpr uint32_t kChoosing = 0x20000000;  ///< with kMembers: the next member has not begun, or not been told apart
  StackId parent;
  uint32_t link;   ///< position to return to, kLoop | index of the loop, or kMembers | index of the members
  uint32_t count;  ///< loop: complete iterations; members: those used, with the present one
  MemberSetId used = kNoMembers;  ///< members: the set of them

  bool is_loop() const { return (link & kLoop) != 0; }
  uint32_t loop() const { return link & ~kLoop; }
  bool is_members() const { return (link & kMembers) != 0; }
  bool is_choosing() const { return (link & kChoosing) != 0; }
  uint32_t members() const { return link & ~(kMembers | kChoosing); }
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
  /// Fewest bytes to completion from a byte of the heads of members, with their frame on top.
  Cost cost_of_choice(const MemberChoice& choice, StackId stack) const;
  /// What the members frame on top remembers. Valid until the next set is made.
  MembersSoFar so_far(const Frame& frame) const { return {sets_.bits(frame.used), frame.count}; }
  /// The members frame after member `number` has begun.
  Frame with_member(const Frame& choosing, uint32_t number);
  /// The position that follows the part above a frame.
  Position outside(const Frame& frame) const;
  /// Makes the stack `from` of other stacks here.
  StackId copy(const Stacks& other, StackId from);
  /// The same stack with every count replaced by one that tokens of at most `reach` bytes cannot tell from it.
  StackId canonical(StackId stack, uint32_t reach);
  /// The stack with one more iteration of the text loop `loop`, whose frame is the top one or lies under another loop's.
  StackId count_one(StackId stack, uint32_t loop);
  /// Iterations left in the same loop.
  uint32_t tokens_left(StackId stack, uint32_t loop) const;
  void clear();
  size_t memory_bytes() const {
    return frames_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(StackId) + sets_.memory_bytes();
  }

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
  MemberSets sets_;
  std::vector<Entry> frames_;
  std::vector<StackId> slots_;  // open addressing; 0 is free, for the empty stack is never looked up
};

}  // namespace surecall

#pragma once
// Members: parts each used at most once, as the properties of an object. Ordered ones stand in the order in which they are
// listed and before all others; the others, and the rest, in any order. (One mechanism for both: a member that begins also
// uses up the ordered ones before it. A choice among 50 names is then one state, and their values are compiled once.)
//
// How far a reading has come is a set (which members were used) and a count; both live in a stack frame. All questions
// about them are answered here: may a member still begin, is the whole complete, how many bytes are missing at least.
//
// Members that can never be completed may not begin; if that leaves too few, the whole costs kNever.
//
// Two facts make sure that no choice is a dead end. The members still missing fit: count + missing <= max holds at the
// start (Program::parse sees to it), and a member that is not required may begin only where one more fits. And the
// minimum can be reached: at the start there are enough members or a rest, and a member may begin only if after it there
// still are.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "program/cost.h"

namespace surecall {

/// What was used so far. Bits beyond the last word are 0.
struct MembersSoFar {
  std::span<const uint64_t> used;
  uint32_t count;  ///< members and repetitions of the rest, as Members::capped remembers them

  bool has(uint32_t member) const { return member / 64 < used.size() && (used[member / 64] >> (member % 64) & 1) != 0; }
};

/// The members first..last-1 in the order of their heads.
struct MemberRange {
  uint32_t first, last;
};

class Members {
 public:
  struct Member {
    uint32_t head;            ///< literal bytes that it begins with; they are read by the trie of all heads
    Position entry;           ///< what follows the head: a member_begin instruction
    bool required = false;
    bool repeats = false;     ///< the rest: never used up
    bool ordered = false;
    uint32_t place = 0;       ///< ordered: in which order
    Cost cost = kNever;       ///< fewest bytes, head included
  };

  /// `members` ordered by head; max may be Program::kUnbounded.
  Members(std::vector<Member> members, uint32_t min, uint32_t max, Position exit);

  Position exit() const { return exit_; }
  /// Where a first member begins, and where a further one does: the same, or the separator before it.
  Position begin = 0, again = 0;
  std::span<const Member> members() const { return members_; }
  MemberRange all() const { return {0, static_cast<uint32_t>(members_.size())}; }

  /// What is remembered of `count` members.
  uint32_t capped(uint32_t count) const { return unbounded() && count > min_ ? min_ : count; }
  /// Nothing more is needed.
  bool complete(const MembersSoFar& so_far) const { return so_far.count >= min_ && missing(so_far) == 0; }
  /// Some member of the range may begin.
  bool may_begin(const MembersSoFar& so_far, MemberRange range) const;
  /// What the member uses up when it begins, as bits: itself, and ordered ones before it.
  std::span<const uint64_t> used_by(uint32_t member) const { return std::span(uses_).subspan(size_t{member} * words(), words()); }
  /// A count that `reach` further members cannot tell from this one.
  uint32_t canonical_count(const MembersSoFar& so_far, uint32_t reach) const;

  /// Takes over what members and the separator cost.
  void set_costs(std::span<const Cost> costs);
  /// Fewest bytes of what is still needed, with a separator before each.
  uint64_t cost_of_rest(const MembersSoFar& so_far) const { return needed(so_far).cost; }
  /// The same where a member must come next, without the separator before it: one of `range`, the first `consumed`
  /// bytes of which were read already.
  uint64_t cost_of_choice(const MembersSoFar& so_far, MemberRange range, uint32_t consumed) const;
  /// Fewest bytes of the whole.
  uint64_t cost() const;
  size_t memory_bytes() const;

 private:
  struct Needed {
    uint64_t cost = 0;
    uint32_t extras = 0;   // members that only the minimum asks for
    Cost dearest = 0;      // of the extras
  };

  size_t words() const { return required_.size(); }
  bool may_come_next(uint32_t member, const MembersSoFar& so_far) const;
  bool leaves_enough(uint32_t member, const MembersSoFar& so_far) const;
  std::span<const uint64_t> in_turn(const MembersSoFar& so_far) const;
  bool unbounded() const { return max_ == 0xffffffff; }
  uint32_t missing(const MembersSoFar& so_far) const;
  bool has_room(const MembersSoFar& so_far) const;
  Needed needed(const MembersSoFar& so_far) const;

  std::vector<Member> members_;
  std::vector<uint64_t> required_;  // bits
  std::vector<uint64_t> possible_;  // bits: those that can be completed
  std::vector<uint32_t> by_cost_;   // those that are not required, cheapest first
  std::vector<uint64_t> uses_;      // bits, words() per member
  std::vector<uint32_t> needed_in_order_;  // ordered and required ones, in their order
  std::vector<uint64_t> in_turn_;   // bits, words() for each of those: what may begin while it is the first missing
  std::vector<uint64_t> all_;       // bits
  bool is_ordered_ = false;
  bool has_rest_ = false;  // one that can be completed
  uint32_t min_, max_;
  Position exit_;
  Cost separator_cost_ = 0;
};

}  // namespace surecall

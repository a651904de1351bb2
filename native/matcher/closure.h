#pragma once
// The step that makes a set of configurations: follow every instruction that consumes nothing.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "matcher/stacks.h"
#include "program/automaton.h"
#include "support/error.h"
#include "support/key_set.h"

namespace surecall {

/// A position in the program with a stack of return points and counts: one way to read the text so far.
struct Configuration {
  Position position;
  StackId stack;
  auto operator<=>(const Configuration&) const = default;
};

/// More ways at once than this is an error: such a program is ambiguous beyond use.
inline constexpr size_t kMaxConfigurations = 1u << 16;
inline void check_ambiguity(size_t configurations) {
  if (configurations <= kMaxConfigurations) return;
  throw Error("SURECALL_UNSUPPORTED_SCHEMA", "the program is too ambiguous: more than 65,536 ways to read one text");
}

/// Follows configurations to those that consume a byte or a token, or accept. `Marks` sees captures open and close:
/// it has `uint32_t mark(uint32_t path, const Instruction&)`, which returns the path's new number.
template <class Marks>
class Closure {
 public:
  Closure(const Automaton& automaton, Stacks& stacks, Marks marks = {})
      : automaton_(automaton), stacks_(stacks), marks_(marks) {}

  /// The stack of a configuration whose instruction consumed a byte: the first byte of a token may have to be counted.
  StackId after_byte(const Instruction& in, StackId stack) {
    return in.counts_token() ? stacks_.count_one(stack, in.budget) : stack;
  }
  /// Where a configuration is after the end of a token; `kept` is false if it has no tokens left for what is missing.
  Configuration at_boundary(const Configuration& at, bool& kept) const {
    const Instruction& in = automaton_.at(at.position);
    kept = true;
    if (in.at_boundary == Instruction::kNone) return at;
    kept = automaton_.row_cost(in) <= stacks_.tokens_left(at.stack, in.budget);
    return {in.at_boundary, at.stack};
  }

  void begin() { seen_.clear(); }

  /// Adds what `from` leads to; calls `found(configuration, path)` for each new configuration, best alternatives first.
  template <class Found>
  void follow(Configuration from, uint32_t path, Found&& found) {
    work_.push_back({from, path, kNoFrame});
    while (!work_.empty()) {
      const Item item = work_.back();
      work_.pop_back();
      visit(item, found);
    }
  }

 private:
  struct Item {
    Configuration at;
    uint32_t path;
    StackId fresh;  // loop frame pushed on this path since the last byte: completing it again would be an empty iteration
  };
  static constexpr StackId kNoFrame = 0xffffffff;

  bool out_of_tokens(const Instruction& in, StackId stack) const {
    return in.counts_token() && stacks_.tokens_left(stack, in.budget) == 0;
  }

  template <class Found>
  void visit(const Item& item, Found&& found) {
    const Instruction& in = automaton_.at(item.at.position);
    const StackId stack = item.at.stack;
    if (automaton_.cost(item.at.position) == kNever) return;  // no way that could be completed is ever entered
    // Positions stay below 2^31, so the top bit is free to keep empty iterations apart from complete ones.
    const uint64_t is_fresh = item.fresh == stack;
    if (!seen_.insert(is_fresh << 63 | uint64_t{item.at.position} << 32 | stack)) return;
    if (seen_.size() > kMaxConfigurations) work_.clear();
    check_ambiguity(seen_.size());
    auto go = [&](Position to, StackId on, uint32_t path, StackId fresh) { work_.push_back({{to, on}, path, fresh}); };
    switch (in.op) {
      case Instruction::Op::byte:
      case Instruction::Op::token:
      case Instruction::Op::accept:
        found(item.at, item.path);
        return;
      case Instruction::Op::dfa:
        if (in.dfa_accepting) go(in.next, stack, item.path, item.fresh);
        // The last state of a DFA consumes nothing: keeping it would tell equal futures apart.
        if (in.dfa_continues && !out_of_tokens(in, stack)) found(item.at, item.path);
        return;
      case Instruction::Op::split: {
        const auto targets = automaton_.targets(in);
        for (size_t i = targets.size(); i-- > 0;) go(targets[i], stack, item.path, item.fresh);
        return;
      }
      case Instruction::Op::call: {
        // A call that ends its rule needs no return point: recursion to the right takes no stack.
        const bool is_last = automaton_.at(in.next).op == Instruction::Op::ret;
        go(in.a, is_last ? stack : stacks_.push({stack, in.next, 0}), item.path, item.fresh);
        return;
      }
      case Instruction::Op::ret: {
        const Frame frame = stacks_.top(stack);
        go(frame.link, frame.parent, item.path, item.fresh);
        return;
      }
      case Instruction::Op::capture_open:
      case Instruction::Op::capture_close:
        go(in.next, stack, marks_.mark(item.path, in), item.fresh);
        return;
      case Instruction::Op::loop_enter: {
        const Loop& loop = automaton_.loop(in.a);
        if (loop.may_be_empty()) go(loop.exit, stack, item.path, item.fresh);
        auto enter = [&](Position to, uint32_t count) {
          const StackId inside = stacks_.push({stack, Frame::kLoop | in.a, count});
          go(to, inside, item.path, inside);
        };
        // An empty first iteration is settled here; only with a separator does it differ from none.
        if (loop.body_may_be_empty && loop.separated() && loop.max > 1) enter(loop.again, loop.capped(1));
        enter(loop.body, 0);
        return;
      }
      case Instruction::Op::text_enter:
        go(in.next, stacks_.push({stack, Frame::kLoop | in.a, 0}), item.path, item.fresh);
        return;
      case Instruction::Op::text_count: {
        const Frame frame = stacks_.top(stack);
        const uint32_t count = frame.count + 1;
        const bool is_last = count == automaton_.loop(in.a).max;
        if (is_last) go(in.b, frame.parent, item.path, item.fresh);
        if (!is_last) go(in.next, stacks_.push({frame.parent, Frame::kLoop | in.a, count}), item.path, item.fresh);
        return;
      }
      case Instruction::Op::text_leave:
        go(automaton_.loop(in.a).exit, stacks_.top(stack).parent, item.path, item.fresh);
        return;
      case Instruction::Op::members_enter: {
        const Members& members = automaton_.members(in.a);
        if (members.complete({{}, 0})) go(members.exit(), stack, item.path, item.fresh);
        go(members.begin, stacks_.push({stack, Frame::kMembers | Frame::kChoosing | in.a, 0}), item.path, item.fresh);
        return;
      }
      case Instruction::Op::members_next:
        go(automaton_.members(in.a).begin, stack, item.path, item.fresh);
        return;
      case Instruction::Op::members_split: {
        const Frame frame = stacks_.top(stack);
        const auto choices = automaton_.choices(in);
        for (size_t i = choices.size(); i-- > 0;) {
          const Members& members = automaton_.members(choices[i].members);
          if (members.may_begin(stacks_.so_far(frame), choices[i].range)) go(choices[i].to, stack, item.path, item.fresh);
        }
        return;
      }
      case Instruction::Op::member_begin: {
        const Frame choosing = stacks_.top(stack);
        go(in.next, stacks_.push(stacks_.with_member(choosing, in.b)), item.path, item.fresh);
        return;
      }
      case Instruction::Op::member_end: {
        const Frame frame = stacks_.top(stack);
        const Members& members = automaton_.members(in.a);
        const MembersSoFar so_far = stacks_.so_far(frame);
        if (members.complete(so_far)) go(members.exit(), frame.parent, item.path, item.fresh);
        if (members.may_begin(so_far, members.all())) {
          go(members.again, stacks_.push({frame.parent, frame.link | Frame::kChoosing, frame.count, frame.used}), item.path, item.fresh);
        }
        return;
      }
      case Instruction::Op::loop_next: {
        const Frame frame = stacks_.top(stack);
        const Loop& loop = automaton_.loop(in.a);
        if (loop.body_may_be_empty && item.fresh == stack) return;
        const uint32_t count = loop.capped(frame.count + 1);
        if (count >= loop.min) go(loop.exit, frame.parent, item.path, item.fresh);
        if (count < loop.max) {
          const StackId inside = stacks_.push({frame.parent, Frame::kLoop | in.a, count});
          go(loop.again, inside, item.path, inside);
        }
        return;
      }
    }
  }

  const Automaton& automaton_;
  Stacks& stacks_;
  Marks marks_;
  KeySet seen_;
  std::vector<Item> work_;
};

/// Captures are not tracked.
struct NoMarks {
  uint32_t mark(uint32_t path, const Instruction&) { return path; }
};

}  // namespace surecall

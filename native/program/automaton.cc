#include "program/automaton.h"

#include <algorithm>
#include <numeric>

#include "support/error.h"

namespace surecall {

// The costs are the least solution of one equation per instruction, found by relaxing until nothing changes. Parts are
// compiled back to front, so nearly everything settles in the first pass; only recursive rules need more.
void Automaton::compute_costs() {
  costs_.assign(instructions_.size(), kNever);
  while (relax_costs()) {
  }
  for (Loop& loop : loops_) {
    loop.body_may_be_empty = costs_[loop.body] == 0;
    if (costs_[loop.again] == 0) loop.min = 0;
  }
  if (costs_[start_] == kNever) {
    throw Error("SURECALL_UNSUPPORTED_SCHEMA", std::string(kUnsatisfiable) + "no text can be completed");
  }
  const auto may_be_empty = [](const Members& m) { return std::ranges::find(m.members(), Cost{0}, &Members::Member::cost) != m.members().end(); };
  if (std::ranges::any_of(members_, may_be_empty)) {
    throw Error("SURECALL_INVALID_PROGRAM", "invalid program: one of its members may be empty");
  }
}

bool Automaton::relax_costs() {
  bool changed = false;
  for (Position p = 0; p < instructions_.size(); ++p) {
    if (instructions_[p].op == Instruction::Op::members_enter) members_[instructions_[p].a].set_costs(costs_);
    const Cost cost = cost_now(instructions_[p]);
    if (cost < costs_[p]) {
      costs_[p] = cost;
      changed = true;
    }
  }
  return changed;
}

Cost Automaton::cost_now(const Instruction& instruction) const {
  const Cost after = costs_[instruction.next];
  switch (instruction.op) {
    case Instruction::Op::byte:
    case Instruction::Op::token:
      return add_costs(1, after);
    case Instruction::Op::dfa:
      return add_costs(rows_.cost(instruction.a), after);
    case Instruction::Op::split: {
      Cost best = kNever;
      for (const Position target : targets(instruction)) best = std::min(best, costs_[target]);
      return best;
    }
    case Instruction::Op::call:
      return add_costs(costs_[instruction.a], after);
    case Instruction::Op::loop_enter: {
      const Loop& loop = loops_[instruction.a];
      const Cost exit = costs_[loop.exit];
      if (loop.min == 0) return exit;
      const Cost first = add_costs(costs_[loop.body], exit);
      return loop.min == 1 ? first : add_costs(first, uint64_t{loop.min - 1} * costs_[loop.again]);
    }
    case Instruction::Op::text_enter:
      return add_costs(after, costs_[loops_[instruction.a].exit]);
    case Instruction::Op::members_enter: {
      const Members& members = members_[instruction.a];
      return add_costs(members.cost(), costs_[members.exit()]);
    }
    case Instruction::Op::members_split: {
      Cost best = kNever;
      for (const MemberChoice& choice : choices(instruction)) best = std::min(best, costs_[choice.to]);
      return best;
    }
    case Instruction::Op::member_begin:
    case Instruction::Op::text_count:
    case Instruction::Op::capture_open:
    case Instruction::Op::capture_close:
      return after;
    case Instruction::Op::ret:
    case Instruction::Op::text_leave:
    case Instruction::Op::loop_next:
    case Instruction::Op::members_next:
    case Instruction::Op::member_end:
    case Instruction::Op::accept:
      return 0;
  }
  return kNever;
}

void Automaton::forbid_tokens(std::span<const uint32_t> ids) {
  for (TokenSet& set : token_sets_) {
    if (!set.negated) continue;
    set.ids.insert(set.ids.end(), ids.begin(), ids.end());
    std::ranges::sort(set.ids);
    set.ids.erase(std::ranges::unique(set.ids).begin(), set.ids.end());
  }
}

bool Automaton::in_capture(Position position, uint32_t name) const {
  for (uint32_t scope = scope_of_[position]; scope != Scope::kNone; scope = scopes_[scope].outer) {
    if (scopes_[scope].capture == name) return true;
  }
  return false;
}

uint32_t Automaton::marked_capture(Position position, const std::vector<bool>& names) const {
  for (uint32_t scope = scope_of_[position]; scope != Scope::kNone; scope = scopes_[scope].outer) {
    if (names[scopes_[scope].capture]) return scopes_[scope].capture;
  }
  return kNoCapture;
}

ByteSet Automaton::alphabet() const {
  ByteSet all;
  for (const Instruction& instruction : instructions_) {
    if (instruction.op == Instruction::Op::byte) all.insert(instruction.byte);
  }
  for (uint32_t row = 0; row < rows_.size(); ++row) all |= rows_.first_bytes(row);
  return all;
}

size_t Automaton::memory_bytes() const {
  size_t token_ids = 0;
  for (const TokenSet& set : token_sets_) token_ids += set.ids.capacity();
  return instructions_.capacity() * sizeof(Instruction) + loops_.capacity() * sizeof(Loop) +
         std::accumulate(members_.begin(), members_.end(), size_t{0}, [](size_t sum, const Members& m) { return sum + m.memory_bytes(); }) +
         choices_.capacity() * sizeof(MemberChoice) + rows_.memory_bytes() + scopes_.capacity() * sizeof(Scope) +
         (targets_.capacity() + scope_of_.capacity() + costs_.capacity() + token_ids) * sizeof(uint32_t) +
         sizeof(*this);
}

}  // namespace surecall

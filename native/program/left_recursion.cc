// Refuses rules that call themselves before anything is consumed.

#include <algorithm>
#include <utility>

#include "program/compiler.h"
#include "support/error.h"

namespace surecall {

/// The rules that `rule` can call before anything is consumed. `seen`: by position, of all instructions.
void Compiler::collect_left_calls(uint32_t rule, std::vector<uint32_t>& seen, std::vector<uint32_t>& rules) const {
  std::vector<Position> work;
  const uint32_t mark = rule + 1;  // positions seen for this rule
  auto visit = [&](Position p) {
    if (std::exchange(seen[p], mark) != mark) work.push_back(p);
  };
  visit(rule_entries_[rule]);
  while (!work.empty()) {
    const Instruction& at = out_.instructions_[work.back()];
    work.pop_back();
    switch (at.op) {
      case Instruction::Op::split: std::ranges::for_each(out_.targets(at), visit); break;
      case Instruction::Op::call:
        rules.push_back(at.b);
        if (out_.cost(at.a) == 0) visit(at.next);
        break;
      case Instruction::Op::loop_enter: {
        const Loop& loop = out_.loops_[at.a];
        visit(loop.body);
        if (loop.may_be_empty()) visit(loop.exit);
        if (out_.cost(loop.body) == 0) visit(loop.again);
        break;
      }
      case Instruction::Op::members_enter: {
        const Members& members = out_.members_[at.a];
        visit(members.begin);
        if (members.cost() == 0) visit(members.exit());
        break;
      }
      case Instruction::Op::members_split:
        for (const MemberChoice& choice : out_.choices(at)) visit(choice.to);
        break;
      case Instruction::Op::dfa:
        if (at.dfa_accepting) visit(at.next);
        break;
      case Instruction::Op::text_leave: visit(out_.loops_[at.a].exit); break;
      case Instruction::Op::text_enter:
      case Instruction::Op::member_begin:
      case Instruction::Op::capture_open:
      case Instruction::Op::capture_close: visit(at.next); break;
      default: break;
    }
  }
}

// A rule that reaches itself before consuming a byte would push return points for ever.
void Compiler::refuse_left_recursion() const {
  enum : uint8_t { fresh, open, done };
  std::vector<uint8_t> mark(rule_entries_.size(), fresh);
  std::vector<uint32_t> seen(out_.instructions_.size());
  struct Frame {
    uint32_t rule;
    std::vector<uint32_t> calls;
  };
  for (uint32_t r = 0; r < rule_entries_.size(); ++r) {
    if (mark[r] != fresh) continue;
    std::vector<Frame> path;
    auto enter = [&](uint32_t rule) {
      mark[rule] = open;
      path.push_back({rule, {}});
      collect_left_calls(rule, seen, path.back().calls);
    };
    enter(r);
    while (!path.empty()) {
      Frame& top = path.back();
      if (top.calls.empty()) {
        mark[top.rule] = done;
        path.pop_back();
        continue;
      }
      const uint32_t callee = top.calls.back();
      top.calls.pop_back();
      if (mark[callee] == open) throw Error("SURECALL_INVALID_PROGRAM", "invalid program: a rule calls itself before anything else");
      if (mark[callee] == fresh) enter(callee);
    }
  }
}

}  // namespace surecall

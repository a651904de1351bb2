// Members as instructions (see members.h).
//
//   members_enter ─> trie of all heads ─> member_begin ─> the rest of that member ─> member_end ─> exit
//                         ^                                                             │
//                         └──────────── members_next <─ separator <─────────────────────┘
//
// The heads are in one trie, so that a choice among 50 names is a few configurations. Each of its edges knows which
// members it leads to, in the order of their heads a range, and is open while one of them may begin.

#include <algorithm>
#include <string>

#include "program/compiler.h"

namespace surecall {
namespace {

// The trie is built by recursion, at most once per byte; what is longer is left to the member itself.
constexpr size_t kMaxHead = 256;

}  // namespace

Position Compiler::compile_members(const ProgramNode& node, Position next) {
  const auto words = program_.member_words(node);
  const uint32_t scope = scope_before(next);
  const uint32_t index = static_cast<uint32_t>(out_.members_.size());
  // The place is taken before the parts are compiled, which may hold members too.
  out_.members_.emplace_back(std::vector<Members::Member>{}, 0, 0, next);
  const Position end = add({Instruction::Op::member_end, 0, false, 0, index}, scope);

  struct Part {
    Branch branch;
    bool required, repeats, ordered;
    uint32_t place;
  };
  std::vector<Part> parts;
  for (size_t i = 2; i < words.size(); i += 2) {
    parts.push_back({branch_of(words[i], end), (words[i + 1] & Program::kRequired) != 0, false, (words[i + 1] & Program::kOrdered) != 0, static_cast<uint32_t>(i)});
  }
  if (words[0] != Program::kNone) parts.push_back({branch_of(words[0], end), false, true, false, 0});
  for (Part& part : parts) {
    if (part.branch.head.size() <= kMaxHead) continue;
    part.branch.rest = bytes(part.branch.head.substr(kMaxHead), part.branch.rest);
    part.branch.head = part.branch.head.substr(0, kMaxHead);
  }
  std::ranges::stable_sort(parts, {}, [](const Part& part) { return part.branch.head; });

  Heads heads{index, {}};
  std::vector<Members::Member> members;
  for (const auto& [branch, required, repeats, ordered, place] : parts) {
    const uint32_t number = static_cast<uint32_t>(members.size());
    const Position entry = add({Instruction::Op::member_begin, 0, false, branch.rest, index, number}, scope);
    members.push_back({static_cast<uint32_t>(branch.head.size()), entry, required, repeats, ordered, place});
    heads.branches.push_back({branch.head, entry});
  }
  Members made(std::move(members), node.c, node.d, next);
  if (!made.may_begin({{}, 0}, made.all())) {
    // Max is 0, or there is no member.
    out_.members_[index] = std::move(made);
    return next;
  }
  made.begin = made.again = compile_heads(heads, made.all(), 0);
  if (words[1] != Program::kNone) made.again = compile(words[1], add({Instruction::Op::members_next, 0, false, 0, index}, scope));
  out_.members_[index] = std::move(made);
  return add({Instruction::Op::members_enter, 0, false, next, index}, scope);
}

/// The trie of the heads of a range, all of which are alike in their first `depth` bytes.
Position Compiler::compile_heads(const Heads& heads, MemberRange range, uint32_t depth) {
  std::vector<MemberChoice> choices;
  auto head = [&](uint32_t i) { return heads.branches[i].head; };
  uint32_t at = range.first;
  // Those that end here come first in the order of the heads.
  for (; at < range.last && head(at).size() == depth; ++at) {
    choices.push_back({heads.branches[at].rest, heads.members, {at, at + 1}, depth});
  }
  while (at < range.last) {
    MemberRange same{at, at};
    while (same.last < range.last && head(same.last)[depth] == head(at)[depth]) ++same.last;
    // All are alike as far as the first and the last in order are.
    const std::string_view first = head(same.first);
    const auto differ = std::ranges::mismatch(first, head(same.last - 1)).in1;
    const uint32_t alike = static_cast<uint32_t>(differ - first.begin());
    const Position below = compile_heads(heads, same, alike);
    choices.push_back({head_bytes(heads, same, depth, alike, below), heads.members, same, depth});
    at = same.last;
  }
  if (choices.size() == 1) return choices[0].to;
  const uint32_t first = static_cast<uint32_t>(out_.choices_.size());
  out_.choices_.insert(out_.choices_.end(), choices.begin(), choices.end());
  const uint32_t scope = scope_before(heads.branches[range.first].rest);
  return add({Instruction::Op::members_split, 0, false, 0, first, static_cast<uint32_t>(choices.size())}, scope);
}

/// The bytes from..to-1, which the heads of a range have in common.
Position Compiler::head_bytes(const Heads& heads, MemberRange range, uint32_t from, uint32_t to, Position next) {
  const std::string_view head = heads.branches[range.first].head;
  for (uint32_t i = to; i-- > from;) {
    const uint32_t choice = static_cast<uint32_t>(out_.choices_.size());
    out_.choices_.push_back({next, heads.members, range, i});
    next = add({Instruction::Op::byte, static_cast<uint8_t>(head[i]), false, next, choice + 1}, scope_before(next));
  }
  return next;
}

}  // namespace surecall

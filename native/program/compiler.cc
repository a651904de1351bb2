#include "program/compiler.h"

#include <algorithm>
#include <string>
#include <utility>

#include "program/text_cache.h"
#include "support/error.h"

namespace surecall {
namespace {

// Shared nodes make small programs stand for huge ones (each level using the one below twice). Both limits are far
// above what schemas reach; at the limits an automaton takes some 100 MB.
constexpr size_t kMaxInstructions = 1u << 21;
constexpr size_t kMaxDfaRows = 1u << 18;
/// Texts of so many rows are not copied for every place where they stand.
constexpr uint32_t kFewRows = 64;
/// The first instruction.
constexpr Position kReturn = 0;

void refuse_more_than(size_t limit, size_t wanted, const char* of) {
  if (wanted <= limit) return;
  throw Error("SURECALL_UNSUPPORTED_SCHEMA", "the program is too large: more than " + std::to_string(limit) + " " + of);
}

uint64_t key(uint32_t high, uint32_t low) { return uint64_t{high} << 32 | low; }

}  // namespace

Automaton compile(const Program& program) { return Compiler(program).run(); }

Automaton Compiler::run() {
  add({Instruction::Op::ret}, Scope::kNone);  // kReturn
  const Position accept = add({Instruction::Op::accept}, Scope::kNone);
  rule_entries_.resize(program_.rule_count());
  for (uint32_t r = 0; r < program_.rule_count(); ++r) {
    const Position entry = compile(program_.rule(r), kReturn);
    rule_entries_[r] = entry;
  }
  out_.start_ = compile(program_.root(), accept);
  link_calls();
  out_.compute_costs();
  refuse_left_recursion();
  return std::move(out_);
}

Position Compiler::add(Instruction instruction, uint32_t scope) {
  if (instruction.op == Instruction::Op::dfa) instruction.dfa_continues = !out_.rows_.first_bytes(instruction.a).empty();
  refuse_more_than(kMaxInstructions, out_.instructions_.size() + 1, "instructions");
  out_.instructions_.push_back(instruction);
  out_.scope_of_.push_back(scope);
  return static_cast<Position>(out_.instructions_.size() - 1);
}

/// The captures around a part that is followed by `next`: those of `next`, and the one that `next` closes.
uint32_t Compiler::scope_before(Position next) const { return out_.scope_of_[next]; }

Position Compiler::compile(uint32_t node, Position next) {
  const Position known = compiled_.find(key(node, next));
  if (known != KeyMap::kNone) return known;
  const Op op = program_.node(node).op;
  if (op == Op::sequence || op == Op::alternatives) compile_tails(node, next);
  return compile_now(node, next);
}

/// Compiles all parts of `node` that `next` follows as well, the innermost first: what is nested in last parts, optional
/// member in optional member, thousands deep, is then found compiled instead of recursed into.
void Compiler::compile_tails(uint32_t node, Position next) {
  std::vector<uint32_t> work, tails;
  tail_seen_.resize(program_.node_count());
  ++tail_round_;
  auto visit_tails = [&](uint32_t of) {
    const ProgramNode& n = program_.node(of);
    const auto visit = [&](uint32_t child) {
      const Op op = program_.node(child).op;
      const bool nests = op == Op::sequence || op == Op::alternatives;
      if (!nests || std::exchange(tail_seen_[child], tail_round_) == tail_round_) return;
      if (!compiled_.contains(key(child, next))) work.push_back(child);
    };
    if (n.op == Op::alternatives) std::ranges::for_each(program_.children(n), visit);
    if (n.op == Op::sequence && n.b > 0) visit(program_.children(n).back());
  };
  for (visit_tails(node); !work.empty();) {
    tails.push_back(work.back());
    work.pop_back();
    visit_tails(tails.back());
  }
  // Children have smaller numbers than their parents.
  std::ranges::sort(tails);
  for (const uint32_t tail : tails) compile_now(tail, next);
}

Position Compiler::compile_now(uint32_t node, Position next) {
  const bool is_text = program_.node(node).op == Op::text;
  const Position position = is_text ? compile_text(node, next) : compile_node(program_.node(node), next);
  compiled_.put(key(node, next), position);
  return position;
}

Position Compiler::compile_node(const ProgramNode& node, Position next) {
  switch (node.op) {
    case Op::bytes: return bytes(program_.text(node), next);
    case Op::sequence: return compile_sequence(program_.children(node), next);
    case Op::alternatives: return compile_alternatives(node, next);
    case Op::repeat: return compile_repeat(node, next);
    case Op::regex: return compile_regex(node, next);
    case Op::rule: return add({Instruction::Op::call, 0, false, next, node.a}, scope_before(next));  // see link_calls
    case Op::token: return token({false, {node.a}}, next);
    case Op::token_set: {
      const auto ids = program_.token_ids(node);
      return token({node.c == 1, {ids.begin(), ids.end()}}, next);
    }
    case Op::token_limit: return compile_limited(node, next);
    case Op::capture: return compile_capture(node, next);
    case Op::members: return compile_members(node, next);
    case Op::text: break;  // see compile()
  }
  throw Error("SURECALL_INVALID_PROGRAM", "invalid program: unknown op");
}

Position Compiler::compile_sequence(std::span<const uint32_t> children, Position next) {
  for (size_t i = children.size(); i-- > 0;) next = compile(children[i], next);
  return next;
}

Position Compiler::bytes(std::string_view text, Position next) {
  for (size_t i = text.size(); i-- > 0;) {
    const uint8_t byte = static_cast<uint8_t>(text[i]);
    Position position = byte_instructions_.find(key(byte, next));
    if (position == KeyMap::kNone) {
      position = add({Instruction::Op::byte, byte, false, next}, scope_before(next));
      byte_instructions_.put(key(byte, next), position);
    }
    next = position;
  }
  return next;
}

Position Compiler::compile_alternatives(const ProgramNode& node, Position next) {
  std::vector<Branch> branches;
  std::vector<Position> targets;
  for (const uint32_t child : program_.children(node)) {
    if (begins_with_bytes(child)) {
      branches.push_back(branch_of(child, next));
    } else {
      targets.push_back(compile(child, next));
    }
  }
  if (!branches.empty()) targets.insert(targets.begin(), byte_trie(std::move(branches)));
  return split(targets, next);
}

bool Compiler::begins_with_bytes(uint32_t node) const {
  const ProgramNode& n = program_.node(node);
  if (n.op != Op::sequence) return n.op == Op::bytes;
  const auto parts = program_.children(n);
  return !parts.empty() && program_.node(parts[0]).op == Op::bytes;
}

Compiler::Branch Compiler::branch_of(uint32_t node, Position next) {
  const ProgramNode& n = program_.node(node);
  if (!begins_with_bytes(node)) return {{}, compile(node, next)};
  if (n.op == Op::bytes) return {program_.text(n), next};
  const auto parts = program_.children(n);
  return {program_.text(program_.node(parts[0])), compile_sequence(parts.subspan(1), next)};
}

// Literal beginnings are merged into a trie, so that a choice among hundreds of names or enum values is one
// instruction per shared byte instead of hundreds of configurations.
Position Compiler::byte_trie(std::vector<Branch> branches) {
  constexpr uint32_t kNone = 0xffffffff;
  struct Node {
    uint32_t first_child = kNone, last_child = kNone, next_sibling = kNone;
    uint32_t first_end = 0, ends = 0;  // branches whose heads end here
    uint8_t byte = 0;
  };
  const Position continuation = branches[0].rest;
  std::ranges::stable_sort(branches, {}, &Branch::head);
  std::vector<Node> trie(1);
  std::vector<uint32_t> path{0};  // the nodes of the head before, by depth
  std::string_view before;
  for (uint32_t i = 0; i < branches.size(); ++i) {
    const std::string_view head = branches[i].head;
    size_t depth = static_cast<size_t>(std::ranges::mismatch(before, head).in1 - before.begin());
    path.resize(depth + 1);
    for (; depth < head.size(); ++depth) {
      const uint32_t made = static_cast<uint32_t>(trie.size());
      trie.push_back({.byte = static_cast<uint8_t>(head[depth])});
      Node& parent = trie[path.back()];
      (parent.first_child == kNone ? parent.first_child : trie[parent.last_child].next_sibling) = made;
      parent.last_child = made;
      path.push_back(made);
    }
    Node& end = trie[path.back()];
    if (end.ends++ == 0) end.first_end = i;
    before = head;
  }
  // Children were added after their parents: backwards, every child is ready before its parent.
  std::vector<Position> position(trie.size());
  for (size_t n = trie.size(); n-- > 0;) {
    std::vector<Position> targets;
    for (uint32_t i = 0; i < trie[n].ends; ++i) targets.push_back(branches[trie[n].first_end + i].rest);
    for (uint32_t child = trie[n].first_child; child != kNone; child = trie[child].next_sibling) {
      const char c = static_cast<char>(trie[child].byte);
      targets.push_back(bytes({&c, 1}, position[child]));
    }
    position[n] = split(targets, continuation);
  }
  return position[0];
}

/// `continuation`: any position that follows one of the targets; a split has no `next` of its own to tell its scope.
Position Compiler::split(std::span<const Position> targets, Position continuation) {
  if (targets.size() == 1) return targets[0];
  const uint32_t first = static_cast<uint32_t>(out_.targets_.size());
  refuse_more_than(kMaxInstructions, first + targets.size(), "alternatives");
  out_.targets_.insert(out_.targets_.end(), targets.begin(), targets.end());
  return add({Instruction::Op::split, 0, false, 0, first, static_cast<uint32_t>(targets.size())}, scope_before(continuation));
}

Position Compiler::compile_repeat(const ProgramNode& node, Position next) {
  const bool separated = node.d != Program::kNone;
  if (node.c == 0) return next;
  if (node.b == 1 && node.c == 1) return compile(node.a, next);
  const uint32_t index = static_cast<uint32_t>(out_.loops_.size());
  out_.loops_.push_back({node.b, node.c, 0, 0, next});
  const uint32_t scope = scope_before(next);
  const Position again = add({Instruction::Op::loop_next, 0, false, 0, index}, scope);
  const Position body = compile(node.a, again);
  out_.loops_[index].body = body;
  out_.loops_[index].again = separated ? compile_sequence(std::array{node.d, node.a}, again) : body;
  return add({Instruction::Op::loop_enter, 0, false, next, index}, scope);
}

Position Compiler::compile_regex(const ProgramNode& node, Position next) {
  const std::string_view pattern = program_.text(node);
  auto [it, is_new] = dfas_.try_emplace(pattern);
  if (is_new) {
    const auto dfa = TextCache::shared().regex(pattern);
    refuse_more_than(kMaxDfaRows, out_.rows_.size() + size_t{dfa->rows()}, "DFA states in its patterns");
    it->second = {out_.rows_.add(*dfa), dfa->rows(), {}};
  }
  return shared_copy(it->second.copies, it->second.count, next, [&](Position after) {
    const auto [first_row, rows, copies] = it->second;
    const Position base = static_cast<Position>(out_.instructions_.size());
    for (uint32_t s = 0; s < rows; ++s) {
      add({Instruction::Op::dfa, 0, out_.rows_.cost(first_row + s) == 0, after, first_row + s, base}, scope_before(after));
    }
    return base;
  });
}

/// Rows know what follows the text, so each place has a copy of its own. Of what is large there are two: one for the place
/// that came first, and one that the others call as a rule.
template <class Make>
Position Compiler::shared_copy(Shared& copies, uint32_t rows, Position next, Make&& make) {
  if (rows < kFewRows || next == kReturn || !std::exchange(copies.is_used, true)) return make(next);
  if (copies.rule == Instruction::kNone) {
    const Position entry = make(kReturn);
    copies.rule = static_cast<uint32_t>(rule_entries_.size());
    rule_entries_.push_back(entry);
  }
  return add({Instruction::Op::call, 0, false, next, copies.rule}, scope_before(next));
}

TextSpec Compiler::text_spec(const ProgramNode& node) const {
  TextSpec spec;
  const auto words = program_.text_words(node);
  spec.spelling = static_cast<TextSpelling>(words[0]);
  for (size_t i = 1; i < words.size(); i += 3) {
    const uint32_t flags = words[i + 2];
    spec.patterns.push_back({program_.pool(words[i], words[i + 1]), static_cast<TextPattern::Kind>(flags & ~1u), (flags & 1) != 0});
  }
  spec.min = node.c;
  spec.max = node.d;
  return spec;
}

Compiler::Text& Compiler::text_of(uint32_t index) {
  auto [it, is_new] = texts_.try_emplace(index);
  Text& text = it->second;
  if (!is_new) return text;
  RegexLimits limits;
  limits.dfa_steps = std::min(limits.dfa_steps, text_steps_);
  text.dfa = TextCache::shared().text(text_spec(program_.node(index)), limits);
  text_steps_ -= text.dfa->steps;
  refuse_more_than(kMaxDfaRows, out_.rows_.size() + size_t{text.dfa->rows()}, "DFA states in its patterns");
  if (text.dfa->rows() > 0) text.first_row = out_.rows_.add(*text.dfa);
  return text;
}

Position Compiler::compile_text(uint32_t index, Position next) {
  Text& text = text_of(index);
  if (text.dfa->rows() == 0) return split({}, next);
  return shared_copy(text.copies, text.dfa->rows(), next, [&](Position after) { return add_text(text, text_copy(text, after)) + text.dfa->start; });
}

/// What every copy of a text shares: the loop that counts its characters, and where that leaves to.
Compiler::TextCopy Compiler::text_copy(const Text& text, Position next) {
  TextCopy copy{next, next, static_cast<uint32_t>(out_.loops_.size())};
  if (text.dfa->iterations > 0) {
    copy.leave = add({Instruction::Op::text_leave, 0, false, 0, copy.loop}, scope_before(next));
    out_.loops_.push_back({0, text.dfa->iterations, copy.leave, copy.leave, next});
  }
  return copy;
}

// The rows as instructions, then the arrivals: a row's targets are counted from the first of them (see TextDfa).
Position Compiler::add_text(const Text& text, const TextCopy& copy) {
  const TextDfa& dfa = *text.dfa;
  const uint32_t scope = scope_before(copy.next);
  const Position base = static_cast<Position>(out_.instructions_.size());
  const Position targets = copy.targets == Instruction::kNone ? base : copy.targets;
  const bool counted = copy.budget != Instruction::kNone && copy.targets == Instruction::kNone;
  for (uint32_t r = 0; r < dfa.rows(); ++r) {
    Instruction row{Instruction::Op::dfa, 0, dfa.accepting[r] != 0, dfa.in_loop[r] ? copy.leave : copy.next, text.first_row + r, targets};
    row.budget = copy.budget;
    if (counted) row.at_boundary = base + dfa.rows() + static_cast<uint32_t>(dfa.arrivals.size()) + r;
    add(row, scope);
  }
  for (const auto& [enters, row, end_row] : dfa.arrivals) {
    const auto op = enters ? Instruction::Op::text_enter : Instruction::Op::text_count;
    add({op, 0, false, base + row, copy.loop, base + end_row}, scope);
  }
  return base;
}

// A text whose tokens are limited exists twice. In the second copy no byte of the present token has been counted yet: the
// next one is, and leads to the first copy. There bytes are free, and the end of the token leads back to the same row of
// the second (StateTable::end_token). So a token counts if any byte of it belongs to the text, wherever it begins or ends.
// Every byte is a token: while no more bytes are missing than tokens are left, the text can be completed.
Position Compiler::compile_limited(const ProgramNode& node, Position next) {
  const Text& text = text_of(node.a);
  const TextDfa& dfa = *text.dfa;
  if (dfa.rows() == 0) return split({}, next);
  const uint32_t first_row = dfa.start < dfa.rows() ? dfa.start : dfa.arrivals[dfa.start - dfa.rows()].row;
  if (dfa.costs[first_row] > node.b) return split({}, next);  // not even its bytes are so few
  const uint32_t scope = scope_before(next);
  const uint32_t budget = static_cast<uint32_t>(out_.loops_.size());
  const Position leave = add({Instruction::Op::text_leave, 0, false, 0, budget}, scope);
  out_.loops_.push_back({0, node.b, leave, leave, next});
  TextCopy copy = text_copy(text, leave);
  copy.budget = budget;
  copy.targets = Instruction::kNone;
  copy.targets = add_text(text, copy);
  const Position fresh = add_text(text, copy);
  return add({Instruction::Op::text_enter, 0, false, fresh + dfa.start, budget}, scope);
}

Position Compiler::token(TokenSet set, Position next) {
  std::ranges::sort(set.ids);
  set.ids.erase(std::ranges::unique(set.ids).begin(), set.ids.end());
  const auto [it, is_new] = token_sets_.try_emplace(set, static_cast<uint32_t>(token_sets_.size()));
  if (is_new) out_.token_sets_.push_back(std::move(set));
  return add({Instruction::Op::token, 0, false, next, it->second}, scope_before(next));
}

Position Compiler::compile_capture(const ProgramNode& node, Position next) {
  const uint32_t name = capture_name(program_.text(node));
  out_.scopes_.push_back({name, scope_before(next)});
  const uint32_t inside = static_cast<uint32_t>(out_.scopes_.size() - 1);
  // The closing position counts as inside: what comes before it takes its scope from it.
  const Position close = add({Instruction::Op::capture_close, 0, false, next, name}, inside);
  const Position body = compile(node.c, close);
  return add({Instruction::Op::capture_open, 0, false, body, name}, scope_before(next));
}

uint32_t Compiler::capture_name(std::string_view name) {
  const auto [it, is_new] = names_.try_emplace(name, static_cast<uint32_t>(names_.size()));
  if (is_new) out_.capture_names_.emplace_back(name);
  return it->second;
}

/// Calls were compiled before all entries were known: replace rule numbers by positions.
void Compiler::link_calls() {
  for (Instruction& instruction : out_.instructions_) {
    if (instruction.op != Instruction::Op::call) continue;
    instruction.b = instruction.a;
    instruction.a = rule_entries_[instruction.b];
  }
}

}  // namespace surecall

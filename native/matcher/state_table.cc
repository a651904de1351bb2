#include "matcher/state_table.h"

#include <algorithm>
#include <array>
#include <bit>

#include "vocab/text_slice.h"

namespace surecall {

StateTable::StateTable(const Automaton& automaton, uint32_t token_reach)
    : automaton_(automaton), token_reach_(token_reach), stacks_(automaton), closure_(automaton, stacks_) {
  clear();
}

void StateTable::clear() {
  stacks_.clear();
  configurations_.clear();
  rows_.clear();
  slots_.assign(1024, kDeadState);
  states_.assign(3, State{});
  states_[kFinishedState].accepting = true;
  states_[kFinishedState].cost = 0;
  for (StateId fixed = 0; fixed < 3; ++fixed) states_[fixed].canonical = fixed;
  start_ = kUnknown;
}

StateId* StateTable::Rows::add() {
  if (chunks_.empty() || used_ == kPerChunk) {
    chunks_.push_back(std::make_unique_for_overwrite<StateId[]>(kPerChunk * Dfa::kSymbols));
    used_ = 0;
  }
  StateId* row = chunks_.back().get() + used_++ * Dfa::kSymbols;
  std::fill_n(row, Dfa::kSymbols, kUnknown);
  return row;
}

void StateTable::Rows::clear() {
  chunks_.clear();
  used_ = 0;
}

StateId StateTable::start() {
  if (start_ == kUnknown) {
    closure_.begin();
    next_.clear();
    follow({automaton_.start(), kEmptyStack});
    start_ = intern(next_);
  }
  return start_;
}

void StateTable::follow(Configuration from) {
  if (follow_plainly(from)) return;
  closure_.follow(from, 0, [this](const Configuration& found, uint32_t) { next_.push_back(found); });
}

/// Most bytes lead to another byte or further into a text, and what may follow the text is one more byte: that needs no
/// closure. False if it does. Configurations found twice are dropped by intern().
bool StateTable::follow_plainly(const Configuration& at) {
  const Instruction& in = automaton_.at(at.position);
  if (in.op == Instruction::Op::dfa) {
    if (in.budget != Instruction::kNone) return false;
    if (in.dfa_accepting) {
      if (automaton_.at(in.next).op != Instruction::Op::byte) return false;
      if (automaton_.cost(in.next) != kNever) next_.push_back({in.next, at.stack});
    }
    if (in.dfa_continues && automaton_.cost(at.position) != kNever) next_.push_back(at);
    return true;
  }
  if (in.op != Instruction::Op::byte) return false;
  if (automaton_.cost(at.position) != kNever) next_.push_back(at);
  return true;
}

StateId StateTable::compute_step(StateId state, uint32_t symbol) {
  if (state <= kFinishedState) return kDeadState;
  closure_.begin();
  next_.clear();
  // Following grows next_ and the stacks; configurations_ grows only in intern(), after the loop.
  for (const Configuration& from : configurations(state)) {
    if (!add_step(from, symbol)) {
      remember(state, symbol, kMixedState);
      return kMixedState;
    }
  }
  const StateId next = intern(next_);
  remember(state, symbol, next);
  return next;
}

/// Adds what `from` becomes by `symbol`. False if the characters of Dfa::kText or kBeyond have no single outcome.
bool StateTable::add_step(const Configuration& from, uint32_t symbol) {
  const Instruction& in = automaton_.at(from.position);
  if (in.op == Instruction::Op::byte) {
    if (symbol == Dfa::kText) return in.byte < 0x80 && !is_plain_json_character(in.byte);
    if (symbol == Dfa::kBeyond) return in.byte < 0x80;
    if (in.byte == symbol) follow({in.next, from.stack});
  } else if (in.op == Instruction::Op::dfa) {
    const uint32_t target = automaton_.dfa_row(in)[symbol];
    if (target == Dfa::kMixed) return false;
    if (target != Dfa::kDead) follow({in.b + target, closure_.after_byte(in, from.stack)});
  }
  return true;
}

void StateTable::remember(StateId state, uint32_t symbol, StateId next) {
  State& s = states_[state];
  if (symbol == s.only_byte) {
    s.only_next = next;
    return;
  }
  if (s.row == nullptr) {
    s.row = rows_.add();
  }
  s.row[symbol] = next;
  if (symbol < Dfa::kText && ++s.symbols_asked > kFewSymbols) remember_alike(s, symbol, next);
}

/// Most bytes are alike: where every configuration treats another byte as it treats `symbol`, the next state is the same.
void StateTable::remember_alike(State& state, uint32_t symbol, StateId next) {
  // Comparing the rows of many patterns would cost more than it saves.
  constexpr size_t kFewPatterns = 4;
  size_t patterns = 0;
  ByteSet alike = ByteSet::all();
  for (const Configuration& at : std::span(configurations_).subspan(state.first, state.count)) {
    const Instruction& in = automaton_.at(at.position);
    if (in.op == Instruction::Op::byte) {
      if (in.byte == symbol) return;
      alike.erase(in.byte);
    } else if (in.op == Instruction::Op::dfa) {
      if (++patterns > kFewPatterns) return;
      const RowView row = automaton_.dfa_row(in);
      alike &= row.bytes_to(row[symbol]);
    }
  }
  alike.for_each([&](uint8_t byte) { state.row[byte] = next; });
}

StateId StateTable::step_token(StateId state, uint32_t token) {
  if (!states_[state].has_token_edges) return kDeadState;
  closure_.begin();
  next_.clear();
  for (const Configuration& from : configurations(state)) {
    const Instruction& in = automaton_.at(from.position);
    if (in.op == Instruction::Op::token && automaton_.token_set(in).contains(token)) follow({in.next, from.stack});
  }
  return intern(next_);
}

void StateTable::token_edges(StateId state, std::vector<TokenEdge>& out) const {
  if (!states_[state].has_token_edges) return;
  for (const Configuration& from : configurations(state)) {
    const Instruction& in = automaton_.at(from.position);
    if (in.op != Instruction::Op::token) continue;
    const TokenSet* tokens = &automaton_.token_set(in);
    auto edge = std::ranges::find(out, tokens, &TokenEdge::tokens);
    if (edge == out.end()) edge = out.insert(edge, {tokens, {}});
    edge->to.push_back({in.next, from.stack});
  }
}

StateId StateTable::after(const TokenEdge& edge) {
  closure_.begin();
  next_.clear();
  for (const Configuration& to : edge.to) follow(to);
  return intern(next_);
}

StateId StateTable::unite(StateId a, StateId b) {
  if (a == kDeadState || a == b) return b;
  if (b == kDeadState) return a;
  next_.assign(configurations(a).begin(), configurations(a).end());
  next_.insert(next_.end(), configurations(b).begin(), configurations(b).end());
  return intern(next_);
}

StateId StateTable::compute_end_token(StateId state) {
  closure_.begin();
  next_.clear();
  for (const Configuration& at : configurations(state)) {
    bool kept;
    const Configuration to = closure_.at_boundary(at, kept);
    if (!kept) continue;
    if (to == at) {
      next_.push_back(at);
    } else {
      follow(to);
    }
  }
  const StateId next = intern(next_);
  states_[state].at_boundary = next;
  return next;
}

StateId StateTable::compute_canonical(StateId state) {
  next_.clear();
  bool is_canonical = true;
  for (const Configuration& at : configurations(state)) {
    next_.push_back({at.position, stacks_.canonical(at.stack, token_reach_)});
    is_canonical = is_canonical && next_.back().stack == at.stack;
  }
  const StateId canonical = is_canonical ? state : intern(next_);
  states_[canonical].canonical = canonical;
  states_[state].canonical = canonical;
  return canonical;
}

size_t StateTable::slot_of(std::span<const Configuration> set) const {
  uint64_t hash = set.size();
  for (const Configuration& c : set) hash = hash_mix(hash, uint64_t{c.position} << 32 | c.stack);
  size_t i = hash & (slots_.size() - 1);
  while (slots_[i] != kDeadState && !std::ranges::equal(configurations(slots_[i]), set)) i = (i + 1) & (slots_.size() - 1);
  return i;
}

void StateTable::grow() {
  slots_.assign(slots_.size() * 2, kDeadState);
  for (StateId id = kFinishedState + 1; id < states_.size(); ++id) slots_[slot_of(configurations(id))] = id;
}

StateId StateTable::intern(std::vector<Configuration>& set) {
  if (set.empty()) return kDeadState;
  if (set.size() > 1) {
    if (!std::ranges::is_sorted(set)) std::ranges::sort(set);
    set.erase(std::unique(set.begin(), set.end()), set.end());
    check_ambiguity(set.size());
  }
  size_t slot = slot_of(set);
  if (slots_[slot] != kDeadState) return slots_[slot];
  if (states_.size() * 2 >= slots_.size()) {
    grow();
    slot = slot_of(set);
  }
  State state;
  state.first = static_cast<uint32_t>(configurations_.size());
  state.count = static_cast<uint32_t>(set.size());
  configurations_.insert(configurations_.end(), set.begin(), set.end());
  describe(state);
  const StateId id = static_cast<StateId>(states_.size());
  states_.push_back(state);
  slots_[slot] = id;
  return id;
}

Cost StateTable::cost_of(const Configuration& at) const {
  const Instruction& in = automaton_.at(at.position);
  if (in.op == Instruction::Op::byte && in.a != 0) return stacks_.cost_of_choice(automaton_.choice(in.a - 1), at.stack);
  return add_costs(automaton_.cost(at.position), stacks_.cost(at.stack));
}

/// Fills in what follows from the configurations alone.
void StateTable::describe(State& state) const {
  ByteSet& first = state.first_bytes;
  for (const Configuration& at : std::span(configurations_).subspan(state.first, state.count)) {
    const Instruction& in = automaton_.at(at.position);
    state.cost = std::min(state.cost, cost_of(at));
    if (in.op == Instruction::Op::accept) {
      state.accepting = true;
      continue;
    }
    if (in.op == Instruction::Op::token) {
      state.continues = state.has_token_edges = true;
    } else if (in.op == Instruction::Op::byte) {
      state.continues = true;
      first.insert(in.byte);
    } else {
      state.counts_tokens = state.counts_tokens || in.budget != Instruction::kNone;
      state.takes_plain_text = state.takes_plain_text || (in.budget == Instruction::kNone && automaton_.takes_plain_text(in));
      first |= automaton_.dfa_first(in);
    }
  }
  const int bytes = first.size();
  state.continues = state.continues || bytes > 0;
  if (bytes == 1) first.for_each([&](uint8_t byte) { state.only_byte = byte; });
}

void StateTable::rebuild(std::span<StateId* const> in_use) {
  StateTable old(automaton_, token_reach_);
  std::swap(old.stacks_, stacks_);
  std::swap(old.configurations_, configurations_);
  std::swap(old.states_, states_);
  clear();
  for (StateId* state : in_use) {
    if (*state <= kFinishedState) continue;
    std::vector<Configuration> set;
    for (const Configuration& at : old.configurations(*state)) {
      set.push_back({at.position, stacks_.copy(old.stacks_, at.stack)});
    }
    *state = intern(set);
  }
}

size_t StateTable::memory_bytes() const {
  return stacks_.memory_bytes() + configurations_.capacity() * sizeof(Configuration) + states_.capacity() * sizeof(State) +
         slots_.capacity() * sizeof(StateId) + rows_.memory_bytes();
}

}  // namespace surecall

#pragma once
// The lazy automaton. A state is an interned set of configurations: all the ways in which the text so far can be read.
// Two texts with the same possible futures reach the same state, so what is learnt about one (transitions, masks,
// distances) serves the other: across values, prompts and slots. Nothing is computed before it is asked for, and when
// the memory allowance is used up everything is dropped and only the states in use are built again (the method of
// RE2's dfa.cc, over a pushdown program).

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "matcher/closure.h"
#include "matcher/stacks.h"
#include "program/automaton.h"
#include "vocab/text_slice.h"

namespace surecall {

using StateId = uint32_t;
/// No text continues like this.
inline constexpr StateId kDeadState = 0;
/// Result of a step by Dfa::kText or kBeyond where their characters lead to different states.
inline constexpr StateId kMixedState = 1;
/// After an end-of-generation token: complete, and nothing follows.
inline constexpr StateId kFinishedState = 2;

class StateTable {
 public:
  /// `token_reach`: the longest token in bytes; see canonical().
  StateTable(const Automaton& automaton, uint32_t token_reach);

  StateId start();
  /// The state after one more byte, or after any character of Dfa::kText or kBeyond. kDeadState if refused.
  StateId step(StateId state, uint32_t symbol) {
    const State& s = states_[state];
    if (s.row != nullptr) {
      const StateId next = s.row[symbol];
      if (next != kUnknown) return next;
    } else if (symbol == s.only_byte) {
      if (s.only_next != kUnknown) return s.only_next;
    } else if (s.only_byte != kNoByte) {
      // No row for literals: one byte is not all plain text, only perhaps the beginning of some.
      const bool begins_text = s.only_byte >= 0x80 || is_plain_json_character(s.only_byte);
      const bool begins = symbol == Dfa::kText ? begins_text : symbol == Dfa::kBeyond && s.only_byte >= 0x80;
      return begins ? kMixedState : kDeadState;
    }
    return compute_step(state, symbol);
  }
  /// A token edge: tokens that are accepted as such, not by their bytes, and where that leads.
  struct TokenEdge {
    const TokenSet* tokens;
    std::vector<Configuration> to;
  };
  /// The state after a token, by all token edges that accept it. The token may also be read by its bytes: see unite().
  StateId step_token(StateId state, uint32_t token);
  /// Appends the token edges of a state, one for each token set.
  void token_edges(StateId state, std::vector<TokenEdge>& out) const;
  /// The state that one token edge leads to.
  StateId after(const TokenEdge& edge);
  /// All ways of reading that either state stands for.
  StateId unite(StateId a, StateId b);
  /// The state where a token ends: where tokens are counted, the next byte will begin another. kDeadState if too few are left.
  StateId end_token(StateId state) {
    const State& s = states_[state];
    if (!s.counts_tokens) return state;
    return s.at_boundary != kUnknown ? s.at_boundary : compute_end_token(state);
  }

  /// The text may end here.
  bool accepting(StateId state) const { return states_[state].accepting; }
  /// Nothing but the end may follow.
  bool at_end(StateId state) const { return states_[state].accepting && !states_[state].continues; }
  bool has_token_edges(StateId state) const { return states_[state].has_token_edges; }
  /// Some reading is inside a text whose tokens are limited.
  bool counts_tokens(StateId state) const { return states_[state].counts_tokens; }
  /// Some reading accepts any plain characters, however many.
  bool takes_plain_text(StateId state) const { return states_[state].takes_plain_text; }
  /// The byte that every continuation starts with, or -1.
  int forced_byte(StateId state) const {
    const State& s = states_[state];
    return s.accepting || s.has_token_edges || s.counts_tokens || s.only_byte == kNoByte ? -1 : static_cast<int>(s.only_byte);
  }
  /// The bytes that some reading goes on with: by any other the step leads to kDeadState. Valid until the next state is made.
  const ByteSet& first_bytes(StateId state) const { return states_[state].first_bytes; }
  /// Where in a text a state is, if just one reading is in any.
  struct InText {
    RowTables::Place place;
    uint32_t count;     ///< characters counted so far, where they are
    Position base;      ///< the copy of the text
    StackId outside;    ///< the stack under it
  };
  std::optional<InText> in_text(StateId state) const;
  /// Some reading is in the same copy of a text.
  bool is_inside(StateId state, const InText& text) const;
  /// The bytes that readings outside of the text go on with.
  ByteSet first_bytes_outside(StateId state, const InText& text) const;
  /// Fewest bytes to completion; a token edge counts as one.
  Cost cost(StateId state) const { return states_[state].cost; }
  /// Some configuration lies inside a capture of this name.
  bool in_capture(StateId state, uint32_t name) const {
    return any_position(state, [&](Position at) { return automaton_.in_capture(at, name); });
  }
  /// A capture of those that are marked by index in which some configuration lies; Automaton::kNoCapture if there is none.
  uint32_t marked_capture(StateId state, const std::vector<bool>& names) const {
    uint32_t found = Automaton::kNoCapture;
    any_position(state, [&](Position at) { return (found = automaton_.marked_capture(at, names)) != Automaton::kNoCapture; });
    return found;
  }
  /// A state that no single token can tell from this one: they share a mask.
  StateId canonical(StateId state) {
    const StateId known = states_[state].canonical;
    return known != kUnknown ? known : compute_canonical(state);
  }
  std::span<const Configuration> configurations(StateId state) const {
    return std::span(configurations_).subspan(states_[state].first, states_[state].count);
  }

  /// Drops everything but `in_use`, whose entries are replaced by the states' new numbers.
  void rebuild(std::span<StateId* const> in_use);
  size_t memory_bytes() const;
  uint32_t size() const { return static_cast<uint32_t>(states_.size()); }
  Stacks& stacks() { return stacks_; }
  const Automaton& automaton() const { return automaton_; }

 private:
  /// Some reading is at such a position, or goes on at one once it has left the rules that it is in.
  template <class Test>
  bool any_position(StateId state, const Test& test) const {
    for (const Configuration& at : configurations(state)) {
      if (test(at.position)) return true;
      for (StackId s = at.stack; s != kEmptyStack; s = stacks_.top(s).parent) {
        if (test(stacks_.outside(stacks_.top(s)))) return true;
      }
    }
    return false;
  }

  static constexpr StateId kUnknown = 0xffffffff;
  static constexpr uint32_t kNoByte = 0xffff;

  struct State {
    uint32_t first = 0, count = 0;      // in configurations_
    ByteSet first_bytes{};
    Cost cost = kNever;
    StateId canonical = kUnknown;
    uint32_t only_byte = kNoByte;       // the one byte that can follow, if there is just one
    StateId only_next = kUnknown;
    StateId* row = nullptr;             // next state by symbol, made when only_byte does not say it all
    uint32_t symbols_asked = 0;         // computed one by one; see remember_alike
    StateId at_boundary = kUnknown;     // see end_token()
    bool accepting = false, continues = false, has_token_edges = false;
    bool counts_tokens = false;         // some configuration is inside a text whose tokens are limited
    bool takes_plain_text = false;
  };
  /// Rows of unknown next states, at places that stay.
  class Rows {
   public:
    StateId* add();
    void clear();
    size_t memory_bytes() const { return chunks_.size() * kPerChunk * Dfa::kSymbols * sizeof(StateId); }

   private:
    static constexpr size_t kPerChunk = 32;
    std::vector<std::unique_ptr<StateId[]>> chunks_;
    size_t used_ = 0;  // of the last chunk
  };
  /// After so many symbols it pays to fill in all that behave like the next one.
  static constexpr uint32_t kFewSymbols = 4;

  bool is_inside(const Configuration& at, const InText& text) const;
  const Frame* counting_frame(const Instruction& in, StackId stack) const;
  StateId compute_step(StateId state, uint32_t symbol);
  StateId compute_canonical(StateId state);
  StateId compute_end_token(StateId state);
  bool add_step(const Configuration& from, uint32_t symbol);
  void follow(Configuration from);
  bool follow_plainly(const Configuration& at);
  StateId intern(std::vector<Configuration>& set);
  void describe(State& state) const;
  Cost cost_of(const Configuration& at) const;
  void remember(StateId state, uint32_t symbol, StateId next);
  void remember_alike(State& state, uint32_t symbol, StateId next);
  size_t slot_of(std::span<const Configuration> set) const;
  void grow();
  void clear();

  const Automaton& automaton_;
  const uint32_t token_reach_;
  Stacks stacks_;
  Closure<NoMarks> closure_;
  std::vector<Configuration> configurations_;
  std::vector<State> states_;
  std::vector<StateId> slots_;  // open addressing; kDeadState is free
  Rows rows_;
  std::vector<Configuration> next_;  // set under construction
  StateId start_ = kUnknown;
};

}  // namespace surecall

#pragma once
// The automaton: a program compiled to instructions that a set of configurations runs, as in a regular-expression
// virtual machine, plus a stack for rules and repeats. Immutable; shared by all matchers of a template.

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "program/cost.h"
#include "program/dfa.h"
#include "program/members.h"
#include "program/program.h"
#include "program/row_tables.h"

namespace surecall {

struct Instruction {
  enum class Op : uint8_t {
    byte,           ///< consume `byte`, go to `next`; in the heads of members `a` is 1 + the index of its MemberChoice
    dfa,            ///< consume by row `a`, its targets counted from instruction `b`; if accepting, also go to `next`
    token,          ///< consume a token of token set `a`, go to `next`
    split,          ///< go to each of the `b` targets from `a` on
    call,           ///< push `next`, go to `a`
    ret,            ///< pop, go to what was pushed
    loop_enter,     ///< start loop `a` with count 0
    loop_next,      ///< one more iteration of loop `a` is complete
    text_enter,     ///< start counted text `a` with count 0, go to `next`
    text_count,     ///< one more character of counted text `a`: go to `next`, or after the last of them pop, go to `b`
    text_leave,     ///< counted text `a` is complete: pop, go to its exit
    members_enter,  ///< start members `a` with nothing used
    members_next,   ///< a further member of members `a` must follow: go to their `begin`
    members_split,  ///< go to each of the `b` choices from `a` on of which a member may still begin
    member_begin,   ///< the member chosen is number `b` of members `a`: note that it is used, go to `next`
    member_end,     ///< one more of members `a` is complete
    capture_open,   ///< capture `a` starts here, go to `next`
    capture_close,  ///< capture `a` ends here, go to `next`
    accept,         ///< the whole text is complete
  };
  Op op;
  uint8_t byte = 0;
  bool dfa_accepting = false;
  Position next = 0;
  uint32_t a = 0, b = 0;
  bool dfa_continues = false;  ///< some byte leads on; set by Compiler::add
  /// DFA instructions of a text whose tokens are limited: the loop that counts them, see Compiler::limited_text.
  uint32_t budget = kNone;
  /// Of those: where to go on when a token ends here, if one of its bytes was already counted. Else the next byte counts.
  Position at_boundary = kNone;

  static constexpr uint32_t kNone = 0xffffffff;
  bool counts_token() const { return budget != kNone && at_boundary == kNone; }
};

/// Tokens that one token edge accepts.
struct TokenSet {
  bool negated = false;
  std::vector<uint32_t> ids;  ///< ascending; what is accepted, or with `negated` what is not

  bool contains(uint32_t id) const { return std::ranges::binary_search(ids, id) != negated; }
  auto operator<=>(const TokenSet&) const = default;
};

/// A counted repeat. Its count lives in the top stack frame. A counted text is one too, with a minimum of 0: its
/// iterations are characters, and where the next one begins depends on those before.
struct Loop {
  /// Min is 0 where a further iteration, with its separator, may be empty: empty ones can make up any count.
  /// Max may be Program::kUnbounded; counts then stop at min.
  uint32_t min, max;
  Position body;       ///< first instruction of one iteration
  Position again;      ///< separator (or body): where a further iteration starts
  Position exit;       ///< where the loop leaves to
  bool body_may_be_empty = false;

  bool separated() const { return again != body; }
  /// The loop is complete without consuming anything.
  bool may_be_empty() const { return min == 0 || (min == 1 && body_may_be_empty); }
  /// What is remembered of `count` complete iterations.
  uint32_t capped(uint32_t count) const { return max == Program::kUnbounded && count > min ? min : count; }
};

/// A place in the trie of the heads of members: which of them it leads to.
struct MemberChoice {
  Position to;        ///< target of a members_split
  uint32_t members;   ///< index
  MemberRange range;
  uint32_t consumed;  ///< bytes of the head read before
};

/// Captures that a position lies in, innermost first, within its own rule.
struct Scope {
  static constexpr uint32_t kNone = 0xffffffff;
  uint32_t capture;  ///< index of a name
  uint32_t outer;    ///< index of a scope, or kNone
};

/// The bytes that some text can start with, as 256 bits.

class Automaton {
 public:
  Position start() const { return start_; }
  const Instruction& at(Position position) const { return instructions_[position]; }
  std::span<const Instruction> instructions() const { return instructions_; }
  std::span<const Position> targets(const Instruction& split) const { return std::span(targets_).subspan(split.a, split.b); }
  const Loop& loop(uint32_t index) const { return loops_[index]; }
  /// What a token instruction accepts.
  const TokenSet& token_set(const Instruction& token) const { return token_sets_[token.a]; }
  std::span<const TokenSet> token_sets() const { return token_sets_; }
  /// Takes tokens out of all negated sets: those that a vocabulary never allows.
  void forbid_tokens(std::span<const uint32_t> ids);
  const Members& members(uint32_t index) const { return members_[index]; }
  const MemberChoice& choice(uint32_t index) const { return choices_[index]; }
  std::span<const MemberChoice> choices(const Instruction& split) const { return std::span(choices_).subspan(split.a, split.b); }
  /// Where a DFA instruction leads, by symbol, counted from instruction `b` (Dfa::kDead, Dfa::kMixed: nowhere).
  RowView dfa_row(const Instruction& dfa) const { return rows_.row(dfa.a); }
  /// Fewest bytes from the DFA instruction to the end of its text.
  uint32_t row_cost(const Instruction& dfa) const { return rows_.cost(dfa.a); }
  /// See RowTables::takes_plain_text.
  bool takes_plain_text(const Instruction& dfa) const { return rows_.takes_plain_text(dfa.a); }
  /// The bytes that the DFA instruction can consume.
  RowTables::Place dfa_place(const Instruction& dfa) const { return rows_.place(dfa.a); }
  const ByteSet& dfa_first(const Instruction& dfa) const { return rows_.first_bytes(dfa.a); }
  const std::vector<std::string>& capture_names() const { return capture_names_; }
  /// True if `position` lies inside a capture of that name, within its own rule.
  bool in_capture(Position position, uint32_t name) const;
  static constexpr uint32_t kNoCapture = 0xffffffff;
  /// The innermost capture around `position`, within its own rule, of those that are marked by index; kNoCapture if there is none.
  uint32_t marked_capture(Position position, const std::vector<bool>& names) const;
  /// Fewest bytes (a token edge counts as one) from `position` to the end of its scope; kNever if none get there.
  Cost cost(Position position) const { return costs_[position]; }
  /// Fewest bytes of one further iteration of a loop, with its separator.
  Cost iteration_cost(const Loop& loop) const { return costs_[loop.again]; }
  /// Every byte that some instruction can consume.
  ByteSet alphabet() const;
  size_t memory_bytes() const;

 private:
  friend class Compiler;
  void compute_costs();
  bool relax_costs();
  Cost cost_now(const Instruction& instruction) const;

  Position start_ = 0;
  std::vector<Instruction> instructions_;
  std::vector<Position> targets_;
  std::vector<Loop> loops_;
  std::vector<TokenSet> token_sets_;
  std::vector<Members> members_;
  std::vector<MemberChoice> choices_;
  RowTables rows_;
  std::vector<Scope> scopes_;
  std::vector<uint32_t> scope_of_;  // by position
  std::vector<std::string> capture_names_;
  std::vector<Cost> costs_;
};

/// How the message begins where no text at all is accepted.
inline constexpr std::string_view kUnsatisfiable = "unsatisfiable: ";

/// Compiles a program. Parts that can never be completed (a text without spelling, a rule that only calls itself) are
/// alternatives that nobody takes. Throws Error: SURECALL_UNSUPPORTED_SCHEMA if nothing else is left (kUnsatisfiable),
/// or for a pattern that is wrong or too large; SURECALL_INVALID_PROGRAM for left recursion.
Automaton compile(const Program& program);

}  // namespace surecall

#pragma once
// Program -> Automaton, back to front: every part is compiled knowing the position that follows it, so sequences need
// no jumps, equal tails are shared, and a part that many others refer to is compiled once per continuation.

#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "program/automaton.h"
#include "program/program.h"
#include "program/text.h"
#include "support/key_map.h"

namespace surecall {

class Compiler {
 public:
  explicit Compiler(const Program& program) : program_(program) {}
  Automaton run();

 private:
  /// An alternative that begins with literal bytes: what is left of them, and where they lead.
  struct Branch {
    std::string_view head;
    Position rest;
  };

  /// The heads of members in order, and the instructions that follow them.
  struct Heads {
    uint32_t members;  ///< index
    std::vector<Branch> branches;
  };
  /// Where the copies of something large go after the first: see shared_copy.
  struct Shared {
    bool is_used = false;
    uint32_t rule = Instruction::kNone;  ///< index in rule_entries_
  };
  struct Rows {
    uint32_t first, count;
    Shared copies;
  };
  struct Text {
    std::shared_ptr<const TextDfa> dfa;
    uint32_t first_row;
    Shared copies;
  };

  /// One copy of a text's instructions; there are two where its tokens are limited, see compile_limited.
  struct TextCopy {
    Position next;                            ///< what follows the text
    Position leave;                           ///< the same for rows inside the loop that counts characters
    uint32_t loop;                            ///< that loop
    uint32_t budget = Instruction::kNone;     ///< the loop that counts tokens
    Position targets = Instruction::kNone;    ///< the copy that bytes lead to; by default itself
  };

  Position compile(uint32_t node, Position next);
  void compile_tails(uint32_t node, Position next);
  Position compile_now(uint32_t node, Position next);
  Position compile_node(const ProgramNode& node, Position next);
  Position compile_sequence(std::span<const uint32_t> children, Position next);
  Position compile_alternatives(const ProgramNode& node, Position next);
  Position compile_repeat(const ProgramNode& node, Position next);
  Position compile_regex(const ProgramNode& node, Position next);
  Position compile_text(uint32_t index, Position next);
  template <class Make>
  Position shared_copy(Shared& copies, uint32_t rows, Position next, Make&& make);
  Position compile_limited(const ProgramNode& node, Position next);
  Text& text_of(uint32_t index);
  TextCopy text_copy(const Text& text, Position next);
  Position add_text(const Text& text, const TextCopy& copy);
  Position token(TokenSet set, Position next);
  TextSpec text_spec(const ProgramNode& node) const;
  Position compile_members(const ProgramNode& node, Position next);
  Position compile_heads(const Heads& heads, MemberRange range, uint32_t depth);
  Position head_bytes(const Heads& heads, MemberRange range, uint32_t from, uint32_t to, Position next);
  Position compile_capture(const ProgramNode& node, Position next);
  Position bytes(std::string_view text, Position next);
  Position byte_trie(std::vector<Branch> branches);
  bool begins_with_bytes(uint32_t node) const;
  /// The literal bytes that a node begins with, if any, and the position of what follows them.
  Branch branch_of(uint32_t node, Position next);
  Position split(std::span<const Position> targets, Position continuation);
  uint32_t capture_name(std::string_view name);
  uint32_t scope_before(Position next) const;
  Position add(Instruction instruction, uint32_t scope);
  void link_calls();
  void refuse_left_recursion() const;
  void collect_left_calls(uint32_t rule, std::vector<uint32_t>& seen, std::vector<uint32_t>& rules) const;

  const Program& program_;
  Automaton out_;
  KeyMap compiled_;                                            // (node, next) -> position
  KeyMap byte_instructions_;                                   // (byte, next) -> position
  std::map<std::string_view, Rows> dfas_;                      // by pattern
  std::unordered_map<uint32_t, Text> texts_;                   // by node
  std::map<std::string_view, uint32_t> names_;
  std::map<TokenSet, uint32_t> token_sets_;
  std::vector<Position> rule_entries_;                         // of the program's rules, then of shared texts
  std::vector<uint32_t> tail_seen_;                            // by node: the round in which compile_tails() met it
  uint32_t tail_round_ = 0;
  uint32_t text_steps_ = 100'000'000;                          // left for texts, see RegexLimits::dfa_steps
};

}  // namespace surecall

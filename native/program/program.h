#pragma once
// The program: the boundary between lib/ (which knows schemas and tools) and native/ (which knows bytes and tokens).
//
// A small algebra over bytes and tokens in one flat little-endian buffer, written by lib/program/builder.ts:
//
//   u32 magic 'SCP1' | u32 nodes | u32 rules | u32 list words | u32 pool bytes | u32 root node
//   nodes:  5 words each: op, a, b, c, d      a node's children have smaller indices, so there are no cycles ...
//   rules:  1 word each: the node of its body  ... except through rules, which may recurse
//   lists:  child indices of sequences and alternatives, patterns of texts, ids of token sets
//   pool:   UTF-8 bytes of literals, patterns and names
//
// | op           | a, b, c, d                                   | accepts                                       |
// |--------------|----------------------------------------------|-----------------------------------------------|
// | bytes        | pool offset, length                          | exactly these bytes                           |
// | sequence     | list offset, count                           | its children one after another                |
// | alternatives | list offset, count                           | any one child; with none, nothing at all      |
// | repeat       | child, min, max (kUnbounded), separator node | min..max times the child, separator between   |
// | regex        | pool offset, length                          | what the whole pattern matches (regex.h)      |
// | rule         | rule index                                   | what the rule's body accepts                  |
// | token        | token id                                     | that token, and no spelling of it             |
// | capture      | pool offset, length of the name, child       | its child, remembering where it stood         |
// | text         | list offset, patterns, min, max (kUnbounded) | a text of min..max characters that satisfies  |
// |              |                                              | the patterns, spelled as the list says        |
// | members      | list offset, members, min, max (kUnbounded)  | min..max members, see below                   |
// | token_set    | list offset, count, negated (0 or 1)         | one token of the list; negated: one token that |
// |              |                                              | is not, nor ends generation, nor is unused    |
// | token_limit  | text node, max (at least 1)                  | what the text accepts, of which at most `max` |
// |              |                                              | tokens hold a byte (see Compiler::budget)     |
//
// The list of members: the node of the rest or kNone, the node of the separator or kNone, then two words for each member:
// its node, flags (kRequired, kOrdered). Accepted are texts of members with separators between them; each member is used at
// most once and the rest any number of times, all required ones occur, and min..max are used in all. No member and no
// rest may be empty.
//
// The list of a text: its spelling (TextSpelling), then three words for each pattern: pool offset, length, flags
// (bit 0: negated; the other bits: TextPattern::Kind). See text.h and, for all names but some, other_names.h.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace surecall {

enum class Op : uint32_t {
  bytes, sequence, alternatives, repeat, regex, rule, token, capture, text, members, token_set, token_limit
};
inline constexpr uint32_t kOpCount = 12;

struct ProgramNode {
  Op op;
  uint32_t a, b, c, d;
};

/// A validated program: every index is in range, children precede parents, nesting is bounded.
class Program {
 public:
  static constexpr uint32_t kMagic = 0x31504353;  // "SCP1"
  static constexpr uint32_t kUnbounded = 0xffffffff;
  static constexpr uint32_t kNone = 0xffffffff;
  /// Flags of members.
  static constexpr uint32_t kRequired = 1, kOrdered = 2;
  /// Deeper nesting is refused: compiling recurses once per level, taking some 600 bytes of stack. Alternatives and the last
  /// parts of sequences do not count (Compiler::compile_tails): a list of optional members may nest as deep as it likes.
  static constexpr uint32_t kMaxDepth = 2000;
  static constexpr uint32_t kMaxNodes = 1u << 22;
  static constexpr uint32_t kMaxMembers = 1u << 16;  ///< of one node

  /// Copies and checks a serialised program. Throws Error SURECALL_INVALID_PROGRAM naming the node at fault.
  static Program parse(std::span<const uint8_t> buffer);

  const ProgramNode& node(uint32_t index) const { return nodes_[index]; }
  uint32_t node_count() const { return static_cast<uint32_t>(nodes_.size()); }
  uint32_t root() const { return root_; }
  uint32_t rule(uint32_t index) const { return rules_[index]; }
  uint32_t rule_count() const { return static_cast<uint32_t>(rules_.size()); }
  /// Children of a sequence or of alternatives.
  std::span<const uint32_t> children(const ProgramNode& node) const { return std::span(lists_).subspan(node.a, node.b); }
  /// The list of a text: its spelling, then three words per pattern.
  std::span<const uint32_t> text_words(const ProgramNode& node) const {
    return std::span(lists_).subspan(node.a, 1 + size_t{3} * node.b);
  }
  /// Ids of a token set.
  std::span<const uint32_t> token_ids(const ProgramNode& node) const { return std::span(lists_).subspan(node.a, node.b); }
  /// The list of members: rest and separator, then two words per member.
  std::span<const uint32_t> member_words(const ProgramNode& node) const {
    return std::span(lists_).subspan(node.a, 2 + size_t{2} * node.b);
  }
  /// Bytes of the pool.
  std::string_view pool(uint32_t offset, uint32_t length) const { return std::string_view(pool_.data() + offset, length); }
  /// Bytes of a literal, pattern or name.
  std::string_view text(const ProgramNode& node) const { return pool(node.a, node.b); }

 private:
  void check_node(uint32_t index) const;
  const char* fault_of_text(const ProgramNode& node) const;
  const char* fault_of_members(uint32_t index) const;
  void check_depth() const;

  std::vector<ProgramNode> nodes_;
  std::vector<uint32_t> rules_;
  std::vector<uint32_t> lists_;
  std::vector<char> pool_;
  uint32_t root_ = 0;
};

}  // namespace surecall

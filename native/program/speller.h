#pragma once
// Characters as bytes: every transition of a DFA over code points becomes the ways to spell its characters.

#include <cstdint>
#include <span>
#include <vector>

#include "program/char_dfa.h"
#include "program/text.h"
#include "support/key_map.h"

namespace surecall {

/// By class of code points: the fewest bytes that spell one of its members.
std::vector<uint32_t> shortest_spellings(const CharClasses& classes, TextSpelling spelling);

class Speller {
 public:
  /// `rows` rows will be added; targets from `rows` on, up to `targets`, are the caller's own and only passed on.
  Speller(const CharClasses& classes, TextSpelling spelling, uint32_t rows, uint32_t targets, const CharDfaContext& context);

  /// The next row: where each class leads to (CharDfa::kDead: nowhere).
  void add_row(std::span<const uint32_t> by_class);
  /// Fills in byte classes and table. `out.accepting`, `out.in_loop` and `out.costs` hold what the added rows are,
  /// `out.arrivals` the targets beyond them; the rows between characters are added behind the former.
  void finish(TextDfa& out);

 private:
  /// Bytes low..high lead to a target.
  struct Edge {
    uint8_t low, high;
    uint32_t target;
    bool operator==(const Edge&) const = default;
  };
  /// Edges in order of their bytes: a stretch of edges_.
  struct Node {
    uint32_t first, count;
  };
  /// Code points first..last lead to a target.
  struct Run {
    uint32_t first, last, target;
  };
  static constexpr uint32_t kDead = CharDfa::kDead;
  static constexpr uint32_t kSeveral = 0xfffffffe;

  uint32_t target_of(uint32_t first, uint32_t last) const;
  /// A node in work: its edges are the last of draft_, from `begin` on. Nodes that it leads to are made meanwhile.
  void append(size_t begin, uint8_t low, uint8_t high, uint32_t target);
  uint32_t intern(size_t begin);
  uint32_t intern_one(uint8_t byte, uint8_t other, uint32_t target);
  uint32_t place(std::span<const Edge> node) const;
  void grow();
  std::span<const Edge> edges(Node node) const { return std::span(edges_).subspan(node.first, node.count); }
  void add_plain(size_t begin, uint32_t first, uint32_t last);
  void add_direct(size_t begin);
  void add_leads(size_t begin, uint8_t first, uint8_t last, int bytes);
  uint32_t continuation(int bytes, uint32_t base, uint32_t from = 0, uint32_t to = 64);
  uint32_t escape();
  uint32_t hex(int digits, uint32_t base);
  uint32_t high_surrogate(int digits, uint32_t unit);
  uint32_t low_surrogate(uint32_t base);
  uint32_t digits_node(std::span<const uint32_t, 16> targets);
  template <class Make>
  uint32_t uniform(uint32_t kind, uint32_t target, Make&& make);
  uint32_t beyond_target() const;
  uint32_t text_target(uint32_t beyond) const;
  void compress(TextDfa& out, std::span<const Node> rows) const;
  uint32_t local(uint32_t target) const;

  const CharClasses& classes_;
  const TextSpelling spelling_;
  const uint32_t rows_, targets_;
  const CharDfaContext& context_;
  std::vector<Run> runs_;            // of the row in work
  std::vector<Node> added_;          // by added row
  std::vector<uint32_t> text_, beyond_;  // by added row: the targets of plain characters, of those above U+007F
  std::vector<Node> nodes_;          // between characters; target number targets_ + index
  std::vector<Edge> edges_, draft_;
  std::vector<uint32_t> known_;      // hash table of nodes_: index + 1, or 0
  KeyMap uniform_;                   // (kind, target) -> node
};

}  // namespace surecall

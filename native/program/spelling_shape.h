#pragma once
// How the characters of a text are spelled in bytes, for all states that tell the same characters apart.
//
// A state leads from each class of characters to a target. Most states of a text part the characters alike, only to other targets
// ((?:\S+\s+){0,199} has 400 states of one shape), and what is dear, UTF-8 and escapes, depends on the parting alone.
// So the targets are labels here, and speller.h puts a state's own targets in their place.

#include <cstdint>
#include <span>
#include <vector>

#include "program/byte_nodes.h"
#include "program/char_dfa.h"
#include "program/text.h"
#include "support/key_map.h"

namespace surecall {

/// By class of code points: the fewest bytes that spell one of its members.
std::vector<uint32_t> shortest_spellings(const CharClasses& classes, TextSpelling spelling);

class SpellingShape {
 public:
  static constexpr uint32_t kDead = CharDfa::kDead;
  static constexpr uint32_t kSeveral = 0xfffffffe;

  /// `labels`: of each class, below `count`; kDead: such characters lead nowhere.
  SpellingShape(const CharClasses& classes, TextSpelling spelling, std::span<const uint32_t> labels, uint32_t count);

  /// What leads on from a state, in order of bytes. Targets are labels, or `count` + a node.
  std::span<const ByteEdge> row() const { return row_; }
  /// Places between characters; a node comes after those that it leads to.
  const ByteNodes& nodes() const { return nodes_; }
  /// The label of all characters above U+007F but odd spaces: kDead if they lead nowhere, kSeveral if it is not one.
  uint32_t beyond() const { return beyond_; }
  /// The label of all plain JSON characters.
  uint32_t text() const { return text_; }

 private:
  /// Code points first..last lead to a label.
  struct Run {
    uint32_t first, last, label;
  };

  uint32_t label_of(uint32_t first, uint32_t last) const;
  /// A node in work: its edges are the last of draft_, from `begin` on. Nodes that it leads to are made meanwhile.
  void append(size_t begin, uint8_t low, uint8_t high, uint32_t target);
  uint32_t intern(size_t begin);
  uint32_t intern_one(uint8_t byte, uint8_t other, uint32_t target);
  void add_plain(size_t begin, uint32_t first, uint32_t last);
  void add_row();
  void add_leads(size_t begin, uint8_t first, uint8_t last, int bytes);
  uint32_t continuation(int bytes, uint32_t base, uint32_t from = 0, uint32_t to = 64);
  uint32_t escape();
  uint32_t hex(int digits, uint32_t base);
  uint32_t high_surrogate(int digits, uint32_t unit);
  uint32_t low_surrogate(uint32_t base);
  uint32_t digits_node(std::span<const uint32_t, 16> targets);
  template <class Make>
  uint32_t uniform(uint32_t kind, uint32_t label, Make&& make);
  uint32_t beyond_label() const;
  uint32_t text_label() const;

  const TextSpelling spelling_;
  const uint32_t count_;
  std::vector<Run> runs_;
  std::vector<ByteEdge> draft_, row_;
  ByteNodes nodes_;
  KeyMap uniform_;  // (kind, label) -> node
  uint32_t beyond_ = kDead, text_ = kDead;
};

}  // namespace surecall

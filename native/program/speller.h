#pragma once
// Characters as bytes: every transition of a DFA over code points becomes the ways to spell its characters.

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "program/byte_nodes.h"
#include "program/char_dfa.h"
#include "program/spelling_shape.h"
#include "program/text.h"

namespace surecall {

class Speller {
 public:
  /// `rows` rows will be added; targets from `rows` on, up to `targets`, are the caller's own and only passed on.
  Speller(const CharClasses& classes, TextSpelling spelling, uint32_t rows, uint32_t targets, const CharDfaContext& context);

  /// The next row: where each class leads to (CharDfa::kDead: nowhere).
  /// @throws where there are more states than the limits allow, see CharDfaContext::refuse.
  void add_row(std::span<const uint32_t> by_class);
  /// Fills in byte classes and table. `out.accepting`, `out.in_loop` and `out.costs` hold what the added rows are,
  /// `out.arrivals` the targets beyond them; the rows between characters are added behind the former.
  void finish(TextDfa& out);

 private:
  static constexpr uint32_t kDead = SpellingShape::kDead;
  static constexpr uint32_t kSeveral = SpellingShape::kSeveral;

  const SpellingShape& shape_of(std::span<const uint32_t> by_class);
  void draft(std::span<const ByteEdge> edges);
  uint32_t place(uint32_t label) const { return label == kDead || label == kSeveral ? label : targets_of_label_[label]; }
  uint32_t row_count() const { return rows_ + nodes_.size(); }
  std::span<const ByteEdge> edges(uint32_t row) const;
  uint32_t local(uint32_t target) const;
  void compress(TextDfa& out) const;
  bool write_table(TextDfa& out, std::span<const uint32_t> stretch_of, std::span<const uint32_t> like) const;

  const CharClasses& classes_;
  const TextSpelling spelling_;
  const uint32_t rows_, targets_;
  const CharDfaContext& context_;

  std::map<std::vector<uint32_t>, SpellingShape> shapes_;  // by the labels of the classes
  size_t shape_edges_ = 0;                                 // of all shapes_

  // Of the row in work: labels of the classes, what they stand for, the nodes of its shape.
  std::vector<uint32_t> labels_, targets_of_label_, made_;
  std::vector<uint32_t> label_of_target_;  // of a target in targets_of_label_; else anything
  std::vector<ByteEdge> draft_;

  std::vector<ByteEdge> row_edges_;      // of the added rows
  std::vector<uint32_t> row_ends_;       // by added row: where its edges end
  std::vector<uint32_t> text_, beyond_;  // by added row: the targets of plain characters, of those above U+007F
  ByteNodes nodes_;                      // between characters; target number targets_ + index
};

}  // namespace surecall

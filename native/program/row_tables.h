#pragma once
// The rows of all DFAs of an automaton, kept small: most symbols behave alike in every row of one DFA, so a row holds a
// column per class of symbols. A pattern of 1,000 states takes some 100 KB instead of 1 MB.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "program/dfa.h"
#include "program/text.h"

namespace surecall {

/// What each symbol (Dfa::kSymbols) leads to.
class RowView {
 public:
  RowView(const uint32_t* targets, const uint16_t* classes) : targets_(targets), classes_(classes) {}
  uint32_t operator[](uint32_t symbol) const { return targets_[classes_[symbol]]; }

 private:
  const uint32_t* targets_;
  const uint16_t* classes_;
};

class RowTables {
 public:
  /// Number of the first of the DFA's rows; the others follow.
  uint32_t add(const TextDfa& dfa);

  uint32_t size() const { return static_cast<uint32_t>(rows_.size()); }
  /// Targets are counted from the DFA's first row; Dfa::kDead and Dfa::kMixed are none.
  RowView row(uint32_t row) const { return {next_.data() + rows_[row].offset, classes_[rows_[row].table].data()}; }
  /// The bytes that lead on, as 256 bits.
  const std::array<uint64_t, 4>& first_bytes(uint32_t row) const { return rows_[row].first; }
  /// Fewest bytes to an accepting row.
  uint32_t cost(uint32_t row) const { return rows_[row].cost; }
  size_t memory_bytes() const;

 private:
  struct Row {
    size_t offset;
    uint32_t table;
    uint32_t cost;
    std::array<uint64_t, 4> first;
  };
  using Classes = std::array<uint16_t, Dfa::kSymbols>;

  void add_row(uint32_t cost, uint32_t columns, std::span<const std::array<uint64_t, 4>> bytes_of_class);

  std::vector<Classes> classes_;
  std::vector<Row> rows_;
  std::vector<uint32_t> next_;
};

}  // namespace surecall

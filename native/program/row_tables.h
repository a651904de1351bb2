#pragma once
// The rows of all DFAs of an automaton, kept small: most symbols behave alike in every row of one DFA, so a row holds a
// column per class of symbols. A pattern of 1,000 states takes some 100 KB instead of 1 MB.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "program/dfa.h"
#include "program/text.h"
#include "support/byte_set.h"

namespace surecall {

/// What each symbol (Dfa::kSymbols) leads to.
class RowView {
 public:
  RowView(const uint32_t* targets, const uint16_t* classes, std::span<const ByteSet> bytes_of_class)
      : targets_(targets), classes_(classes), bytes_of_class_(bytes_of_class) {}
  uint32_t operator[](uint32_t symbol) const { return targets_[classes_[symbol]]; }
  /// The bytes that lead to `target`.
  ByteSet bytes_to(uint32_t target) const {
    ByteSet out;
    for (size_t c = 0; c < bytes_of_class_.size(); ++c) {
      if (targets_[c] == target) out |= bytes_of_class_[c];
    }
    return out;
  }

 private:
  const uint32_t* targets_;
  const uint16_t* classes_;
  std::span<const ByteSet> bytes_of_class_;
};

class RowTables {
 public:
  /// Number of the first of the DFA's rows; the others follow.
  uint32_t add(const TextDfa& dfa);

  uint32_t size() const { return static_cast<uint32_t>(rows_.size()); }
  /// Targets are counted from the DFA's first row; Dfa::kDead and Dfa::kMixed are none.
  RowView row(uint32_t row) const {
    const Table& table = tables_[rows_[row].table];
    return {next_.data() + rows_[row].offset, table.classes.data(), table.bytes_of_class};
  }
  /// The bytes that lead on.
  const ByteSet& first_bytes(uint32_t row) const { return rows_[row].first; }
  /// True if any plain characters are accepted from the row on, however many; false if finding out is not worth it.
  bool takes_plain_text(uint32_t row) const { return rows_[row].takes_plain_text; }
  /// A row of a text, whichever automaton it is part of: TextDfa::id and the row's number there.
  struct Place {
    uint64_t text = 0;
    uint32_t row = 0;
    bool operator==(const Place&) const = default;
  };
  Place place(uint32_t row) const {
    const Table& table = tables_[rows_[row].table];
    return {table.id, row - table.first};
  }
  /// Fewest bytes to an accepting row.
  uint32_t cost(uint32_t row) const { return rows_[row].cost; }
  size_t memory_bytes() const;

 private:
  struct Row {
    size_t offset;
    uint32_t table;
    uint32_t cost;
    ByteSet first;
    bool takes_plain_text;
  };
  /// What all rows of one DFA share.
  struct Table {
    std::array<uint16_t, Dfa::kSymbols> classes;
    std::vector<ByteSet> bytes_of_class;
    uint64_t id;     // TextDfa::id
    uint32_t first;  // row
  };

  void add_row(uint32_t cost, uint32_t columns);
  void find_plain_text(const TextDfa& dfa, uint32_t first);

  std::vector<Table> tables_;
  std::vector<Row> rows_;
  std::vector<uint32_t> next_;
};

}  // namespace surecall

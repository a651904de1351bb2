#include "program/row_tables.h"

#include <algorithm>

#include "vocab/text_slice.h"

namespace surecall {

void RowTables::add_row(uint32_t cost, uint32_t columns) {
  const uint32_t table = static_cast<uint32_t>(tables_.size() - 1);
  const std::vector<ByteSet>& bytes_of_class = tables_.back().bytes_of_class;
  const size_t offset = next_.size() - columns;
  Row row{offset, table, cost, {}, false};
  for (size_t c = 0; c < bytes_of_class.size(); ++c) {
    if (next_[offset + c] != Dfa::kDead) row.first |= bytes_of_class[c];
  }
  rows_.push_back(row);
}

uint32_t RowTables::add(const TextDfa& dfa) {
  const uint32_t first = size();
  auto& [classes, bytes_of_class, id, first_row] = tables_.emplace_back();
  bytes_of_class.resize(dfa.columns - 2);
  id = dfa.id;
  first_row = first;
  for (uint32_t b = 0; b < 256; ++b) {
    classes[b] = dfa.byte_class[b];
    bytes_of_class[dfa.byte_class[b]].insert(static_cast<uint8_t>(b));
  }
  classes[Dfa::kText] = static_cast<uint16_t>(dfa.columns - 2);
  classes[Dfa::kBeyond] = static_cast<uint16_t>(dfa.columns - 1);
  for (uint32_t r = 0; r < dfa.rows(); ++r) {
    const auto row = dfa.next.begin() + static_cast<ptrdiff_t>(size_t{r} * dfa.columns);
    next_.insert(next_.end(), row, row + dfa.columns);
    add_row(dfa.costs[r], dfa.columns);
  }
  find_plain_text(dfa, first);
  return first;
}

/// Finds the largest set of rows that plain characters do not lead out of. None where that takes many passes.
void RowTables::find_plain_text(const TextDfa& dfa, uint32_t first) {
  std::vector<uint32_t> columns{dfa.columns - 1};  // that plain characters begin with: those above U+007F, and of bytes
  for (uint8_t b = 0; b < 0x80; ++b) {
    if (is_plain_json_character(b) && std::ranges::find(columns, dfa.byte_class[b]) == columns.end()) columns.push_back(dfa.byte_class[b]);
  }
  auto stays = [&](uint32_t row) {
    const uint32_t* next = dfa.next.data() + size_t{row} * dfa.columns;
    return std::ranges::all_of(columns, [&](uint32_t c) { return next[c] < dfa.rows() && rows_[first + next[c]].takes_plain_text; });
  };
  constexpr int kMostPasses = 8;
  for (uint32_t row = 0; row < dfa.rows(); ++row) rows_[first + row].takes_plain_text = true;
  bool changed = true;
  for (int pass = 0; changed; ++pass) {
    changed = false;
    if (pass == kMostPasses) {
      for (uint32_t row = 0; row < dfa.rows(); ++row) rows_[first + row].takes_plain_text = false;
      return;
    }
    for (uint32_t row = 0; row < dfa.rows(); ++row) {
      if (!rows_[first + row].takes_plain_text || stays(row)) continue;
      rows_[first + row].takes_plain_text = false;
      changed = true;
    }
  }
}

size_t RowTables::memory_bytes() const {
  size_t bytes = tables_.capacity() * sizeof(Table) + rows_.capacity() * sizeof(Row) + next_.capacity() * sizeof(uint32_t);
  for (const Table& table : tables_) bytes += table.bytes_of_class.capacity() * sizeof(ByteSet);
  return bytes;
}

}  // namespace surecall

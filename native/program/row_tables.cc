#include "program/row_tables.h"

namespace surecall {

void RowTables::add_row(uint32_t cost, uint32_t columns) {
  const uint32_t table = static_cast<uint32_t>(tables_.size() - 1);
  const std::vector<ByteSet>& bytes_of_class = tables_.back().bytes_of_class;
  const size_t offset = next_.size() - columns;
  Row row{offset, table, cost, {}};
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
  return first;
}

size_t RowTables::memory_bytes() const {
  size_t bytes = tables_.capacity() * sizeof(Table) + rows_.capacity() * sizeof(Row) + next_.capacity() * sizeof(uint32_t);
  for (const Table& table : tables_) bytes += table.bytes_of_class.capacity() * sizeof(ByteSet);
  return bytes;
}

}  // namespace surecall

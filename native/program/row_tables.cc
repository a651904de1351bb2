#include "program/row_tables.h"

namespace surecall {
void RowTables::add_row(uint32_t cost, uint32_t columns, std::span<const std::array<uint64_t, 4>> bytes_of_class) {
  const uint32_t table = static_cast<uint32_t>(classes_.size() - 1);
  const size_t offset = next_.size() - columns;
  Row row{offset, table, cost, {}};
  for (size_t c = 0; c < bytes_of_class.size(); ++c) {
    if (next_[offset + c] == Dfa::kDead) continue;
    for (int i = 0; i < 4; ++i) row.first[i] |= bytes_of_class[c][i];
  }
  rows_.push_back(row);
}

uint32_t RowTables::add(const TextDfa& dfa) {
  const uint32_t first = size();
  Classes& classes = classes_.emplace_back();
  std::vector<std::array<uint64_t, 4>> bytes_of_class(dfa.columns - 2);
  for (uint32_t b = 0; b < 256; ++b) {
    classes[b] = dfa.byte_class[b];
    bytes_of_class[dfa.byte_class[b]][b >> 6] |= uint64_t{1} << (b & 63);
  }
  classes[Dfa::kText] = static_cast<uint16_t>(dfa.columns - 2);
  classes[Dfa::kBeyond] = static_cast<uint16_t>(dfa.columns - 1);
  for (uint32_t r = 0; r < dfa.rows(); ++r) {
    const auto row = dfa.next.begin() + static_cast<ptrdiff_t>(size_t{r} * dfa.columns);
    next_.insert(next_.end(), row, row + dfa.columns);
    add_row(dfa.costs[r], dfa.columns, bytes_of_class);
  }
  return first;
}

size_t RowTables::memory_bytes() const {
  return classes_.capacity() * sizeof(Classes) + rows_.capacity() * sizeof(Row) + next_.capacity() * sizeof(uint32_t);
}

}  // namespace surecall

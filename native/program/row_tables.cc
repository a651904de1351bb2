#include "program/row_tables.h"

#include <unordered_map>

#include "support/hash.h"

namespace surecall {
namespace {

/// Bytes from each state to the nearest accepting one.
std::vector<uint32_t> costs_to_accept(const Dfa& dfa, const std::vector<uint32_t>& one_symbol_per_class) {
  std::vector<std::vector<uint32_t>> incoming(dfa.size());
  std::vector<uint32_t> cost(dfa.size(), Dfa::kDead), queue;
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    for (const uint32_t symbol : one_symbol_per_class) {
      const uint32_t t = symbol >= Dfa::kText ? Dfa::kDead : dfa.next(s, symbol);
      if (t != Dfa::kDead) incoming[t].push_back(s);
    }
    if (!dfa.accepting(s)) continue;
    cost[s] = 0;
    queue.push_back(s);
  }
  for (size_t i = 0; i < queue.size(); ++i) {
    for (const uint32_t s : incoming[queue[i]]) {
      if (cost[s] != Dfa::kDead) continue;
      cost[s] = cost[queue[i]] + 1;
      queue.push_back(s);
    }
  }
  return cost;
}

}  // namespace

void RowTables::add_row(uint32_t cost, uint32_t columns) {
  const uint32_t table = static_cast<uint32_t>(classes_.size() - 1);
  const size_t offset = next_.size() - columns;
  Row row{offset, table, cost, {}};
  for (uint32_t b = 0; b < 256; ++b) {
    if (next_[offset + classes_[table][b]] != Dfa::kDead) row.first[b >> 6] |= uint64_t{1} << (b & 63);
  }
  rows_.push_back(row);
}

uint32_t RowTables::add(const Dfa& dfa) {
  const uint32_t first = size();
  // Symbols with equal columns are one class. The hash finds them, the comparison makes sure.
  std::array<uint64_t, Dfa::kSymbols> hash{};
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    const auto row = dfa.row(s);
    for (uint32_t symbol = 0; symbol < Dfa::kSymbols; ++symbol) hash[symbol] = hash_mix(hash[symbol], row[symbol]);
  }
  Classes& classes = classes_.emplace_back();
  std::unordered_multimap<uint64_t, uint16_t> known;
  std::vector<uint32_t> symbols;  // one per class
  for (uint32_t symbol = 0; symbol < Dfa::kSymbols; ++symbol) {
    const auto [begin, end] = known.equal_range(hash[symbol]);
    auto it = begin;
    for (; it != end; ++it) {
      uint32_t s = 0;
      while (s < dfa.size() && dfa.next(s, symbol) == dfa.next(s, symbols[it->second])) ++s;
      if (s == dfa.size()) break;
    }
    if (it != end) {
      classes[symbol] = it->second;
      continue;
    }
    classes[symbol] = static_cast<uint16_t>(symbols.size());
    known.emplace(hash[symbol], classes[symbol]);
    symbols.push_back(symbol);
  }
  const std::vector<uint32_t> costs = costs_to_accept(dfa, symbols);
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    for (const uint32_t symbol : symbols) next_.push_back(dfa.next(s, symbol));
    add_row(costs[s], static_cast<uint32_t>(symbols.size()));
  }
  return first;
}

uint32_t RowTables::add(const TextDfa& dfa) {
  const uint32_t first = size();
  Classes& classes = classes_.emplace_back();
  for (uint32_t b = 0; b < 256; ++b) classes[b] = dfa.byte_class[b];
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
  return classes_.capacity() * sizeof(Classes) + rows_.capacity() * sizeof(Row) + next_.capacity() * sizeof(uint32_t);
}

}  // namespace surecall

#include "program/compact_dfa.h"

#include <span>
#include <unordered_map>

#include "support/hash.h"

namespace surecall {
namespace {

/// Bytes from each state to the nearest accepting one.
std::vector<uint32_t> costs_to_accept(const Dfa& dfa, std::span<const uint32_t> symbols) {
  std::vector<std::vector<uint32_t>> incoming(dfa.size());
  std::vector<uint32_t> cost(dfa.size(), Dfa::kDead), queue;
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    for (const uint32_t symbol : symbols) {
      const uint32_t t = dfa.next(s, symbol);
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

TextDfa compact(const Dfa& dfa) {
  TextDfa out;
  // Bytes with equal columns are one class. The hash finds them, the comparison makes sure.
  std::array<uint64_t, 256> hash{};
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    const auto row = dfa.row(s);
    for (uint32_t b = 0; b < 256; ++b) hash[b] = hash_mix(hash[b], row[b]);
  }
  std::unordered_multimap<uint64_t, uint8_t> known;
  std::vector<uint32_t> bytes;  // one per class
  for (uint32_t b = 0; b < 256; ++b) {
    const auto [begin, end] = known.equal_range(hash[b]);
    auto it = begin;
    for (; it != end; ++it) {
      uint32_t s = 0;
      while (s < dfa.size() && dfa.next(s, b) == dfa.next(s, bytes[it->second])) ++s;
      if (s == dfa.size()) break;
    }
    if (it != end) {
      out.byte_class[b] = it->second;
      continue;
    }
    out.byte_class[b] = static_cast<uint8_t>(bytes.size());
    known.emplace(hash[b], out.byte_class[b]);
    bytes.push_back(b);
  }
  out.columns = static_cast<uint32_t>(bytes.size()) + 2;
  out.costs = costs_to_accept(dfa, bytes);
  out.in_loop.resize(dfa.size());
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    for (const uint32_t b : bytes) out.next.push_back(dfa.next(s, b));
    out.next.push_back(dfa.next(s, Dfa::kText));
    out.next.push_back(dfa.next(s, Dfa::kBeyond));
    out.accepting.push_back(dfa.accepting(s));
  }
  return out;
}

}  // namespace surecall

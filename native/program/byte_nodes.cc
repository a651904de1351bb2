#include "program/byte_nodes.h"

#include <algorithm>

#include "support/hash.h"

namespace surecall {

/// Where known_ has a node of these edges, or room for it.
size_t ByteNodes::place(std::span<const ByteEdge> edges) const {
  uint64_t h = edges.size();
  for (const ByteEdge& e : edges) h = hash_mix(h, uint64_t{e.target} << 16 | uint64_t{e.low} << 8 | e.high);
  const size_t mask = known_.size() - 1;
  size_t i = h & mask;
  while (known_[i] != 0 && !std::ranges::equal(this->edges(known_[i] - 1), edges)) i = (i + 1) & mask;
  return i;
}

void ByteNodes::grow() {
  known_.assign(known_.size() * 4, 0);
  for (uint32_t n = 0; n < size(); ++n) known_[place(edges(n))] = n + 1;
}

uint32_t ByteNodes::intern(std::span<const ByteEdge> edges) {
  if ((nodes_.size() + 1) * 2 > known_.size()) grow();
  uint32_t& known = known_[place(edges)];
  if (known == 0) {
    nodes_.push_back({static_cast<uint32_t>(edges_.size()), static_cast<uint32_t>(edges.size())});
    edges_.insert(edges_.end(), edges.begin(), edges.end());
    known = size();
  }
  return known - 1;
}

}  // namespace surecall

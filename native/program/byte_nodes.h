#pragma once
// States that read a byte, each kept once: the places between the characters of a text.

#include <cstdint>
#include <span>
#include <vector>

namespace surecall {

/// Bytes low..high lead to a target.
struct ByteEdge {
  uint8_t low, high;
  uint32_t target;
  bool operator==(const ByteEdge&) const = default;
};

class ByteNodes {
 public:
  ByteNodes() : known_(64) {}

  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  /// How many edges all nodes have together.
  size_t edge_count() const { return edges_.size(); }
  /// In order of their bytes.
  std::span<const ByteEdge> edges(uint32_t node) const {
    return std::span(edges_).subspan(nodes_[node].first, nodes_[node].count);
  }
  /// The node with these edges, known or new: numbers are given in order.
  uint32_t intern(std::span<const ByteEdge> edges);

 private:
  /// A stretch of edges_.
  struct Node {
    uint32_t first, count;
  };

  size_t place(std::span<const ByteEdge> edges) const;
  void grow();

  std::vector<Node> nodes_;
  std::vector<ByteEdge> edges_;
  std::vector<uint32_t> known_;  // hash table of nodes_: index + 1, or 0
};

}  // namespace surecall

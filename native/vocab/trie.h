#pragma once
// The token trie: every token's bytes as a tree, flattened breadth first. The children of a node lie side by side, their
// bytes in an array of their own: of the 256 beginnings of a vocabulary a state usually allows a few, and finding those is
// a scan over a few cache lines. The tokens below a node are a stretch of the sorted tokens, so that a whole subtree is
// taken or left without a visit. (llguidance's toktrie lies depth first: better where most subtrees are entered, but what
// enters most is left to slices here.)
//
//   tokens: 0 "a"  1 "ab"  2 "b"          index  byte  children  token  below
//        (root)                             0     -     1 .. 3     -    0 1 2
//        /    .                             1     a     3 .. 4     0    0 1
//       a      b                            2     b     4 .. 4     2    2
//       |                                   3     b     4 .. 4     1    1
//       b

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace surecall {

/// Nodes of one parent are ordered by byte; tokens with equal bytes are extra sibling leaves, before the one with children.
struct TrieNode {
  static constexpr uint32_t kNoToken = 0xffffffff;
  uint32_t token = kNoToken;   ///< token that ends here, or kNoToken
  uint32_t children = 0;       ///< the first child; the next node's is one past the last
  uint32_t below = 0;          ///< of the sorted tokens, the first that begins with the bytes up to here
  uint32_t below_end = 0;      ///< one past the last
};

class TokenTrie {
 public:
  /// Longer tokens are left out (they can never be chosen): bounds the walker's stack. The longest token of the
  /// vocabularies in vendor/llama.cpp has 512 bytes.
  static constexpr size_t kMaxTokenBytes = 1024;

  TokenTrie() : TokenTrie(std::vector<std::pair<std::string_view, uint32_t>>{}) {}
  /// Builds the trie of (bytes, token) pairs; empty byte strings are ignored.
  explicit TokenTrie(std::vector<std::pair<std::string_view, uint32_t>> tokens);

  /// Nodes, the root included.
  uint32_t size() const { return static_cast<uint32_t>(bytes_.size()); }
  /// The byte on the edge from its parent to each node.
  const uint8_t* bytes() const { return bytes_.data(); }
  uint32_t token(uint32_t node) const { return nodes_[node].token; }
  uint32_t children_begin(uint32_t node) const { return nodes_[node].children; }
  uint32_t children_end(uint32_t node) const { return nodes_[node + 1].children; }
  bool is_leaf(uint32_t node) const { return children_begin(node) == children_end(node); }
  /// The tokens that end at a node or below it, in the order of their bytes.
  std::span<const uint32_t> tokens_below(uint32_t node) const {
    return std::span(sorted_).subspan(nodes_[node].below, nodes_[node].below_end - nodes_[node].below);
  }
  /// Longest token in bytes.
  uint32_t max_depth() const { return max_depth_; }
  /// Index of the child of `node` with this byte, or 0; of equal tokens, the one with children.
  uint32_t child(uint32_t node, uint8_t byte) const;
  /// Index of the node reached from the root by `bytes`, or 0.
  uint32_t find(std::string_view bytes) const;
  /// Calls `use` with each token with which `text` begins, the shortest first.
  template <class Use>
  void each_token_along(std::string_view text, const Use& use) const {
    uint32_t node = 0;
    for (const char c : text) {
      node = child(node, static_cast<uint8_t>(c));
      if (node == 0) return;
      if (token(node) != TrieNode::kNoToken) use(token(node));
    }
  }
  size_t memory_bytes() const {
    return nodes_.capacity() * sizeof(TrieNode) + bytes_.capacity() + sorted_.capacity() * sizeof(uint32_t) + sizeof(*this);
  }

 private:
  std::vector<TrieNode> nodes_;  // one more than there are
  std::vector<uint8_t> bytes_;
  std::vector<uint32_t> sorted_;  // tokens
  uint32_t max_depth_ = 0;
};

}  // namespace surecall

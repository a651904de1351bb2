#pragma once
// The token trie: every token's bytes as a tree, flattened depth first, so that walking it is one forward loop and
// refusing a byte skips the whole subtree with one addition (the layout of toktrie, microsoft/llguidance).
//
//   tokens: 0 "a"  1 "ab"  2 "b"          index  byte  depth  subtree  token
//        (root)                             0     -      0       4      -
//        /    .                             1     a      1       2      0
//       a      b                            2     b      2       1      1
//       |                                   3     b      1       1      2
//       b

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace surecall {

/// 12 bytes. Nodes of one parent are ordered by byte; tokens with equal bytes are extra sibling leaves.
struct TrieNode {
  static constexpr uint32_t kNoToken = 0xffffffff;
  uint32_t token;    ///< token that ends here, or kNoToken
  uint32_t subtree;  ///< nodes in this subtree including this one: what to add to skip it
  uint16_t depth;    ///< bytes from the root
  uint8_t byte;      ///< byte on the edge from the parent
};

class TokenTrie {
 public:
  /// Longer tokens are left out (they can never be chosen): bounds the walker's stack. The longest token of the
  /// vocabularies in vendor/llama.cpp has 512 bytes.
  static constexpr size_t kMaxTokenBytes = 1024;

  TokenTrie() = default;
  /// Builds the trie of (bytes, token) pairs; empty byte strings are ignored.
  explicit TokenTrie(std::vector<std::pair<std::string_view, uint32_t>> tokens);

  std::span<const TrieNode> nodes() const { return nodes_; }
  /// Longest token in bytes.
  uint32_t max_depth() const { return max_depth_; }
  /// Index of the child of the root with this byte, or 0.
  uint32_t root_child(uint8_t byte) const { return root_children_[byte]; }
  /// Index of the child of `node` with this byte, or 0.
  uint32_t child(uint32_t node, uint8_t byte) const;
  /// Index of the node reached from the root by `bytes`, or 0.
  uint32_t find(std::string_view bytes) const;
  size_t memory_bytes() const { return nodes_.capacity() * sizeof(TrieNode) + sizeof(*this); }

 private:
  std::vector<TrieNode> nodes_;
  std::array<uint32_t, 256> root_children_{};
  uint32_t max_depth_ = 0;
};

}  // namespace surecall

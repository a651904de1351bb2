#pragma once
// A radix tree over token sequences: which prefixes are known, what they have in common, and which was not used for the
// longest time. It knows nothing of models; prefix_cache.h keeps it in step with one.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "vocab/vocabulary.h"

namespace surecall {

class PrefixTree {
 public:
  struct Node {
    std::vector<TokenId> tokens;  ///< from the parent's end on
    size_t begin = 0;             ///< tokens before them
    Node* parent = nullptr;
    int32_t id = -1;  ///< the owner's name for it
    uint64_t used = 0;
    std::map<TokenId, std::unique_ptr<Node>> children;  ///< by first token

    size_t end() const { return begin + tokens.size(); }
    bool is_leaf() const { return children.empty(); }
  };
  struct Match {
    std::vector<Node*> path;  ///< from the top, without the root; the last one may match in part
    size_t length = 0;        ///< tokens that agree
  };

  /// The longest known prefix of `tokens`.
  Match find(std::span<const TokenId> tokens) const;
  /// Marks the nodes of a match as used now.
  void touch(const Match& match);
  /// Cuts a node in two at `length` tokens from the beginning, begin < length < end. The node keeps the first part, and
  /// the second, with its children, is returned: it gets `id`.
  Node* split(Node* node, size_t length, int32_t id);
  /// A new leaf below `parent` (null: the root), whose children must not begin with the same token.
  Node* add(Node* parent, std::span<const TokenId> tokens, int32_t id);
  /// Lengthens a leaf.
  void extend(Node* leaf, std::span<const TokenId> tokens);
  /// The leaf that was not used for the longest time; null if there is none.
  Node* least_used() const;
  void remove(Node* leaf);
  void clear();

  /// Tokens held, common ones once.
  size_t tokens() const { return tokens_; }
  size_t nodes() const { return nodes_; }

 private:
  Node root_;
  size_t tokens_ = 0, nodes_ = 0;
  uint64_t clock_ = 0;
};

/// Tokens at the beginning that two sequences have in common.
size_t common_prefix(std::span<const TokenId> a, std::span<const TokenId> b);

}  // namespace surecall

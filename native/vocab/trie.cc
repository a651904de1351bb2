#include "vocab/trie.h"

#include <algorithm>

namespace surecall {

TokenTrie::TokenTrie(std::vector<std::pair<std::string_view, uint32_t>> tokens) {
  std::erase_if(tokens, [](const auto& t) { return t.first.empty() || t.first.size() > kMaxTokenBytes; });
  std::sort(tokens.begin(), tokens.end());  // string_view compares as unsigned bytes

  nodes_.push_back({TrieNode::kNoToken, 0, 0, 0});
  std::vector<uint32_t> path{0};  // node at each depth of the token added last
  std::string_view previous;
  // A node's subtree is complete when the path leaves it: only then its size is known.
  auto close_to = [&](size_t depth) {
    while (path.size() > depth + 1) {
      nodes_[path.back()].subtree = static_cast<uint32_t>(nodes_.size()) - path.back();
      path.pop_back();
    }
  };
  for (const auto& [bytes, token] : tokens) {
    const size_t shared =
        std::mismatch(bytes.begin(), bytes.end(), previous.begin(), previous.end()).first - bytes.begin();
    // A second token with the same bytes becomes a sibling leaf of the first.
    const size_t keep = shared == bytes.size() ? shared - 1 : shared;
    close_to(keep);
    for (size_t depth = keep + 1; depth <= bytes.size(); ++depth) {
      path.push_back(static_cast<uint32_t>(nodes_.size()));
      nodes_.push_back({TrieNode::kNoToken, 1, static_cast<uint16_t>(depth), static_cast<uint8_t>(bytes[depth - 1])});
    }
    nodes_.back().token = token;
    max_depth_ = std::max(max_depth_, static_cast<uint32_t>(bytes.size()));
    previous = bytes;
  }
  close_to(0);
  nodes_[0].subtree = static_cast<uint32_t>(nodes_.size());
  nodes_.shrink_to_fit();
  for (uint32_t i = 1; i < nodes_.size(); i += nodes_[i].subtree) {
    if (root_children_[nodes_[i].byte] == 0) root_children_[nodes_[i].byte] = i;
  }
}

uint32_t TokenTrie::child(uint32_t node, uint8_t byte) const {
  const uint32_t end = node + nodes_[node].subtree;
  for (uint32_t i = node + 1; i < end; i += nodes_[i].subtree) {
    if (nodes_[i].byte == byte) {
      // Equal tokens are sibling leaves; the last of them carries the children.
      uint32_t last = i;
      for (uint32_t j = i + nodes_[i].subtree; j < end && nodes_[j].byte == byte; j += nodes_[j].subtree) last = j;
      return last;
    }
  }
  return 0;
}

uint32_t TokenTrie::find(std::string_view bytes) const {
  uint32_t node = 0;
  for (const char c : bytes) {
    node = child(node, static_cast<uint8_t>(c));
    if (node == 0) return 0;
  }
  return node;
}

}  // namespace surecall

#include "vocab/trie.h"

#include <algorithm>

namespace surecall {

TokenTrie::TokenTrie(std::vector<std::pair<std::string_view, uint32_t>> tokens) {
  std::erase_if(tokens, [](const auto& t) { return t.first.empty() || t.first.size() > kMaxTokenBytes; });
  std::sort(tokens.begin(), tokens.end());  // string_view compares as unsigned bytes
  for (const auto& [bytes, token] : tokens) sorted_.push_back(token);

  auto add = [&](uint8_t byte, uint32_t token, size_t below, size_t below_end) {
    nodes_.push_back({token, 0, static_cast<uint32_t>(below), static_cast<uint32_t>(below_end)});
    bytes_.push_back(byte);
  };
  add(0, TrieNode::kNoToken, 0, tokens.size());
  size_t level_end = 1;  // first node of the next depth
  for (size_t i = 0, depth = 0; i < nodes_.size(); ++i) {
    if (i == level_end) {
      ++depth;
      level_end = nodes_.size();
    }
    nodes_[i].children = static_cast<uint32_t>(nodes_.size());
    const size_t end = nodes_[i].below_end;
    size_t at = nodes_[i].below;
    if (nodes_[i].token != TrieNode::kNoToken) ++at;
    // Each run of one byte is a child. Tokens that end with it come first; all but the last of them are leaves.
    while (at < end) {
      const char byte = tokens[at].first[depth];
      size_t run_end = at;
      while (run_end < end && tokens[run_end].first[depth] == byte) ++run_end;
      while (at + 1 < run_end && tokens[at + 1].first.size() == depth + 1) {
        add(static_cast<uint8_t>(byte), tokens[at].second, at, at + 1);
        ++at;
      }
      const bool ends_here = tokens[at].first.size() == depth + 1;
      add(static_cast<uint8_t>(byte), ends_here ? tokens[at].second : TrieNode::kNoToken, at, run_end);
      at = run_end;
      max_depth_ = static_cast<uint32_t>(depth + 1);
    }
  }
  nodes_.push_back({TrieNode::kNoToken, static_cast<uint32_t>(nodes_.size()), 0, 0});
  nodes_.shrink_to_fit();
  bytes_.shrink_to_fit();
}

uint32_t TokenTrie::child(uint32_t node, uint8_t byte) const {
  const auto begin = bytes_.begin() + children_begin(node);
  const auto after = std::upper_bound(begin, bytes_.begin() + children_end(node), byte);
  return after == begin || after[-1] != byte ? 0 : static_cast<uint32_t>(after - 1 - bytes_.begin());
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

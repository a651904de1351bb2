#pragma once
// Visits every token that a state allows: one pass over a token trie with the matcher's state at each depth. A refused
// byte skips its whole subtree.

#include <cstdint>
#include <vector>

#include "matcher/state_table.h"
#include "vocab/trie.h"

namespace surecall {

class Walker {
 public:
  explicit Walker(StateTable& states) : states_(states) {}

  /// Calls `visit(token, state after it)` for every token of `trie` that the canonical state `from` allows, in the order
  /// of their bytes. The states are canonical at every byte: what one token cannot tell apart is visited once, so a
  /// string's characters do not each bring states of their own.
  template <class Visit>
  void walk(const TokenTrie& trie, StateId from, Visit&& visit) {
    const int forced = states_.forced_byte(from);
    // Literal text: only one of the root's subtrees can match.
    if (forced >= 0) return walk_byte(trie, from, static_cast<uint8_t>(forced), visit);
    start(trie, from);
    run(trie, 1, static_cast<uint32_t>(trie.nodes().size()), visit);
  }

  /// The same for the tokens that begin with `byte`.
  template <class Visit>
  void walk_byte(const TokenTrie& trie, StateId from, uint8_t byte, Visit&& visit) {
    const uint32_t child = trie.root_child(byte);
    if (child == 0) return;
    start(trie, from);
    run(trie, child, end_of_byte(trie, child), visit);
  }

  /// Calls `visit(token)` for every token that begins with `byte`.
  template <class Visit>
  static void each_token(const TokenTrie& trie, uint8_t byte, Visit&& visit) {
    const uint32_t child = trie.root_child(byte);
    if (child == 0) return;
    for (uint32_t i = child, end = end_of_byte(trie, child); i < end; ++i) {
      if (trie.nodes()[i].token != TrieNode::kNoToken) visit(trie.nodes()[i].token);
    }
  }

 private:
  void start(const TokenTrie& trie, StateId from) {
    path_.resize(trie.max_depth() + 1);
    path_[0] = from;
  }

  /// Equal single-byte tokens are several siblings: the end of the last.
  static uint32_t end_of_byte(const TokenTrie& trie, uint32_t child) {
    const auto nodes = trie.nodes();
    const uint8_t byte = nodes[child].byte;
    uint32_t end = child;
    while (end < nodes.size() && nodes[end].byte == byte && nodes[end].depth == 1) end += nodes[end].subtree;
    return end;
  }

  template <class Visit>
  void run(const TokenTrie& trie, uint32_t begin, uint32_t end, Visit&& visit) {
    const TrieNode* nodes = trie.nodes().data();
    StateId* path = path_.data();
    for (uint32_t i = begin; i < end;) {
      const TrieNode& node = nodes[i];
      const StateId next = states_.canonical(states_.step(path[node.depth - 1], node.byte));
      if (next == kDeadState) {
        i += node.subtree;
        continue;
      }
      path[node.depth] = next;
      if (node.token != TrieNode::kNoToken) {
        const StateId after = states_.end_token(next);
        if (after != kDeadState) visit(node.token, after);
      }
      ++i;
    }
  }

  StateTable& states_;
  std::vector<StateId> path_;
};

}  // namespace surecall

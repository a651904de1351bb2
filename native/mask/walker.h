#pragma once
// Visits every token that a state allows: one pass over a token trie with the matcher's state at each depth. A refused
// byte skips its whole subtree.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "matcher/state_table.h"
#include "vocab/group_slice.h"
#include "vocab/trie.h"

namespace surecall {

/// A state that accepts a first character of some groups, and from then on, in state `to`, others over and over.
struct GroupLoop {
  CharGroupSet first = 0, more = 0;
  StateId to = kDeadState;  ///< none
};

class Walker {
 public:
  explicit Walker(StateTable& states) : states_(states) {}

  /// The loop that most tokens begin. `from` is canonical.
  GroupLoop find_loop(const GroupSlice& slice, StateId from);

  /// As walk(), without the tokens of slice.mask(loop.first, loop.more): whole subtrees of them are skipped.
  template <class Visit>
  void walk_beside(const TokenTrie& trie, const GroupSlice& slice, const GroupLoop& loop, StateId from, Visit&& visit) {
    // On the way to a node: something else was read, or only characters of the loop, none yet or some.
    enum : uint8_t { beside, at_start, inside };
    const TrieNode* nodes = trie.nodes().data();
    const uint32_t end = static_cast<uint32_t>(trie.nodes().size());
    path_.resize(trie.max_depth() + 1);
    way_.resize(trie.max_depth() + 1);
    path_[0] = from;
    way_[0] = at_start;
    StateId* path = path_.data();
    uint8_t* way = way_.data();
    for (uint32_t i = 1; i < end;) {
      const TrieNode& node = nodes[i];
      const CharGroup group = slice.group_at(i);
      uint8_t here = way[node.depth - 1];
      const bool is_whole = group != GroupSlice::kMidCharacter;
      if (is_whole && here != beside) here = ((here == at_start ? loop.first : loop.more) & group_bit(group)) != 0 ? inside : beside;
      if (here != beside) {
        // The first character is not complete: it must be of both.
        const CharGroupSet allowed = here == inside ? loop.more : loop.first & loop.more;
        if ((slice.groups_below(i) & ~allowed) == 0) {
          i += node.subtree;
          continue;
        }
      }
      const bool is_known = is_whole && here == inside;
      const StateId next = is_known ? loop.to : states_.canonical(states_.step(path[node.depth - 1], node.byte));
      if (next == kDeadState) {
        i += node.subtree;
        continue;
      }
      if (!is_known && next == loop.to && (slice.groups_below(i) & ~loop.more) == 0) {
        // Into the loop by another way: all that is below follows.
        for (const uint32_t last = i + node.subtree; i < last; ++i) {
          if (nodes[i].token != TrieNode::kNoToken) visit(nodes[i].token, next);
        }
        continue;
      }
      path[node.depth] = next;
      way[node.depth] = here;
      if (node.token != TrieNode::kNoToken && !is_known) visit(node.token, next);
      ++i;
    }
  }

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

  /// The part of all tokens, in percent, that begin with a byte that leads the two states to different ones.
  uint32_t share_that_differs(const TokenTrie& trie, StateId a, StateId b) {
    uint64_t differing = 0;
    const auto nodes = trie.nodes();
    for (uint32_t i = 1; i < nodes.size(); i += nodes[i].subtree) {
      const uint8_t byte = nodes[i].byte;
      if (states_.canonical(states_.step(a, byte)) != states_.canonical(states_.step(b, byte))) differing += nodes[i].subtree;
    }
    return static_cast<uint32_t>(differing * 100 / std::max<size_t>(nodes.size(), 1));
  }

  /// Calls `visit(token, allowed in `state`)` for every token on which the two canonical states may disagree.
  template <class Visit>
  void walk_difference(const TokenTrie& trie, StateId state, StateId model, Visit&& visit) {
    start(trie, state);
    models_.resize(trie.max_depth() + 1);
    models_[0] = model;
    const TrieNode* nodes = trie.nodes().data();
    const uint32_t end = static_cast<uint32_t>(trie.nodes().size());
    for (uint32_t i = 1; i < end;) {
      const TrieNode& node = nodes[i];
      const StateId next = states_.canonical(states_.step(path_[node.depth - 1], node.byte));
      const StateId before = models_[node.depth - 1];
      const StateId there = before == kDeadState ? kDeadState : states_.canonical(states_.step(before, node.byte));
      if (next == there) {
        i += node.subtree;
        continue;
      }
      if (next == kDeadState) {
        for (const uint32_t last = i + node.subtree; i < last; ++i) {
          if (nodes[i].token != TrieNode::kNoToken) visit(nodes[i].token, false);
        }
        continue;
      }
      path_[node.depth] = next;
      models_[node.depth] = there;
      if (node.token != TrieNode::kNoToken) visit(node.token, true);
      ++i;
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
  std::vector<StateId> models_;  // states of the other way, in walk_difference
  std::vector<uint8_t> way_;
};

}  // namespace surecall

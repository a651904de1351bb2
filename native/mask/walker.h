#pragma once
// Visits every token that a state allows: depth first over a token trie with the matcher's state at each depth. Only
// bytes that some reading goes on with are tried.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mask/group_reach.h"
#include "matcher/state_table.h"
#include "vocab/group_slice.h"
#include "vocab/trie.h"

namespace surecall {

class Walker {
 public:
  explicit Walker(StateTable& states) : states_(states) {}

  /// Calls `visit(token)` for every token of the vocabulary's trie that `from` allows, but for those of
  /// slice.mask(reach.first, reach.more, reach.characters): whole subtrees of them are skipped. For states that count no tokens.
  template <class Visit>
  void walk_beside(const TokenTrie& trie, const GroupSlice& slice, GroupReaches& reaches, StateId from, Visit&& visit) {
    const GroupReach reach = reaches.reach(from);
    Level* level = start(trie, from);
    level->characters = 0;
    uint32_t visited = 0;
    for (uint32_t i; (i = next_node(trie, level)) != 0;) {
      const CharGroup group = slice.group_at(i);
      const bool is_whole = group != GroupSlice::kMidCharacter;
      uint32_t here = level->characters;
      if (is_whole && here != kBeside) {
        const CharGroupSet allowed = here == 0 ? reach.first : reach.more;
        here = here < reach.characters && (allowed & group_bit(group)) != 0 ? here + 1 : kBeside;
      }
      if (here != kBeside && (reach.exact || slice.max_characters(i) <= reach.characters)) {
        // The first character is not complete: it must be of both.
        const CharGroupSet allowed = here != 0 ? reach.more : reach.first & reach.more;
        if ((slice.groups_below(i) & ~allowed) == 0) continue;
      }
      const StateId next = states_.canonical(states_.step(level->state, trie.bytes()[i]));
      if (next == kDeadState) continue;
      const bool is_known = is_whole && here != kBeside;
      if (!is_known && ++visited > kPatience && reaches.takes_all_below(trie, i, next)) {
        for (const uint32_t token : trie.tokens_below(i)) visit(token);
        continue;
      }
      if (!is_known && trie.token(i) != TrieNode::kNoToken) visit(trie.token(i));
      if (trie.is_leaf(i)) continue;
      level = enter(trie, level, i, next);
      level->characters = here;
    }
  }

  /// Calls `visit(token, state after it)` for every token of `trie` that the canonical state `from` allows, in the order
  /// of their bytes. The states are canonical at every byte: what one token cannot tell apart is visited once, so a
  /// string's characters do not each bring states of their own.
  template <class Visit>
  void walk(const TokenTrie& trie, StateId from, Visit&& visit) {
    run(trie, start(trie, from), visit);
  }

  /// The same for the tokens at and below the children of `node` that begin with one of `bytes`; `at_node` is the state at the node.
  template <class Visit>
  void walk_below(const TokenTrie& trie, uint32_t node, const ByteSet& bytes, StateId at_node, Visit&& visit) {
    path_.resize(trie.max_depth() + 1);
    run(trie, begin(path_.data(), trie, node, at_node, bytes), visit);
  }

  /// Calls `visit(node, state)` for every node of `trie` whose bytes keep the state inside a text. False as soon as `visit` returns false.
  template <class Visit>
  bool walk_inside(const TokenTrie& trie, StateId from, const StateTable::InText& text, Visit&& visit) {
    Level* level = start(trie, from);
    for (uint32_t i; (i = next_node(trie, level)) != 0;) {
      const StateId next = states_.canonical(states_.step(level->state, trie.bytes()[i]));
      if (!states_.is_inside(next, text)) continue;
      if (!visit(i, next)) return false;
      if (!trie.is_leaf(i)) level = enter(trie, level, i, next);
    }
    return true;
  }

  /// The bytes that lead the two states to different ones.
  ByteSet bytes_that_differ(StateId a, StateId b) {
    ByteSet out;
    (ByteSet(states_.first_bytes(a)) | states_.first_bytes(b)).for_each([&](uint8_t byte) {
      if (next_of(a, byte) != next_of(b, byte)) out.insert(byte);
    });
    return out;
  }

  /// The part of all tokens, in percent, that begin with one of the bytes.
  static uint32_t share_of(const TokenTrie& trie, const ByteSet& bytes) {
    size_t tokens = 0;
    for (uint32_t i = trie.children_begin(0); i < trie.children_end(0); ++i) {
      if (bytes.contains(trie.bytes()[i])) tokens += trie.tokens_below(i).size();
    }
    return static_cast<uint32_t>(tokens * 100 / std::max<size_t>(trie.tokens_below(0).size(), 1));
  }

  /// Calls `visit(token, allowed in `state`)` for every token of the trie on which the two canonical states may disagree;
  /// it begins with one of `bytes`, see bytes_that_differ(). `reaches` may be null, and must be but for the vocabulary's trie.
  template <class Visit>
  void walk_difference(const TokenTrie& trie, GroupReaches* reaches, StateId state, StateId model, const ByteSet& bytes, Visit&& visit) {
    Level* level = start(trie, state, bytes);
    level->model = model;
    uint32_t visited = 0;
    for (uint32_t i; (i = next_node(trie, level)) != 0;) {
      const uint8_t byte = trie.bytes()[i];
      const StateId next = next_of(level->state, byte);
      const StateId there = next_of(level->model, byte);
      if (next == there) continue;
      if (next != kDeadState && there != kDeadState && reaches != nullptr && ++visited > kPatience &&
          reaches->takes_all_below(trie, i, there) && reaches->takes_all_below(trie, i, next)) {
        continue;
      }
      if (next == kDeadState) {
        for (const uint32_t token : trie.tokens_below(i)) visit(token, false);
        continue;
      }
      if (trie.token(i) != TrieNode::kNoToken) visit(trie.token(i), true);
      if (trie.is_leaf(i)) continue;
      level = enter(trie, level, i, next, states_.first_bytes(next) | states_.first_bytes(there));
      level->model = there;
    }
  }

 private:
  static constexpr uint32_t kBeside = 0xffffffff;  // something else was read
  /// Walks that go on beyond so many nodes ask what may be skipped.
  static constexpr uint32_t kPatience = 1000;

  /// A node on the path, and how far its children have been looked at.
  struct Level {
    uint32_t at, end;   ///< children to look at
    StateId state;      ///< at the node
    StateId model;      ///< walk_difference: the other state
    ByteSet first;      ///< bytes worth a look
    uint32_t characters;  ///< walk_beside: of the reach that were read, or kBeside
  };

  /// The canonical state after a byte.
  StateId next_of(StateId state, uint8_t byte) {
    return states_.first_bytes(state).contains(byte) ? states_.canonical(states_.step(state, byte)) : kDeadState;
  }

  Level* start(const TokenTrie& trie, StateId from) { return start(trie, from, states_.first_bytes(from)); }
  Level* start(const TokenTrie& trie, StateId from, const ByteSet& bytes) {
    path_.resize(trie.max_depth() + 1);
    return begin(path_.data(), trie, 0, from, bytes);
  }
  Level* enter(const TokenTrie& trie, Level* level, uint32_t node, StateId state) {
    return begin(level + 1, trie, node, state, states_.first_bytes(state));
  }
  Level* enter(const TokenTrie& trie, Level* level, uint32_t node, StateId state, const ByteSet& bytes) {
    return begin(level + 1, trie, node, state, bytes);
  }

  /// The children of `node` that begin with one of `bytes` are to be looked at.
  static Level* begin(Level* level, const TokenTrie& trie, uint32_t node, StateId state, const ByteSet& bytes) {
    constexpr uint32_t kMany = 16;
    uint32_t at = trie.children_begin(node);
    uint32_t end = trie.children_end(node);
    if (end - at >= kMany && !bytes.empty()) {
      const uint8_t* all = trie.bytes();
      at = static_cast<uint32_t>(std::lower_bound(all + at, all + end, bytes.min()) - all);
      end = static_cast<uint32_t>(std::upper_bound(all + at, all + end, bytes.max()) - all);
    }
    *level = {at, end, state, kDeadState, bytes, 0};
    return level;
  }

  template <class Visit>
  void run(const TokenTrie& trie, Level* level, Visit&& visit) {
    for (uint32_t i; (i = next_node(trie, level)) != 0;) {
      const StateId next = states_.canonical(states_.step(level->state, trie.bytes()[i]));
      if (next == kDeadState) continue;
      if (trie.token(i) != TrieNode::kNoToken) {
        const StateId after = states_.end_token(next);
        if (after != kDeadState) visit(trie.token(i), after);
      }
      if (trie.is_leaf(i)) continue;
      level = enter(trie, level, i, next);
    }
  }

  /// The next node whose byte may lead on, in depth-first order; `level` becomes that of its parent. 0 at the end.
  uint32_t next_node(const TokenTrie& trie, Level*& level) {
    const uint8_t* bytes = trie.bytes();
    for (;;) {
      while (level->at < level->end) {
        const uint32_t node = level->at++;
        if (level->first.contains(bytes[node])) return node;
      }
      if (level == path_.data()) return 0;
      --level;
    }
  }

  StateTable& states_;
  std::vector<Level> path_;
};

}  // namespace surecall

#pragma once
// Token budgets: the fewest tokens from a state to completion.
//
// Bytes to completion are known for every state (StateTable::cost) and, since every byte the program needs is a token
// by itself, they are a bound that is always enough. Near the end of a budget it is too coarse: then the shortest text is
// spelled in tokens (shortest_text.h), and where that is not enough either, the exact number is found by breadth-first
// search over states, one edge per token. Plain text inside strings is not enumerated: all plain tokens of one length lead
// to the same state, so one edge per length stands for them.

#include <cstdint>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "mask/mask_cache.h"
#include "mask/shortest_text.h"
#include "mask/walker.h"
#include "matcher/state_table.h"
#include "vocab/vocabulary.h"

namespace surecall {

class Budget {
 public:
  /// States that one search may open, and tokens that it may look at, before it makes do with the best way
  /// found. That is safe: it may only claim more tokens than are needed.
  static constexpr size_t kMaxOpened = 20'000;
  static constexpr size_t kMaxVisited = 4'000'000;

  Budget(const Vocabulary& vocabulary, StateTable& states, MaskCache& masks);

  /// Fewest tokens from `state` to completion, or `limit` + 1 if that is more than `limit`.
  uint32_t tokens_to_accept(StateId state, uint32_t limit);
  /// True if the text can be completed within `tokens`: the same as tokens_to_accept(state, tokens) <= tokens, but
  /// searches only if nothing simpler settles it.
  bool fits(StateId state, uint32_t tokens);
  /// The tokens after which the text can be completed in `tokens_left` - 1 further tokens.
  Mask mask_within(StateId state, uint32_t tokens_left);

  /// A state and the number of tokens that was said to complete a text from it.
  struct Promise {
    StateId state;
    uint32_t tokens;
  };
  /// What was promised for the states, for those that one token leads to from a `current` one (mask_within() may have allowed
  /// it), and for all on their ways to completion, but for what their cost alone promises. A search that starts further on may
  /// give up where the one that promised did not, so promises outlive the states.
  std::vector<Promise> promises(std::span<StateId* const> in_use, std::span<const StateId> current);
  /// Forgets everything but the promises.
  void clear(std::span<const Promise> kept);
  size_t memory_bytes() const;

 private:
  /// Tokens that complete a text from a state. Others may do so in fewer, unless that was searched.
  struct Enough {
    uint32_t tokens;
    bool is_searched;
  };
  /// Where one token leads, and how many tokens were looked at to find out.
  struct Successors {
    std::vector<StateId> states;
    size_t visited = 0;
  };

  StateId next_of_promise(StateId state, uint32_t tokens);
  const Successors& successors(StateId state);
  void find_successors(StateId state, Successors& out);
  bool is_out_of_reach(StateId state, uint32_t tokens) const;
  uint32_t spelled(StateId state);
  void promise(StateId state, uint32_t tokens, bool is_searched);
  uint32_t least(StateId state, uint32_t limit);
  uint32_t search(StateId state, uint32_t limit);

  const Vocabulary& vocabulary_;
  StateTable& states_;
  MaskCache& masks_;
  Walker walker_;
  Walker search_walker_;  // mask_within() searches while it walks
  ShortestText shortest_;
  size_t edges_ = 0;
  std::unordered_map<StateId, Successors> successors_;  // canonical states, one token apart
  std::unordered_map<StateId, Enough> enough_;
  std::unordered_map<StateId, uint32_t> more_than_;  // searched this far without success
};

}  // namespace surecall

#include "mask/budget.h"

#include <algorithm>

namespace surecall {

Budget::Budget(const Vocabulary& vocabulary, StateTable& states, MaskCache& masks)
    : vocabulary_(vocabulary), states_(states), masks_(masks), walker_(states) {}

void Budget::clear() {
  successors_.clear();
  exact_.clear();
  more_than_.clear();
  edges_ = 0;
}

size_t Budget::memory_bytes() const {
  return edges_ * sizeof(StateId) + (successors_.size() * 2 + exact_.size() + more_than_.size()) * 32;
}

uint32_t Budget::tokens_to_accept(StateId state, uint32_t limit) {
  if (state == kDeadState) return limit + 1;
  if (states_.accepting(state)) return 0;
  if (limit == 0) return 1;
  const StateId at = states_.canonical(state);
  if (const auto known = exact_.find(at); known != exact_.end()) return std::min(known->second, limit + 1);
  if (const auto known = more_than_.find(at); known != more_than_.end() && known->second >= limit) return limit + 1;
  const uint32_t tokens = search(at, limit);
  if (tokens <= limit) {
    exact_.emplace(at, tokens);
  } else {
    more_than_[at] = limit;
  }
  return tokens;
}

/// The states that one token leads to, each once. The state itself is left out: a loop shortens nothing.
const std::vector<StateId>& Budget::successors(StateId state) {
  const auto [it, is_new] = successors_.try_emplace(state);
  std::vector<StateId>& out = it->second;
  if (!is_new) return out;
  const TextSlice& slice = vocabulary_.json_text();
  const TextReach reach = masks_.text_reach(state);
  const bool sliced = reach.exact && slice.max_characters() > 0;
  StateId previous = kDeadState;
  walker_.walk(sliced ? slice.rest() : vocabulary_.trie(), state, [&](uint32_t, StateId next) {
    if (next != previous) out.push_back(states_.canonical(next));
    previous = next;
  });
  if (sliced) {
    StateId at = state;
    uint32_t characters = 0;
    for (const uint32_t length : slice.lengths()) {
      if (length > reach.characters) break;
      for (; characters < length; ++characters) at = states_.canonical(states_.step(at, Dfa::kText));
      out.push_back(at);
    }
  }
  std::vector<uint32_t> edges;
  states_.token_edges(state, edges);
  for (const uint32_t token : edges) out.push_back(states_.canonical(states_.step_token(state, token)));
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  std::erase(out, state);
  edges_ += out.size();
  return out;
}

uint32_t Budget::search(StateId from, uint32_t limit) {
  const uint32_t bound = std::min(states_.cost(from), limit + 1);
  std::unordered_map<StateId, uint32_t> level_of{{from, 0}};
  std::vector<StateId> queue{from};
  uint32_t best = bound;
  for (size_t i = 0; i < queue.size(); ++i) {
    const StateId at = queue[i];
    const uint32_t level = level_of[at];
    if (level + 1 >= best) break;
    if (queue.size() > kMaxOpened) return bound;
    for (const StateId next : successors(at)) {
      if (!level_of.try_emplace(next, level + 1).second) continue;
      if (states_.accepting(next)) {
        best = std::min(best, level + 1);
      } else if (const auto known = exact_.find(next); known != exact_.end()) {
        best = std::min(best, level + 1 + known->second);
      } else {
        queue.push_back(next);
      }
    }
  }
  return best;
}

}  // namespace surecall

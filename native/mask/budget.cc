#include "mask/budget.h"

#include <algorithm>
#include <iterator>

namespace surecall {

Budget::Budget(const Vocabulary& vocabulary, StateTable& states, MaskCache& masks)
    : vocabulary_(vocabulary), states_(states), masks_(masks), walker_(states), search_walker_(states) {}

std::vector<Budget::Promise> Budget::promises(std::span<StateId* const> in_use, std::span<const StateId> current) {
  std::vector<Promise> kept;
  if (exact_.empty()) return kept;
  std::unordered_set<StateId> seen;
  auto keep = [&](StateId at) {
    while (at > kFinishedState && seen.insert(at).second) {
      const auto known = exact_.find(at);
      if (known == exact_.end() || known->second >= states_.cost(at)) return;
      kept.push_back({at, known->second});
      at = next_of_promise(at, known->second);
    }
  };
  for (const StateId* state : in_use) {
    if (*state > kFinishedState) keep(states_.canonical(*state));
  }
  for (const StateId state : current) {
    if (state <= kFinishedState) continue;
    for (const StateId next : std::vector<StateId>(successors(states_.canonical(state)))) keep(next);
  }
  return kept;
}

/// The state after one token that keeps the promise; none if that state needs no promise of its own.
StateId Budget::next_of_promise(StateId state, uint32_t tokens) {
  StateId found = kDeadState;
  for (const StateId next : successors(state)) {
    if (states_.accepting(next) || states_.cost(next) < tokens) return kDeadState;
    const auto known = exact_.find(next);
    if (known != exact_.end() && known->second < tokens) found = next;
  }
  return found;
}

void Budget::clear(std::span<const Promise> kept) {
  successors_.clear();
  exact_.clear();
  more_than_.clear();
  edges_ = 0;
  for (const Promise& promise : kept) exact_.emplace(promise.state, promise.tokens);
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

Mask Budget::mask_within(StateId state, uint32_t tokens_left) {
  std::vector<TokenId> ids;
  if (tokens_left == 0) return Mask(std::move(ids));
  const uint32_t left = tokens_left - 1;
  // Bytes to completion bound the tokens: nearly always that settles it.
  auto fits = [&](StateId next) {
    return next != kDeadState && (states_.cost(next) <= left || tokens_to_accept(next, left) <= left);
  };
  walker_.walk(vocabulary_.trie(), states_.canonical(state), [&](uint32_t token, StateId next) {
    if (fits(next)) ids.push_back(token);
  });
  // A token that several edges accept, or that also leads on by its bytes, fits if one of these ways does.
  std::vector<StateTable::TokenEdge> edges;
  states_.token_edges(state, edges);
  std::erase_if(edges, [&](const auto& edge) { return !fits(states_.after(edge)); });
  for (const auto& [tokens, to] : edges) {
    if (!tokens->negated) ids.insert(ids.end(), tokens->ids.begin(), tokens->ids.end());
    for (TokenId id = 0; tokens->negated && id < vocabulary_.size(); ++id) {
      if (tokens->contains(id)) ids.push_back(id);
    }
  }
  if (states_.accepting(state) && state != kFinishedState) std::ranges::copy(vocabulary_.end_tokens(), std::back_inserter(ids));
  return Mask::of(std::move(ids), vocabulary_.mask_words());
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
  search_walker_.walk(sliced ? slice.rest() : vocabulary_.trie(), state, [&](uint32_t, StateId next) {
    if (next != previous) out.push_back(states_.canonical(next));
    previous = next;
  });
  if (sliced) {
    StateId at = state;
    uint32_t characters = 0;
    for (const uint32_t length : slice.lengths()) {
      if (length > reach.characters) break;
      for (; characters < length; ++characters) at = states_.canonical(states_.step(at, Dfa::kText));
      out.push_back(states_.canonical(states_.end_token(at)));
    }
  }
  // Each way of reading a token by itself: together they lead to the union of what they lead to.
  std::vector<StateTable::TokenEdge> edges;
  states_.token_edges(state, edges);
  for (const auto& edge : edges) out.push_back(states_.canonical(states_.after(edge)));
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  std::erase(out, state);
  edges_ += out.size();
  return out;
}

uint32_t Budget::search(StateId from, uint32_t limit) {
  struct Opened {
    StateId state;
    uint32_t level;
    size_t parent;
  };
  std::vector<Opened> queue{{from, 0, 0}};
  std::unordered_set<StateId> seen{from};
  uint32_t best = std::min(states_.cost(from), limit + 1);
  size_t last = 0;
  for (size_t i = 0; i < queue.size() && queue.size() <= kMaxOpened; ++i) {
    const uint32_t level = queue[i].level + 1;
    if (level >= best) break;
    for (const StateId next : successors(queue[i].state)) {
      if (!seen.insert(next).second) continue;
      const auto known = exact_.find(next);
      const bool accepting = states_.accepting(next);
      if (!accepting && known == exact_.end()) {
        queue.push_back({next, level, i});
      } else if (const uint32_t tokens = level + (accepting ? 0 : known->second); tokens < best) {
        best = tokens;
        last = i;
      }
    }
  }
  // What was promised for this state must hold for those on the way, even if a search from them would give up.
  for (size_t i = last; i != 0; i = queue[i].parent) exact_.emplace(queue[i].state, best - queue[i].level);
  return best;
}

}  // namespace surecall

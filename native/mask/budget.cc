#include "mask/budget.h"

#include <algorithm>
#include <iterator>

namespace surecall {

Budget::Budget(const Vocabulary& vocabulary, StateTable& states, MaskCache& masks)
    : vocabulary_(vocabulary), states_(states), masks_(masks), walker_(states), search_walker_(states),
      shortest_(vocabulary.trie(), states) {}

std::vector<Budget::Promise> Budget::promises(std::span<StateId* const> in_use, std::span<const StateId> current) {
  std::vector<Promise> kept;
  if (enough_.empty()) return kept;
  std::unordered_set<StateId> seen;
  auto keep = [&](StateId at) {
    while (at > kFinishedState && seen.insert(at).second) {
      const auto known = enough_.find(at);
      // What was spelled is spelled again.
      if (known == enough_.end() || !known->second.is_searched || known->second.tokens >= states_.cost(at)) return;
      kept.push_back({at, known->second.tokens});
      at = next_of_promise(at, known->second.tokens);
    }
  };
  for (const StateId* state : in_use) {
    if (*state > kFinishedState) keep(states_.canonical(*state));
  }
  for (const StateId state : current) {
    if (state <= kFinishedState) continue;
    for (const StateId next : std::vector<StateId>(successors(states_.canonical(state)).states)) keep(next);
  }
  return kept;
}

/// The state after one token that keeps the promise; none if that state needs no promise of its own.
StateId Budget::next_of_promise(StateId state, uint32_t tokens) {
  StateId found = kDeadState;
  for (const StateId next : successors(state).states) {
    if (states_.accepting(next) || states_.cost(next) < tokens) return kDeadState;
    const auto known = enough_.find(next);
    if (known != enough_.end() && known->second.tokens < tokens) found = next;
  }
  return found;
}

void Budget::clear(std::span<const Promise> kept) {
  successors_.clear();
  enough_.clear();
  more_than_.clear();
  edges_ = 0;
  for (const Promise& promise : kept) enough_.emplace(promise.state, Enough{promise.tokens, true});
}

size_t Budget::memory_bytes() const {
  return edges_ * sizeof(StateId) + successors_.size() * 80 + (enough_.size() + more_than_.size()) * 32;
}

uint32_t Budget::tokens_to_accept(StateId state, uint32_t limit) {
  return least(state, limit);
}

bool Budget::fits(StateId state, uint32_t tokens) {
  if (state == kDeadState) return false;
  // Bytes to completion bound the tokens: nearly always that settles it.
  if (states_.cost(state) <= tokens) return true;
  const StateId at = states_.canonical(state);
  return !is_out_of_reach(at, tokens) && (spelled(at) <= tokens || least(at, tokens) <= tokens);
}

/// No tokens are long enough.
bool Budget::is_out_of_reach(StateId state, uint32_t tokens) const {
  return states_.cost(state) > uint64_t{tokens} * std::max(vocabulary_.trie().max_depth(), 1u);
}

/// Tokens of the shortest text, or what is known to be better.
uint32_t Budget::spelled(StateId state) {
  const auto known = enough_.find(state);
  if (known != enough_.end()) return known->second.tokens;
  const std::vector<StateId> way = shortest_.spell(state);
  for (size_t i = 0; i + 1 < way.size(); ++i) promise(way[i], static_cast<uint32_t>(way.size() - 1 - i), false);
  if (way.empty()) promise(state, states_.cost(state), false);
  return enough_.at(state).tokens;
}

void Budget::promise(StateId state, uint32_t tokens, bool is_searched) {
  const auto [it, is_new] = enough_.try_emplace(state, Enough{tokens, is_searched});
  if (is_new) return;
  it->second.tokens = std::min(it->second.tokens, tokens);
  it->second.is_searched = it->second.is_searched || is_searched;
}

uint32_t Budget::least(StateId state, uint32_t limit) {
  if (state == kDeadState) return limit + 1;
  if (states_.accepting(state)) return 0;
  if (limit == 0) return 1;
  const StateId at = states_.canonical(state);
  if (is_out_of_reach(at, limit)) return limit + 1;
  const uint32_t enough = spelled(at);
  if (enough_.at(at).is_searched) return std::min(enough, limit + 1);
  if (const auto known = more_than_.find(at); enough > limit && known != more_than_.end() && known->second >= limit) return limit + 1;
  const uint32_t tokens = search(at, limit);
  if (tokens <= limit) {
    promise(at, tokens, true);
  } else {
    more_than_[at] = limit;
  }
  return tokens;
}

Mask Budget::mask_within(StateId state, uint32_t tokens_left) {
  std::vector<TokenId> ids;
  if (tokens_left == 0) return Mask(std::move(ids));
  auto fits = [&](StateId next) { return this->fits(next, tokens_left - 1); };
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

const Budget::Successors& Budget::successors(StateId state) {
  const auto [it, is_new] = successors_.try_emplace(state);
  if (is_new) find_successors(state, it->second);
  return it->second;
}

/// Each state once. The state itself is left out: a loop shortens nothing.
void Budget::find_successors(StateId state, Successors& successors) {
  std::vector<StateId> out;
  const TextSlice& slice = vocabulary_.json_text();
  const TextReach reach = masks_.text_reach(state);
  const bool sliced = reach.exact && slice.max_characters() > 0;
  StateId previous = kDeadState;
  search_walker_.walk(sliced ? slice.rest() : vocabulary_.trie(), state, [&](uint32_t, StateId next) {
    if (next != previous) out.push_back(states_.canonical(next));
    previous = next;
    ++successors.visited;
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
  successors.visited += out.size();
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  std::erase(out, state);
  edges_ += out.size();
  successors.states.assign(out.begin(), out.end());  // no more memory than they need
}

uint32_t Budget::search(StateId from, uint32_t limit) {
  struct Opened {
    StateId state;
    uint32_t level;
    size_t parent;
  };
  std::vector<Opened> queue{{from, 0, 0}};
  std::unordered_set<StateId> seen{from};
  uint32_t best = std::min({states_.cost(from), spelled(from), limit + 1});
  size_t last = 0;
  size_t visited = 0;  // of this search alone: what others asked before changes nothing
  for (size_t i = 0; i < queue.size() && queue.size() <= kMaxOpened && visited <= kMaxVisited; ++i) {
    const uint32_t level = queue[i].level + 1;
    if (level >= best) break;
    const Successors& next_states = successors(queue[i].state);
    visited += next_states.visited;
    for (const StateId next : next_states.states) {
      if (!seen.insert(next).second) continue;
      const auto known = enough_.find(next);
      const bool accepting = states_.accepting(next);
      if (accepting || known != enough_.end()) {
        const uint32_t tokens = level + (accepting ? 0 : known->second.tokens);
        if (tokens < best) last = i;
        best = std::min(best, tokens);
      }
      if (!accepting && (known == enough_.end() || !known->second.is_searched)) queue.push_back({next, level, i});
    }
  }
  // What was promised for this state must hold for those on the way, even if a search from them would give up.
  for (size_t i = last; i != 0; i = queue[i].parent) promise(queue[i].state, best - queue[i].level, true);
  return best;
}

}  // namespace surecall

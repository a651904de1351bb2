#include "mask/shortest_text.h"

#include <algorithm>
#include <functional>

namespace surecall {

std::vector<StateId> ShortestText::spell(StateId from) {
  if (!find_text(from)) return {};
  places_.assign(text_.size() + 1, Place{});
  places_[0] = {0, from, 0};
  for (size_t at = 0; at < text_.size(); ++at) {
    if (places_[at].tokens == kUnreached) continue;
    if (text_[at].tokens != nullptr) {
      take_token(at);
    } else {
      take_bytes(at);
    }
  }
  const Place& last = places_.back();
  if (last.tokens == kUnreached || !states_.accepting(last.state)) return {};
  std::vector<StateId> way(last.tokens + 1);
  size_t at = text_.size();
  for (size_t i = way.size(); i-- > 0; at = places_[at].before) way[i] = places_[at].state;
  return way;
}

/// False if it is too long.
bool ShortestText::find_text(StateId from) {
  text_.clear();
  if (states_.cost(from) > kMaxBytes) return false;
  while (!states_.accepting(from)) {
    from = go_on(from);
    if (from == kDeadState) return false;
  }
  return true;
}

/// Appends one symbol by which the cost falls; kDeadState if there is none.
StateId ShortestText::go_on(StateId at) {
  const Cost rest = states_.cost(at) - 1;
  std::vector<StateTable::TokenEdge> edges;
  states_.token_edges(at, edges);
  // In the same order whenever it is asked: what was promised must be found again.
  std::ranges::sort(edges, std::less<>(), &StateTable::TokenEdge::tokens);
  for (const auto& edge : edges) {
    const StateId next = states_.canonical(states_.after(edge));
    if (next == kDeadState || states_.cost(next) != rest) continue;
    text_.push_back({0, edge.tokens});
    return next;
  }
  StateId found = kDeadState;
  ByteSet(states_.first_bytes(at)).for_each([&](uint8_t byte) {
    if (found != kDeadState) return;
    const StateId next = states_.canonical(states_.step(at, byte));
    if (next == kDeadState || states_.cost(next) != rest) return;
    text_.push_back({byte, nullptr});
    found = next;
  });
  return found;
}

void ShortestText::take_token(size_t at) {
  std::vector<StateTable::TokenEdge> edges;
  states_.token_edges(places_[at].state, edges);
  const auto edge = std::ranges::find(edges, text_[at].tokens, &StateTable::TokenEdge::tokens);
  if (edge != edges.end()) reach(at + 1, states_.canonical(states_.after(*edge)), at);
}

/// All tokens that spell what comes next.
void ShortestText::take_bytes(size_t at) {
  StateId state = places_[at].state;
  uint32_t node = 0;
  for (size_t to = at; to < text_.size() && text_[to].tokens == nullptr; ++to) {
    node = trie_.child(node, text_[to].byte);
    if (node == 0) return;
    state = states_.canonical(states_.step(state, text_[to].byte));
    if (state == kDeadState) return;
    if (trie_.token(node) != TrieNode::kNoToken) reach(to + 1, states_.end_token(state), at);
  }
}

void ShortestText::reach(size_t to, StateId state, size_t before) {
  const uint32_t tokens = places_[before].tokens + 1;
  if (state == kDeadState || tokens >= places_[to].tokens) return;
  places_[to] = {tokens, states_.canonical(state), before};
}

}  // namespace surecall

#include "mask/mask_cache.h"

#include <algorithm>
#include <bit>

namespace surecall {

Mask Mask::of(std::vector<TokenId> ids, uint32_t mask_words) {
  if (ids.size() <= kListLimit) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    return Mask(std::move(ids));
  }
  // Sorting 150,000 ids takes ten times as long as setting their bits.
  std::vector<uint32_t> words(mask_words);
  for (const TokenId id : ids) words[id >> 5] |= 1u << (id & 31);
  uint32_t count = 0;
  for (const uint32_t word : words) count += static_cast<uint32_t>(std::popcount(word));
  return Mask(std::move(words), count);
}

bool Mask::contains(TokenId id) const {
  if (is_list()) return std::ranges::binary_search(ids_, id);
  return (id >> 5) < words_.size() && (words_[id >> 5] >> (id & 31) & 1) != 0;
}

void Mask::write(std::span<uint32_t> out) const {
  if (!is_list()) {
    std::ranges::copy(words_, out.begin());
    return;
  }
  std::ranges::fill(out, 0u);
  for (const TokenId id : ids_) out[id >> 5] |= 1u << (id & 31);
}

MaskCache::MaskCache(const Vocabulary& vocabulary, StateTable& states, size_t limit_bytes)
    : vocabulary_(vocabulary), states_(states), limit_bytes_(limit_bytes), walker_(states) {}

void MaskCache::clear() {
  masks_.clear();
  reaches_.clear();
  bytes_ = 0;
}

const std::shared_ptr<const Mask>& MaskCache::mask(StateId state) {
  const StateId canonical = states_.canonical(state);
  const auto known = masks_.find(canonical);
  if (known != masks_.end()) return known->second;
  if (bytes_ > limit_bytes_) clear();
  auto mask = std::make_shared<const Mask>(compute(canonical));
  bytes_ += mask->memory_bytes();
  return masks_.emplace(canonical, std::move(mask)).first->second;
}

TextReach MaskCache::text_reach(StateId state) {
  const auto known = reaches_.find(state);
  if (known != reaches_.end()) return known->second;
  const uint32_t enough = vocabulary_.json_text().max_characters();
  TextReach reach;
  StateId at = state;
  while (reach.characters < enough) {
    const StateId next = states_.step(at, Dfa::kText);
    // Tokens that are limited may not last for what such a text still needs: that is found token by token.
    if (next == kMixedState || (next != kDeadState && states_.end_token(next) == kDeadState)) break;
    if (next == kDeadState) {
      reach.exact = true;
      break;
    }
    ++reach.characters;
    const StateId canonical = states_.canonical(next);
    // Round and round: as many as any token has.
    if (canonical == at) reach.characters = enough;
    at = canonical;
  }
  if (reach.characters >= enough) reach = {enough, true};
  reaches_.emplace(state, reach);
  return reach;
}

Mask MaskCache::compute(StateId state) {
  std::vector<StateTable::TokenEdge> edges;
  if (states_.has_token_edges(state)) states_.token_edges(state, edges);
  const TokenSet* widest = nullptr;
  for (const auto& [tokens, to] : edges) {
    if (tokens->negated && (widest == nullptr || tokens->ids.size() < widest->ids.size())) widest = tokens;
  }
  if (widest != nullptr) return all_but(state, *widest, edges);
  const TextSlice& slice = vocabulary_.json_text();
  const TextReach reach = text_reach(state);
  const bool sliced = reach.exact && slice.max_characters() > 0;
  scratch_.clear();
  auto note = [this](uint32_t token, StateId) { scratch_.push_back(token); };
  std::vector<uint32_t> base;
  if (sliced) {
    walker_.walk(slice.rest(), state, note);
    const auto text = slice.mask_up_to(reach.characters);
    base.assign(text.begin(), text.end());
  } else if (const GroupLoop loop = find_loop(state); loop.to != kDeadState) {
    walker_.walk_beside(vocabulary_.trie(), vocabulary_.groups(), loop, state, note);
    base = vocabulary_.groups().mask(loop.first, loop.more);
  } else {
    walker_.walk(vocabulary_.trie(), state, note);
  }
  for (const auto& [tokens, to] : edges) scratch_.insert(scratch_.end(), tokens->ids.begin(), tokens->ids.end());
  if (states_.accepting(state) && state != kFinishedState) {
    const auto ends = vocabulary_.end_tokens();
    scratch_.insert(scratch_.end(), ends.begin(), ends.end());
  }
  return unite(std::move(base), scratch_);
}

/// A token edge allows all tokens but a few: only those are asked for.
Mask MaskCache::all_but(StateId state, const TokenSet& excluded, std::span<const StateTable::TokenEdge> edges) {
  const uint32_t size = vocabulary_.size();
  std::vector<uint32_t> words(vocabulary_.mask_words(), 0xffffffff);
  if ((size & 31) != 0) words.back() = (1u << (size & 31)) - 1;
  uint32_t count = size;
  const bool may_end = states_.accepting(state) && state != kFinishedState;
  for (const TokenId id : excluded.ids) {
    const bool by_edge = std::ranges::any_of(edges, [id](const auto& edge) { return edge.tokens->contains(id); });
    const bool allowed = by_edge || (vocabulary_.ends_generation(id) ? may_end : allows_text(state, id));
    if (allowed) continue;
    words[id >> 5] &= ~(1u << (id & 31));
    --count;
  }
  return Mask(std::move(words), count);
}

/// True if the token's bytes lead on.
bool MaskCache::allows_text(StateId state, TokenId id) {
  const std::string_view bytes = vocabulary_.bytes(id);
  if (bytes.empty() || bytes.size() > TokenTrie::kMaxTokenBytes) return false;
  for (const char c : bytes) {
    state = states_.step(state, static_cast<uint8_t>(c));
    if (state == kDeadState) return false;
  }
  return states_.end_token(state) != kDeadState;
}

/// Loops are for states in the midst of text: literals and choices of names have none worth looking for.
GroupLoop MaskCache::find_loop(StateId state) {
  // Where tokens are counted each of them must be looked at.
  if (states_.forced_byte(state) >= 0 || states_.counts_tokens(state)) return {};
  return walker_.find_loop(vocabulary_.groups(), state);
}

/// The union of a bitmap (may be empty) and a list.
Mask MaskCache::unite(std::vector<uint32_t> words, std::vector<TokenId>& others) const {
  if (words.empty()) return Mask::of(others, vocabulary_.mask_words());
  for (const TokenId id : others) words[id >> 5] |= 1u << (id & 31);
  uint32_t count = 0;
  for (const uint32_t word : words) count += static_cast<uint32_t>(std::popcount(word));
  if (count > Mask::kListLimit) return Mask(std::move(words), count);
  std::vector<TokenId> ids;
  Mask(std::move(words), count).for_each([&](TokenId id) { ids.push_back(id); });
  return Mask(std::move(ids));
}

}  // namespace surecall

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
    : vocabulary_(vocabulary), states_(states), limit_bytes_(limit_bytes), walker_(states), free_(states) {}

void MaskCache::clear() {
  masks_.clear();
  reaches_.clear();
  free_.clear();
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
  states_.token_edges(state, edges);
  const TokenSet* widest = nullptr;
  for (const auto& [tokens, to] : edges) {
    if (tokens->negated && (widest == nullptr || tokens->ids.size() < widest->ids.size())) widest = tokens;
  }
  if (widest != nullptr) return all_but(state, *widest, edges);
  const TextSlice& slice = vocabulary_.json_text();
  const TextReach reach = text_reach(state);
  const bool sliced = reach.exact && slice.max_characters() > 0;
  if (!sliced) {
    if (const auto free = free_.reach(state)) return free_text(state, *free, edges);
  }
  scratch_.clear();
  walker_.walk(sliced ? slice.rest() : vocabulary_.trie(), state, [this](uint32_t token, StateId) { scratch_.push_back(token); });
  for (const auto& [tokens, to] : edges) scratch_.insert(scratch_.end(), tokens->ids.begin(), tokens->ids.end());
  if (states_.accepting(state) && state != kFinishedState) {
    const auto ends = vocabulary_.end_tokens();
    scratch_.insert(scratch_.end(), ends.begin(), ends.end());
  }
  const uint32_t characters = sliced ? reach.characters : 0;
  return pack(slice.mask_up_to(characters), slice.count_up_to(characters), scratch_);
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

/// Free text: the slice of the tokens that are all alike, but for those that begin in a special way; then these and the rest.
Mask MaskCache::free_text(StateId state, const FreeReach& reach, std::span<const StateTable::TokenEdge> edges) {
  const auto slice = vocabulary_.free_text(reach.later);
  std::vector<uint32_t> words(slice->mask().begin(), slice->mask().end());
  const auto allow = [&words](uint32_t token, StateId = kDeadState) { words[token >> 5] |= 1u << (token & 31); };
  for (uint32_t byte = 0; byte < 256; ++byte) {
    if (((reach.now[byte >> 6] & ~reach.later[byte >> 6]) >> (byte & 63) & 1) == 0) continue;
    Walker::each_token(vocabulary_.trie(), static_cast<uint8_t>(byte), [&words](uint32_t token) { words[token >> 5] &= ~(1u << (token & 31)); });
    walker_.walk_byte(vocabulary_.trie(), state, static_cast<uint8_t>(byte), allow);
  }
  walker_.walk(slice->rest(), state, allow);
  for (const auto& [tokens, to] : edges) std::ranges::for_each(tokens->ids, [&](TokenId id) { allow(id); });
  if (states_.accepting(state)) std::ranges::for_each(vocabulary_.end_tokens(), [&](TokenId id) { allow(id); });
  uint32_t count = 0;
  for (const uint32_t word : words) count += static_cast<uint32_t>(std::popcount(word));
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

/// The union of a bitmap (may be empty) and a list, whose ids are not in the bitmap unless they came by token edges.
Mask MaskCache::pack(std::span<const uint32_t> text, uint32_t text_count, std::vector<TokenId>& others) const {
  if (text.empty()) return Mask::of(others, vocabulary_.mask_words());
  std::vector<uint32_t> words(text.begin(), text.end());
  words.resize(vocabulary_.mask_words());
  uint32_t count = text_count;
  for (const TokenId id : others) {
    uint32_t& word = words[id >> 5];
    const uint32_t bit = 1u << (id & 31);
    count += (word & bit) == 0;
    word |= bit;
  }
  return Mask(std::move(words), count);
}

}  // namespace surecall

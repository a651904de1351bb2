#include "mask/mask_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>

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
  // By the C library, which knows the processor: compiled for any x86, a loop over 19 KB takes seven times as long.
  if (!is_list()) {
    std::memcpy(out.data(), words_.data(), words_.size() * sizeof(uint32_t));
    return;
  }
  std::memset(out.data(), 0, out.size_bytes());
  for (const TokenId id : ids_) out[id >> 5] |= 1u << (id & 31);
}

MaskCache::MaskCache(const Vocabulary& vocabulary, StateTable& states, size_t limit_bytes)
    : vocabulary_(vocabulary), states_(states), limit_bytes_(limit_bytes), walker_(states), groups_(states, vocabulary.groups()) {}

void MaskCache::clear() {
  masks_.clear();
  reaches_.clear();
  groups_.clear();
  bytes_ = 0;
}

const std::shared_ptr<const Mask>& MaskCache::mask(StateId state) { return mask_of(states_.canonical(state), true); }

const std::shared_ptr<const Mask>& MaskCache::mask_of(StateId canonical, bool may_resemble) {
  const auto known = masks_.find(canonical);
  if (known != masks_.end()) return known->second;
  if (bytes_ + groups_.memory_bytes() > limit_bytes_) clear();
  auto mask = std::make_shared<const Mask>(compute(canonical, may_resemble));
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

Mask MaskCache::compute(StateId state, bool may_resemble) {
  std::vector<StateTable::TokenEdge> edges;
  if (states_.has_token_edges(state)) states_.token_edges(state, edges);
  const TokenSet* widest = nullptr;
  for (const auto& [tokens, to] : edges) {
    if (tokens->negated && (widest == nullptr || tokens->ids.size() < widest->ids.size())) widest = tokens;
  }
  if (widest != nullptr) return all_but(state, *widest, edges);
  if (edges.empty() && may_resemble) {
    if (const Resemblance model = find_model(state); model.to != kDeadState) return like(state, model);
  }
  scratch_.clear();
  TokenBits base = walk(state);
  for (const auto& [tokens, to] : edges) scratch_.insert(scratch_.end(), tokens->ids.begin(), tokens->ids.end());
  if (states_.accepting(state) && state != kFinishedState) {
    const auto ends = vocabulary_.end_tokens();
    scratch_.insert(scratch_.end(), ends.begin(), ends.end());
  }
  return unite(std::move(base), scratch_);
}

/// The tokens that the state allows by their bytes: a bitmap, and in scratch_ those that it lacks.
TokenBits MaskCache::walk(StateId state) {
  const TextSlice& slice = vocabulary_.json_text();
  const TextReach reach = text_reach(state);
  auto note = [this](uint32_t token, StateId) { scratch_.push_back(token); };
  if (reach.exact && slice.max_characters() > 0) {
    if (is_free_text(state)) return walk_free_text(state);
    walker_.walk(slice.rest(), state, note);
    const auto text = slice.mask_up_to(reach.characters);
    return {{text.begin(), text.end()}, slice.count_up_to(reach.characters)};
  }
  // Literals and choices of names have no reach worth looking for; where tokens are counted each must be looked at.
  if (states_.forced_byte(state) >= 0 || states_.counts_tokens(state)) {
    walker_.walk(vocabulary_.trie(), state, note);
    return {};
  }
  walker_.walk_beside(vocabulary_.trie(), vocabulary_.groups(), groups_, state, [this](uint32_t token) { scratch_.push_back(token); });
  const GroupReach& known = groups_.reach(state);
  if (known.characters == 0) return {};
  const auto tokens = vocabulary_.groups().mask(known.first, known.more, known.characters);
  return {tokens->words, tokens->count};
}

/// Plain text leads back to the state itself.
bool MaskCache::is_free_text(StateId state) {
  return !states_.counts_tokens(state) && states_.canonical(states_.step(state, Dfa::kText)) == state;
}

/// The tokens of a state in the midst of a text are those that stay in the text, which are known for all copies of it, and
/// those that leave it.
TokenBits MaskCache::walk_free_text(StateId state) {
  const TextSlice& slice = vocabulary_.json_text();
  auto note = [&](uint32_t ending, StateId) {
    const auto tokens = slice.tokens_with_ending(ending);
    scratch_.insert(scratch_.end(), tokens.begin(), tokens.end());
  };
  if (const auto text = states_.in_text(state)) {
    const InnerTextKey key{text->place.text, text->place.row, text->count};
    auto inner = vocabulary_.inner_texts().find(key);
    if (!inner) inner = vocabulary_.inner_texts().add(key, find_inner_text(state, *text));
    if (inner->known) {
      const ByteSet leaving = states_.first_bytes_outside(state, *text);
      for (const uint32_t node : inner->returns) walker_.walk_below(slice.endings(), node, leaving, state, note);
      return inner->tokens;
    }
  }
  walker_.walk(slice.endings(), state, note);
  const auto plain = slice.mask_up_to(slice.max_characters());
  return {{plain.begin(), plain.end()}, slice.count_up_to(slice.max_characters())};
}

InnerText MaskCache::find_inner_text(StateId state, const StateTable::InText& text) {
  const TextSlice& slice = vocabulary_.json_text();
  const auto plain = slice.mask_up_to(slice.max_characters());
  InnerText out{{{plain.begin(), plain.end()}, slice.count_up_to(slice.max_characters())}, {0}, true};
  out.known = walker_.walk_inside(slice.endings(), state, text, [&](uint32_t node, StateId at) {
    if (slice.endings().token(node) != TrieNode::kNoToken) {
      for (const uint32_t token : slice.tokens_with_ending(slice.endings().token(node))) {
        out.tokens.words[token >> 5] |= 1u << (token & 31);
        ++out.tokens.count;
      }
    }
    if (slice.endings().is_leaf(node)) return true;
    if (at == state) out.returns.push_back(node);
    return at == state || states_.configurations(at).size() == 1;
  });
  return out;
}

/// A state that most tokens cannot tell from this one, such as that of any name from that of a name which could still
/// become a listed one; or kDeadState.
MaskCache::Resemblance MaskCache::find_model(StateId state) {
  if (states_.forced_byte(state) >= 0 || states_.counts_tokens(state)) return {};
  StateId model = states_.step(state, Dfa::kText);
  // Names that are told apart are usually ASCII: characters beyond lead to any other name.
  if (model <= kFinishedState) model = states_.step(state, Dfa::kBeyond);
  model = model > kFinishedState ? states_.canonical(model) : groups_.loop(state);
  if (model <= kFinishedState || model == state) return {};
  if (states_.accepting(model) || states_.accepting(state) || states_.has_token_edges(model) || states_.counts_tokens(model)) return {};
  const ByteSet differing = walker_.bytes_that_differ(state, model);
  if (states_.takes_plain_text(state) && states_.takes_plain_text(model)) return {model, differing, true};
  if (Walker::share_of(vocabulary_.trie(), differing) > kMostThatMayDiffer) return {};
  return {model, differing, false};
}

/// The mask of a state from that of another: only the tokens on which the two disagree are looked at.
Mask MaskCache::like(StateId state, const Resemblance& model) {
  const std::shared_ptr<const Mask> known = mask_of(model.to, false);
  TokenBits out{std::vector<uint32_t>(vocabulary_.mask_words()), known->count()};
  known->write(out.words);
  // Where both allow all plain text, only the other tokens can tell them apart.
  const TokenTrie& trie = model.in_text ? vocabulary_.json_text().rest() : vocabulary_.trie();
  walker_.walk_difference(trie, model.in_text ? nullptr : &groups_, state, model.to, model.differing, [&](uint32_t token, bool allowed) {
    uint32_t& word = out.words[token >> 5];
    const uint32_t bit = 1u << (token & 31);
    if (((word & bit) != 0) == allowed) return;
    word ^= bit;
    out.count += allowed ? 1 : ~0u;
  });
  scratch_.clear();
  return unite(std::move(out), scratch_);
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

/// The union of a bitmap (may be empty) and a list.
Mask MaskCache::unite(TokenBits base, std::vector<TokenId>& others) const {
  auto& [words, count] = base;
  if (words.empty()) return Mask::of(others, vocabulary_.mask_words());
  for (const TokenId id : others) {
    const uint32_t bit = 1u << (id & 31);
    count += (words[id >> 5] & bit) == 0;
    words[id >> 5] |= bit;
  }
  if (count > Mask::kListLimit) return Mask(std::move(words), count);
  std::vector<TokenId> ids;
  Mask(std::move(words), count).for_each([&](TokenId id) { ids.push_back(id); });
  return Mask(std::move(ids));
}

}  // namespace surecall

#include "decode/stored_prefixes.h"

#include <optional>

namespace surecall {

void StoredPrefixes::fetch(std::span<const TokenId> prompt) {
  if (store_.known(prompt) < cache_.known(prompt) + kLeastTokens) return;
  const std::optional<PrefixStore::Prefix> stored = store_.load(prompt);
  if (!stored) return;
  bool restored = model_.restore(scratch_, stored->state);
  while (!restored && cache_.evict()) restored = model_.restore(scratch_, stored->state);
  // Only what the prompt begins with: the rest would only take up cells.
  const size_t common = common_prefix(stored->tokens, prompt);
  if (restored && model_.holds(scratch_, stored->tokens.size())) cache_.keep(scratch_, std::span(stored->tokens).first(common));
  model_.cut(scratch_, 0);
}

void StoredPrefixes::save_common() {
  const std::vector<TokenId> tokens = cache_.take_common();
  if (tokens.size() >= kLeastTokens) save(tokens);
}

void StoredPrefixes::save_last() {
  const std::vector<TokenId>& last = cache_.last();
  if (last.size() >= kLeastTokens && store_.known(last) < last.size() / 2) save(last);
}

void StoredPrefixes::save(std::span<const TokenId> tokens) {
  if (store_.known(tokens) == tokens.size()) return;
  const size_t held = cache_.take(scratch_, tokens);
  if (held == tokens.size()) {
    std::vector<uint8_t> state = model_.save(scratch_);
    if (!state.empty()) store_.save({{tokens.begin(), tokens.end()}, std::move(state)});
  }
  model_.cut(scratch_, 0);
}

}  // namespace surecall

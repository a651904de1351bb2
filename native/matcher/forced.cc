// Fast-forward: what every continuation starts with, as the tokens that the model was trained to see.

#include <algorithm>

#include "mask/template.h"
#include "matcher/matcher.h"

namespace surecall {
namespace {

/// Bytes of text to the left that can change how a token boundary falls. Splitting rules look a word or two back.
constexpr size_t kContextBytes = 32;

}  // namespace

std::string Matcher::forced_bytes() {
  const auto guard = lock();
  StateTable& states = template_->states();
  std::string bytes;
  StateId at = state();
  for (int byte; bytes.size() < kMaxForcedBytes && (byte = states.forced_byte(at)) >= 0;) {
    bytes.push_back(static_cast<char>(byte));
    at = states.step(at, static_cast<uint32_t>(byte));
  }
  return bytes;
}

Forced Matcher::forced() {
  Forced result;
  result.bytes = forced_bytes();
  const auto guard = lock();
  StateTable& states = template_->states();
  if (result.bytes.empty()) {
    std::vector<StateTable::TokenEdge> edges;
    states.token_edges(state(), edges);
    const bool is_only_way = edges.size() == 1 && !states.accepting(state()) && states.configurations(state()).size() == 1;
    if (is_only_way && !edges[0].tokens->negated && edges[0].tokens->ids.size() == 1) result.tokens = edges[0].tokens->ids;
    return result;
  }
  const StateId end = step_bytes(state(), result.bytes);
  const std::vector<TokenId> tokens = tokenize_after_context(result.bytes);
  const size_t stay = tokens_that_stay(result.bytes, tokens, end);
  result.tokens.assign(tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(stay));
  result.held_back.assign(tokens.begin() + static_cast<ptrdiff_t>(stay), tokens.end());
  return result;
}

size_t Matcher::settled_tokens(std::string_view text, std::span<const TokenId> tokens) {
  const auto guard = lock();
  return tokens_that_stay(text, tokens, step_bytes(state(), text));
}

/// The last text of whole tokens, as far back as it matters; nothing before a control token does.
std::string_view Matcher::left_context() const {
  size_t first = history_.size();
  const auto is_control = [this](const Step& step) {
    return step.token != kNoToken && template_->vocabulary().bytes(step.token).empty();
  };
  while (first > 1 && !is_control(history_[first - 1]) && text_.size() - history_[first - 2].text_size <= kContextBytes) --first;
  return std::string_view(text_).substr(history_[first - 1].text_size);
}

std::vector<TokenId> Matcher::tokenize_after_context(std::string_view bytes) const {
  const Vocabulary& vocabulary = template_->vocabulary();
  const std::string_view context = left_context();
  std::vector<TokenId> tokens = vocabulary.tokenize(std::string(context).append(bytes));
  size_t at = 0;
  size_t index = 0;
  while (index < tokens.size() && at < context.size()) at += vocabulary.bytes(tokens[index++]).size();
  // Without a boundary where the context ends, the chosen tokens stand and the forced text starts afresh.
  if (at != context.size()) return vocabulary.tokenize(bytes);
  tokens.erase(tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(index));
  return tokens;
}

// An allowed token that begins in the forced text and reaches beyond it would merge what follows with its end. Tokens
// that end before the first byte where one could begin stay; the others are held back.
size_t Matcher::tokens_that_stay(std::string_view bytes, std::span<const TokenId> tokens, StateId end) {
  const Vocabulary& vocabulary = template_->vocabulary();
  const TokenTrie& trie = vocabulary.trie();
  StateTable& states = template_->states();
  if (states.at_end(end)) return tokens.size();
  const auto reaches_beyond = [&](std::string_view beginning) {
    const uint32_t node = trie.find(beginning);
    if (node == 0) return false;
    for (uint32_t child = trie.children_begin(node); child < trie.children_end(node); ++child) {
      if (states.step(end, trie.bytes()[child]) != kDeadState) return true;
    }
    return false;
  };
  size_t settled = bytes.size();
  for (size_t begin = bytes.size(); begin-- > 0 && bytes.size() - begin < trie.max_depth();) {
    if (reaches_beyond(bytes.substr(begin))) settled = begin;
  }
  size_t stay = 0;
  for (size_t at = 0; stay < tokens.size(); ++stay) {
    at += vocabulary.bytes(tokens[stay]).size();
    if (at > settled) break;
  }
  return stay;
}

}  // namespace surecall

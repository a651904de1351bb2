#include "vocab/vocabulary.h"

#include <algorithm>

#include "support/error.h"

namespace surecall {

Vocabulary::Vocabulary(std::span<const Token> tokens, std::unique_ptr<Tokenizer> tokenizer)
    : tokenizer_(std::move(tokenizer)) {
  constexpr size_t kMaxTokens = 1u << 24;
  if (tokens.empty()) throw Error("SURECALL_MODEL_LOAD", "the vocabulary has no tokens");
  if (tokens.size() > kMaxTokens) throw Error("SURECALL_MODEL_LOAD", "the vocabulary has more than 16,777,216 tokens");

  offsets_.reserve(tokens.size() + 1);
  kinds_.reserve(tokens.size());
  for (const Token& token : tokens) {
    offsets_.push_back(static_cast<uint32_t>(pool_.size()));
    pool_ += token.bytes;
    kinds_.push_back(token.kind);
    if (token.ends_generation) end_tokens_.push_back(static_cast<TokenId>(kinds_.size() - 1));
  }
  offsets_.push_back(static_cast<uint32_t>(pool_.size()));
  pool_.shrink_to_fit();

  std::vector<std::pair<std::string_view, uint32_t>> text = text_tokens();
  for (const auto& [spelled, id] : text) {
    if (spelled.size() == 1) has_byte_[static_cast<uint8_t>(spelled[0])] = true;
  }
  json_text_ = TextSlice(text, mask_words());
  trie_ = TokenTrie(text);
  groups_ = GroupSlice(text, trie_, mask_words());
}

/// (bytes, id) of every token that stands for its bytes.
std::vector<std::pair<std::string_view, uint32_t>> Vocabulary::text_tokens() const {
  std::vector<std::pair<std::string_view, uint32_t>> text;
  text.reserve(size());
  auto end = end_tokens_.begin();
  for (TokenId id = 0; id < size(); ++id) {
    // A text token that ends generation means only that: as text it would leave the answer open.
    if (end != end_tokens_.end() && *end == id) {
      ++end;
      continue;
    }
    const std::string_view spelled = bytes(id);
    if (!spelled.empty()) text.emplace_back(spelled, id);
  }
  return text;
}

bool Vocabulary::ends_generation(TokenId id) const {
  return std::binary_search(end_tokens_.begin(), end_tokens_.end(), id);
}

std::vector<TokenId> Vocabulary::markers() const {
  std::vector<TokenId> markers;
  for (TokenId id = 0; id < size(); ++id) {
    const std::string_view spelled = spelling(id);
    const bool is_text_marker = kinds_[id] == TokenKind::text && spelled.size() > 4 && spelled.starts_with("<|") && spelled.ends_with("|>");
    if (kinds_[id] == TokenKind::control || is_text_marker) markers.push_back(id);
  }
  return markers;
}

TokenId Vocabulary::find(std::string_view spelled) const {
  TokenId found = size();
  for (TokenId id = 0; id < size(); ++id) {
    const bool fits = kinds_[id] != TokenKind::unused && spelling(id) == spelled;
    if (fits && kinds_[id] == TokenKind::control) return id;
    if (fits && found == size()) found = id;
  }
  return found;
}

std::vector<TokenId> Vocabulary::tokenize(std::string_view text, bool parse_special) const {
  std::vector<TokenId> out;
  if (tokenizer_) {
    tokenizer_->tokenize(text, parse_special, out);
  } else {
    tokenize_greedily(text, out);
  }
  return out;
}

void Vocabulary::tokenize_greedily(std::string_view text, std::vector<TokenId>& out) const {
  for (size_t at = 0; at < text.size();) {
    size_t longest = 0;
    TokenId best = 0;
    uint32_t node = 0;
    for (size_t end = at; end < text.size(); ++end) {
      node = trie_.child(node, static_cast<uint8_t>(text[end]));
      if (node == 0) break;
      if (trie_.token(node) != TrieNode::kNoToken) {
        longest = end + 1 - at;
        best = trie_.token(node);
      }
    }
    if (longest == 0) throw Error("SURECALL_NATIVE", "the vocabulary has no token for a byte of the text");
    out.push_back(best);
    at += longest;
  }
}

std::string Vocabulary::detokenize(std::span<const TokenId> ids) const {
  std::string text;
  for (const TokenId id : ids) {
    if (id >= size()) throw Error("SURECALL_INVALID_OPTION", "token id " + std::to_string(id) + " is not in the vocabulary");
    text += bytes(id);
  }
  return text;
}

size_t Vocabulary::memory_bytes() const {
  return pool_.capacity() + offsets_.capacity() * sizeof(uint32_t) + kinds_.capacity() * sizeof(TokenKind) +
         trie_.memory_bytes() + json_text_.memory_bytes() + groups_.memory_bytes() + inner_texts_->memory_bytes() +
         sizeof(*this);
}

}  // namespace surecall

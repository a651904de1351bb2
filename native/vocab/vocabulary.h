#pragma once
// The vocabulary: what every token id means in bytes, and the trie that lets a mask visit all of them at once.
// This folder knows tokens and bytes; it has never heard of grammars.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vocab/group_slice.h"
#include "vocab/inner_text.h"
#include "vocab/recent.h"
#include "vocab/text_slice.h"
#include "vocab/trie.h"

namespace surecall {

using TokenId = uint32_t;

enum class TokenKind : uint8_t {
  text,     ///< stands for its bytes
  control,  ///< has a meaning but no bytes (<|im_end|>); only a token edge can accept it
  unused,   ///< padding of the embedding table; never allowed
};

/// One row of the token table as a loader hands it over. `bytes` are the true bytes (byte-level BPE undone);
/// for control tokens they are the name it is written with.
struct Token {
  std::string bytes;
  TokenKind kind = TokenKind::text;
  bool ends_generation = false;
};

/// Splits text into the tokens that the model was trained on. Implemented over llama.cpp in decode/.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// Appends the canonical tokens of `text` to `out`. User-defined tokens with bytes are recognised; control
  /// tokens are recognised only with `parse_special`. Adds no beginning-of-sequence token.
  virtual void tokenize(std::string_view text, bool parse_special, std::vector<TokenId>& out) const = 0;
};

/// Immutable after construction, but for what it remembers, and safe to share between threads.
class Vocabulary {
 public:
  /// Takes the token table; ids are positions. `tokenizer` may be null (then forced tokens are spelled greedily).
  /// Throws Error SURECALL_MODEL_LOAD if the table is empty or larger than the trie can address.
  Vocabulary(std::span<const Token> tokens, std::unique_ptr<Tokenizer> tokenizer);

  uint32_t size() const { return static_cast<uint32_t>(kinds_.size()); }
  /// Bytes that token `id` contributes to the text; empty for control and unused tokens.
  std::string_view bytes(TokenId id) const {
    return kinds_[id] == TokenKind::text ? spelling(id) : std::string_view{};
  }
  /// How the token is written: its bytes, or the name of a control token.
  std::string_view spelling(TokenId id) const {
    return std::string_view(pool_).substr(offsets_[id], offsets_[id + 1] - offsets_[id]);
  }
  /// The token that is written like this, control tokens first; size() if there is none.
  TokenId find(std::string_view spelled) const;
  TokenKind kind(TokenId id) const { return kinds_[id]; }
  bool ends_generation(TokenId id) const;
  /// Tokens that end generation, ascending.
  std::span<const TokenId> end_tokens() const { return end_tokens_; }
  /// Tokens that give a conversation its structure, ascending: control tokens, and text tokens that are spelled like one,
  /// `<|...|>`. (llama.cpp turns some of gpt-oss's into text so that they are shown.)
  std::vector<TokenId> markers() const;
  /// Words of a mask over this vocabulary: bit (id & 31) of word (id >> 5).
  uint32_t mask_words() const { return (size() + 31) / 32; }

  const TokenTrie& trie() const { return trie_; }
  /// Tokens that are pure JSON-string content, by length in characters.
  const TextSlice& json_text() const { return json_text_; }
  /// All text tokens by the groups of their characters.
  const GroupSlice& groups() const { return groups_; }
  using InnerTexts = Recent<InnerTextKey, InnerText, 64>;
  /// What is known of texts that occur in many templates.
  InnerTexts& inner_texts() const { return *inner_texts_; }
  /// True if the single byte `b` is a token, so that any text of such bytes can be spelled.
  bool has_byte(uint8_t b) const { return has_byte_[b]; }

  /// Canonical tokens of `text` (see Tokenizer). Without a tokenizer: greedy longest match.
  std::vector<TokenId> tokenize(std::string_view text, bool parse_special = false) const;
  std::string detokenize(std::span<const TokenId> ids) const;
  /// Bytes of memory held by these structures.
  size_t memory_bytes() const;

 private:
  std::vector<std::pair<std::string_view, uint32_t>> text_tokens() const;
  void tokenize_greedily(std::string_view text, std::vector<TokenId>& out) const;

  std::string pool_;
  std::vector<uint32_t> offsets_;
  std::vector<TokenKind> kinds_;
  std::vector<TokenId> end_tokens_;
  bool has_byte_[256] = {};
  std::unique_ptr<Tokenizer> tokenizer_;
  TokenTrie trie_;
  TextSlice json_text_;
  GroupSlice groups_;
  std::unique_ptr<InnerTexts> inner_texts_ = std::make_unique<InnerTexts>();
};

}  // namespace surecall

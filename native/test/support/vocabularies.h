#pragma once
// Vocabularies to test with: one that can be checked by eye, and random ones with everything that real ones contain.

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "test/support/random.h"
#include "vocab/vocabulary.h"

namespace surecall::test {

inline std::shared_ptr<const Vocabulary> share(const std::vector<Token>& tokens) {
  return std::make_shared<const Vocabulary>(tokens, nullptr);
}

// 26 tokens. Ids stand behind the bytes; a byte without one is no token. "a" exists twice.
//
//   (root)
//    ├─ "  10 ─┬─ ,  15 ─── "  16
//    │         └─ }  17
//    ├─ ,  11
//    ├─ :  12
//    ├─ a   0
//    ├─ a  22 ─── b   3 ─── c   5 ─── "  18
//    ├─ b   1 ─┬─ b   4
//    │         └─ c  19
//    ├─ c   2
//    ├─ {  13 ─── "  20
//    ├─ }  14
//    ├─ 82  8                              the middle of €
//    ├─ AC  9                              its end
//    ├─ C3 ────── A9  6 ─── "  21          é
//    └─ E2  7                              the beginning of €, which is E2 82 AC
//
//   23 <|call|> control   24 <|end|> control, ends generation   25 unused padding, spelled "a"
namespace tree {
enum : TokenId {
  a, b, c, ab, bb, abc, e_acute, euro_1, euro_2, euro_3, quote, comma, colon, open, close, quote_comma, quote_comma_quote,
  quote_close, abc_quote, bc, open_quote, e_acute_quote, a_again, call, end, padding, size
};
}  // namespace tree

inline std::vector<Token> tree_tokens() {
  std::vector<Token> tokens;
  for (const char* text : {"a", "b", "c", "ab", "bb", "abc", "\xc3\xa9", "\xe2", "\x82", "\xac", "\"", ",", ":", "{", "}", "\",",
                           "\",\"", "\"}", "abc\"", "bc", "{\"", "\xc3\xa9\"", "a"}) {
    tokens.push_back({text});
  }
  tokens.push_back({"<|call|>", TokenKind::control});
  tokens.push_back({"<|end|>", TokenKind::control, true});
  tokens.push_back({"a", TokenKind::unused});
  return tokens;
}

/// What a random vocabulary is made of.
struct VocabularyShape {
  uint32_t words = 300;          ///< tokens beside the single bytes and the special ones
  std::string letters = "abcd";  ///< of which words are made; few letters make many tokens match
  bool all_bytes = true;         ///< else only printable ASCII
};

/// Special tokens stand at the end: two control tokens, an unused one, a control and a text token that end generation.
struct RandomVocabulary {
  std::shared_ptr<const Vocabulary> vocabulary;
  TokenId control_1, control_2, unused, end, text_end;
};

inline std::string random_word(Random& random, const std::string& letters) {
  static const std::vector<std::string> structure{
      "\"", "\"", ",", ":", "{", "}", "[", "]", " ", "\",\"", "\"}", "\":", "\": \"", "\",", "{\"", "[\"", "}}", "]}", "],[",
      "\\", "\\\"", "\\n", "\\u00", "\\u", "\n", "\t", "true", "false", "null", "tru", "nul", "-", "0", "1", "12", "3.5", "e+", ".0"};
  static const std::vector<std::string> characters{"é", "ß", "€", "中", "文字", "😀", "🎉", "\xef\xbf\xbd", "\x7f"};
  std::string word;
  switch (random.below(6)) {
    case 0: word = random.text(letters, random.between(1, 3)); break;
    case 1: word = random.text(letters, random.between(2, 9)); break;
    case 2:
      for (uint32_t i = random.between(1, 3); i > 0; --i) word += random.pick(structure);
      break;
    case 3: {
      // Drawn one after another: compilers differ in which operand of + they evaluate first.
      const bool text_first = random.percent(50);
      const std::string text = random.text(letters, random.between(1, 4));
      const std::string& sign = random.pick(structure);
      word = text_first ? text + sign : sign + text;
      break;
    }
    case 4:
      for (uint32_t i = random.between(1, 3); i > 0; --i) word += random.pick(characters);
      if (random.percent(50)) word += random.text(letters, random.between(1, 2));
      break;
    default: {
      // A part of a character, alone or with neighbours: it begins or ends in the middle of one.
      std::string whole = random.pick(characters);
      whole += random.pick(characters);
      const uint32_t begin = random.below(static_cast<uint32_t>(whole.size()));
      word = whole.substr(begin, random.between(1, 4));
      if (random.percent(30)) word = random.text(letters, 1) + word;
      break;
    }
  }
  return word;
}

inline RandomVocabulary random_vocabulary(uint64_t seed, const VocabularyShape& shape = {}) {
  Random random(seed);
  std::vector<Token> tokens;
  for (int b = 0; b < 256; ++b) {
    if (shape.all_bytes || (b >= 0x20 && b < 0x7f)) tokens.push_back({std::string(1, static_cast<char>(b))});
  }
  for (uint32_t i = 0; i < shape.words; ++i) {
    // Some tokens are spelled like others, as in real vocabularies.
    tokens.push_back({random.percent(4) ? random.pick(tokens).bytes : random_word(random, shape.letters)});
  }
  tokens.push_back({std::string(TokenTrie::kMaxTokenBytes + 1, shape.letters[0])});  // too long ever to be chosen
  tokens.push_back({random.text(shape.letters, 40)});
  tokens.push_back({std::string(30, ' ')});
  // Ids should not tell what a token is.
  for (size_t i = tokens.size(); i-- > 1;) std::swap(tokens[i], tokens[random.below(static_cast<uint32_t>(i) + 1)]);
  const TokenId first = static_cast<TokenId>(tokens.size());
  tokens.push_back({"<tool_call>", TokenKind::control});
  tokens.push_back({"</tool_call>", TokenKind::control});
  tokens.push_back({std::string(1, shape.letters[0]), TokenKind::unused});
  tokens.push_back({"<|im_end|>", TokenKind::control, true});
  tokens.push_back({std::string(1, shape.letters[0]), TokenKind::text, true});
  return {share(tokens), first, first + 1, first + 2, first + 3, first + 4};
}

/// A few words over a small alphabet, so that breadth-first search over all tokens is quick.
inline std::shared_ptr<const Vocabulary> small_vocabulary(uint64_t seed, const std::string& bytes, uint32_t words) {
  Random random(seed);
  std::vector<Token> tokens;
  for (const char b : bytes) tokens.push_back({std::string(1, b)});
  for (uint32_t i = 0; i < words; ++i) tokens.push_back({random.text(bytes, random.between(2, 5))});
  tokens.push_back({"<|call|>", TokenKind::control});
  tokens.push_back({"<|end|>", TokenKind::control, true});
  return share(tokens);
}

}  // namespace surecall::test

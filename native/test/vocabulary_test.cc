// The token table, the trie and the text slices.

#include "vocab/vocabulary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "support/error.h"
#include "test/support/vocabularies.h"
#include "vocab/utf8.h"

namespace surecall::test {
namespace {

/// The bytes of every node, by following the children.
std::vector<std::string> spellings(const TokenTrie& trie) {
  std::vector<std::string> out(trie.size());
  for (uint32_t node = 0; node < trie.size(); ++node) {
    for (uint32_t i = trie.children_begin(node); i < trie.children_end(node); ++i) out[i] = out[node] + static_cast<char>(trie.bytes()[i]);
  }
  return out;
}

TEST(Trie, LiesFlatBreadthFirst) {
  constexpr TokenId no = TrieNode::kNoToken;
  const struct {
    std::string_view spelling;
    uint32_t children, below;  // how many
    TokenId token;
  } rows[] = {{"", 13, 23, no},
              {"\"", 2, 4, tree::quote},
              {",", 0, 1, tree::comma},
              {":", 0, 1, tree::colon},
              {"a", 0, 1, tree::a},
              {"a", 1, 4, tree::a_again},
              {"b", 2, 3, tree::b},
              {"c", 0, 1, tree::c},
              {"{", 1, 2, tree::open},
              {"}", 0, 1, tree::close},
              {"\x82", 0, 1, tree::euro_2},
              {"\xac", 0, 1, tree::euro_3},
              {"\xc3", 1, 2, no},
              {"\xe2", 0, 1, tree::euro_1},
              {"\",", 1, 2, tree::quote_comma},
              {"\"}", 0, 1, tree::quote_close},
              {"ab", 1, 3, tree::ab},
              {"bb", 0, 1, tree::bb},
              {"bc", 0, 1, tree::bc},
              {"{\"", 0, 1, tree::open_quote},
              {"\xc3\xa9", 1, 2, tree::e_acute},
              {"\",\"", 0, 1, tree::quote_comma_quote},
              {"abc", 1, 2, tree::abc},
              {"\xc3\xa9\"", 0, 1, tree::e_acute_quote},
              {"abc\"", 0, 1, tree::abc_quote}};
  const auto vocabulary = share(tree_tokens());
  const TokenTrie& trie = vocabulary->trie();
  const auto texts = spellings(trie);
  ASSERT_EQ(trie.size(), std::size(rows));
  for (uint32_t i = 0; i < trie.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(texts[i], rows[i].spelling);
    EXPECT_EQ(trie.children_end(i) - trie.children_begin(i), rows[i].children);
    EXPECT_EQ(trie.tokens_below(i).size(), rows[i].below);
    EXPECT_EQ(trie.token(i), rows[i].token);
  }
}

TEST(Trie, FindsWhatIsThere) {
  const auto vocabulary = share(tree_tokens());
  const TokenTrie& trie = vocabulary->trie();
  const struct {
    std::string_view bytes;
    TokenId token;
  } cases[] = {{"\"", tree::quote},   {"\",\"", tree::quote_comma_quote}, {"ab", tree::ab}, {"abc\"", tree::abc_quote},
               {"bb", tree::bb},      {"\xc3\xa9\"", tree::e_acute_quote}, {"a", tree::a_again}};
  for (const auto& [bytes, token] : cases) {
    const uint32_t node = trie.find(bytes);
    ASSERT_NE(node, 0u) << bytes;
    EXPECT_EQ(trie.token(node), token) << bytes;
  }
  for (const std::string_view absent : {"d", "ba", "abcd", "\"a", "ac", "\xe2\x82", ""}) EXPECT_EQ(trie.find(absent), 0u) << absent;
  EXPECT_EQ(trie.max_depth(), 4u);
  EXPECT_EQ(trie.child(0, 'z'), 0u);
}

TEST(Trie, HoldsEveryTextTokenOnceInOrder) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const RandomVocabulary random = random_vocabulary(seed, {800, "ab", seed % 2 == 0});
    const Vocabulary& vocabulary = *random.vocabulary;
    const TokenTrie& trie = vocabulary.trie();
    const auto texts = spellings(trie);
    std::set<TokenId> seen;
    for (uint32_t i = 1; i < trie.size(); ++i) {
      for (uint32_t child = trie.children_begin(i); child + 1 < trie.children_end(i); ++child) {
        ASSERT_LE(trie.bytes()[child], trie.bytes()[child + 1]);
      }
      if (trie.token(i) == TrieNode::kNoToken) continue;
      ASSERT_TRUE(seen.insert(trie.token(i)).second);
      ASSERT_EQ(vocabulary.bytes(trie.token(i)), texts[i]);
      // Of equal tokens one is found; all tokens below begin with its bytes, and no others do.
      const uint32_t found = trie.find(texts[i]);
      ASSERT_EQ(texts[found], texts[i]);
      uint32_t beginning = 0;
      for (uint32_t j = 1; j < trie.size(); ++j) beginning += trie.token(j) != TrieNode::kNoToken && texts[j].starts_with(texts[i]);
      uint32_t equals = 0;
      for (uint32_t j = 1; j < trie.size(); ++j) equals += j != found && texts[j] == texts[i];
      ASSERT_EQ(trie.tokens_below(found).size(), beginning - equals);
      for (const TokenId token : trie.tokens_below(i)) ASSERT_TRUE(vocabulary.bytes(token).starts_with(texts[i]));
    }
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
      const bool expected = vocabulary.kind(id) == TokenKind::text && !vocabulary.ends_generation(id) &&
                            vocabulary.bytes(id).size() <= TokenTrie::kMaxTokenBytes;
      ASSERT_EQ(seen.contains(id), expected) << id;
    }
  }
}

TEST(Trie, ChildOfEqualTokensIsTheOneWithChildren) {
  const TokenTrie trie({{"x", 0}, {"x", 1}, {"x", 2}, {"xy", 3}, {"xy", 4}, {"xyz", 5}});
  const uint32_t x = trie.child(0, 'x');
  EXPECT_EQ(trie.token(x), 2u);
  const uint32_t xy = trie.child(x, 'y');
  EXPECT_EQ(trie.token(xy), 4u);
  EXPECT_EQ(trie.token(trie.child(xy, 'z')), 5u);
}

TEST(Trie, MayBeEmpty) {
  const TokenTrie trie({{"", 0}});
  EXPECT_EQ(trie.size(), 1u);
  EXPECT_EQ(trie.max_depth(), 0u);
  EXPECT_EQ(trie.find("a"), 0u);
}

std::string encode(uint32_t c) {
  std::string out;
  auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  }
  return out;
}

/// Every plain character, spelled.
const std::set<std::string>& plain_spellings() {
  static const std::set<std::string> all = [] {
    std::set<std::string> out;
    for (uint32_t c = 0x20; c <= 0x10ffff; ++c) {
      if (c == '"' || c == '\\' || (c >= 0xd800 && c <= 0xdfff)) continue;
      if (c < 0x10000 || (c >= 0x1f300 && c < 0x1fa00)) out.insert(encode(c));  // as far as tests reach
    }
    return out;
  }();
  return all;
}

/// Characters of `bytes` if all are plain, else -1. No spelling is the beginning of another.
int plain_characters(std::string_view bytes) {
  int count = 0;
  for (size_t at = 0; at < bytes.size(); ++count) {
    size_t length = 1;
    while (length <= 4 && !plain_spellings().contains(std::string(bytes.substr(at, length)))) ++length;
    if (length > 4) return -1;
    at += length;
  }
  return count;
}

TEST(TextSlice, HoldsThePlainTokensByLength) {
  for (uint64_t seed = 11; seed <= 16; ++seed) {
    const RandomVocabulary random = random_vocabulary(seed, {1500, "xyz"});
    const Vocabulary& vocabulary = *random.vocabulary;
    const TextSlice& slice = vocabulary.json_text();
    uint32_t longest = 0;
    std::set<TokenId> rest;
    for (const TokenId token : slice.rest().tokens_below(0)) rest.insert(token);
    std::map<TokenId, int> lengths;
    for (const TokenId token : vocabulary.trie().tokens_below(0)) {
      const int length = plain_characters(vocabulary.bytes(token));
      lengths[token] = length;
      longest = std::max(longest, static_cast<uint32_t>(std::max(0, length)));
      EXPECT_EQ(rest.contains(token), length < 0) << vocabulary.bytes(token);
    }
    EXPECT_EQ(slice.max_characters(), longest);
    for (uint32_t n = 0; n <= longest + 2; ++n) {
      const auto mask = slice.mask_up_to(n);
      uint32_t count = 0;
      for (TokenId id = 0; id < vocabulary.size(); ++id) {
        const auto known = lengths.find(id);
        const bool expected = known != lengths.end() && known->second > 0 && known->second <= static_cast<int>(n);
        const bool actual = !mask.empty() && (mask[id >> 5] >> (id & 31) & 1) != 0;
        ASSERT_EQ(actual, expected) << vocabulary.bytes(id) << " up to " << n;
        count += expected;
      }
      EXPECT_EQ(slice.count_up_to(n), count);
      EXPECT_EQ(mask.empty(), count == 0);
    }
  }
}

TEST(Utf8, OnlyWellFormedTextIsDecoded) {
  const struct {
    std::string_view bytes;
    bool good;
    uint32_t code_point;
  } cases[] = {{"A", true, 'A'},
               {"\xc2\x80", true, 0x80},
               {"\xdf\xbf", true, 0x7ff},
               {"\xe0\xa0\x80", true, 0x800},
               {"\xed\x9f\xbf", true, 0xd7ff},
               {"\xee\x80\x80", true, 0xe000},
               {"\xef\xbf\xbf", true, 0xffff},
               {"\xf0\x90\x80\x80", true, 0x10000},
               {"\xf4\x8f\xbf\xbf", true, 0x10ffff},
               {"", false, 0},
               {"\x80", false, 0},              // a continuation without a lead
               {"\xbf\xbf", false, 0},
               {"\xc0\x80", false, 0},          // overlong
               {"\xc1\xbf", false, 0},
               {"\xe0\x9f\xbf", false, 0},
               {"\xf0\x8f\xbf\xbf", false, 0},
               {"\xed\xa0\x80", false, 0},      // surrogates
               {"\xed\xbf\xbf", false, 0},
               {"\xf4\x90\x80\x80", false, 0},  // above U+10FFFF
               {"\xf5\x80\x80\x80", false, 0},
               {"\xff", false, 0},
               {"\xc3", false, 0},              // cut short
               {"\xe2\x82", false, 0},
               {"\xf0\x9f\x98", false, 0},
               {"\xc3\x41", false, 0}};
  for (const auto& [bytes, good, expected] : cases) {
    size_t at = 0;
    uint32_t code_point = 0;
    EXPECT_EQ(decode_utf8(bytes, at, code_point), good) << testing::PrintToString(bytes);
    EXPECT_EQ(at, good ? bytes.size() : 0) << testing::PrintToString(bytes);
    EXPECT_EQ(code_point, expected);
  }
}

TEST(VocabularyTable, KnowsKindsAndSpellings) {
  const auto vocabulary = share(tree_tokens());
  EXPECT_EQ(vocabulary->size(), tree::size);
  EXPECT_EQ(vocabulary->mask_words(), 1u);
  EXPECT_EQ(vocabulary->bytes(tree::call), "");
  EXPECT_EQ(vocabulary->spelling(tree::call), "<|call|>");
  EXPECT_EQ(vocabulary->bytes(tree::padding), "");
  EXPECT_TRUE(vocabulary->ends_generation(tree::end));
  EXPECT_FALSE(vocabulary->ends_generation(tree::call));
  EXPECT_EQ(std::vector<TokenId>(vocabulary->end_tokens().begin(), vocabulary->end_tokens().end()), std::vector<TokenId>{tree::end});
  EXPECT_TRUE(vocabulary->has_byte('a'));
  EXPECT_TRUE(vocabulary->has_byte(0x82));
  EXPECT_FALSE(vocabulary->has_byte('x'));
  EXPECT_FALSE(vocabulary->has_byte(0xc3));  // begins a token but is none
  EXPECT_GT(vocabulary->memory_bytes(), 0u);
}

TEST(VocabularyTable, SpellsGreedilyWithoutATokenizer) {
  const auto vocabulary = share(tree_tokens());
  using Ids = std::vector<TokenId>;
  EXPECT_EQ(vocabulary->tokenize("abcbb"), (Ids{tree::abc, tree::bb}));
  EXPECT_EQ(vocabulary->tokenize("abb\",\""), (Ids{tree::ab, tree::b, tree::quote_comma_quote}));
  EXPECT_EQ(vocabulary->tokenize("\xe2\x82\xac"), (Ids{tree::euro_1, tree::euro_2, tree::euro_3}));
  EXPECT_EQ(vocabulary->tokenize(""), Ids{});
  EXPECT_THROW(vocabulary->tokenize("abx"), Error);
  EXPECT_EQ(vocabulary->detokenize(Ids{tree::abc, tree::call, tree::e_acute}), "abc\xc3\xa9");
  EXPECT_THROW(vocabulary->detokenize(Ids{tree::size}), Error);
}

TEST(VocabularyTable, RefusesToBeEmpty) { EXPECT_THROW(share({}), Error); }

TEST(Vocabulary, MarkersAreControlTokensAndTextThatLooksLikeThem) {
  const std::vector<Token> table = {
      {"<|im_end|>", TokenKind::control, true}, {"<|start|>", TokenKind::text}, {"<tool_call>", TokenKind::text}, {"<|pad|>", TokenKind::unused},
      {"<||>", TokenKind::text}, {"a", TokenKind::text}, {"</s>", TokenKind::control},
  };
  EXPECT_EQ(Vocabulary(table, nullptr).markers(), (std::vector<TokenId>{0, 1, 6}));
}

TEST(Vocabulary, FindsTokensByWhatTheyAreWrittenLike) {
  const Vocabulary vocabulary(tree_tokens(), nullptr);
  EXPECT_EQ(vocabulary.find("abc"), tree::abc);
  EXPECT_EQ(vocabulary.find("<|call|>"), tree::call);
  EXPECT_EQ(vocabulary.find("a"), tree::a) << "the first of several, and no unused one";
  EXPECT_EQ(vocabulary.find("no such token"), vocabulary.size());
}

}  // namespace
}  // namespace surecall::test

// Token sets, and texts whose tokens are counted.

#include <gtest/gtest.h>

#include "support/error.h"
#include "test/support/walks.h"
#include "vocab/utf8.h"

namespace surecall::test {
namespace {

using Ids = std::vector<TokenId>;

NamedProgram program(const std::function<ProgramWriter::Node(ProgramWriter&)>& make) {
  return json_program("", [&](ProgramWriter& out, JsonWriter&) { return make(out); });
}

std::vector<Token> tree_with_bytes() {
  std::vector<Token> tokens = tree_tokens();
  for (int b = 0; b < 256; ++b) tokens.push_back({std::string(1, static_cast<char>(b))});
  return tokens;
}

TEST(TokenSet, AllowsTheTokensThemselves) {
  const auto make = [](ProgramWriter& out) { return out.sequence({out.token_set({tree::ab, tree::call}, false), out.bytes("c")}); };
  Matcher matcher(compiled(program(make), share(tree_tokens())));
  EXPECT_EQ(ids_of(matcher.mask()), (Ids{tree::ab, tree::call}));
  EXPECT_FALSE(matcher.accept_bytes("ab")) << "not their spelling";
  ASSERT_TRUE(matcher.accept_token(tree::ab));
  EXPECT_EQ(matcher.text(), "ab") << "a token that is text adds it";
  ASSERT_TRUE(matcher.accept_token(tree::c));
  EXPECT_TRUE(matcher.at_end());
}

TEST(TokenSet, NegatedLeavesOutWhatEndsOrMeansNothing) {
  const auto make = [](ProgramWriter& out) { return out.token_set({tree::a, tree::abc}, true); };
  Matcher matcher(compiled(program(make), share(tree_tokens())));
  Ids expected;
  for (TokenId id = 0; id < tree::size; ++id) {
    if (id != tree::a && id != tree::abc && id != tree::end && id != tree::padding) expected.push_back(id);
  }
  EXPECT_EQ(ids_of(matcher.mask()), expected);
  for (TokenId id = 0; id < tree::size; ++id) EXPECT_EQ(matcher.allows(id), std::ranges::find(expected, id) != expected.end()) << id;
}

// "any tokens, then bc": every token may be one of the former, or hold the latter, or both may be open.
TEST(TokenSet, TokensAreReadInEveryWay) {
  const auto make = [](ProgramWriter& out) {
    return out.sequence({out.capture("any", out.repeat(out.token_set({tree::quote}, true), 0, Program::kUnbounded)), out.bytes("bc")});
  };
  Matcher matcher(compiled(program(make), share(tree_tokens())));
  for (const TokenId id : {tree::b, tree::c}) ASSERT_TRUE(matcher.accept_token(id));
  EXPECT_TRUE(matcher.accepting());
  EXPECT_EQ(matcher.captures()[0].end, 0u);
  for (const TokenId id : {tree::call, tree::bc}) ASSERT_TRUE(matcher.accept_token(id));
  EXPECT_TRUE(matcher.accepting());
  EXPECT_EQ(matcher.text(), "bcbc");
  EXPECT_EQ(matcher.captures()[0].end, 2u);
  ASSERT_TRUE(matcher.accept_token(tree::abc));
  EXPECT_FALSE(matcher.accepting()) << "the literal begins where a token begins";
  EXPECT_EQ(matcher.tokens_to_accept(5), 1u);
  EXPECT_EQ(ids_of(matcher.mask_within(1)), Ids{tree::bc});
}

TEST(TokenSet, CountsTokens) {
  const auto make = [](ProgramWriter& out) {
    return out.sequence({out.repeat(out.token_set({}, true), 2, 3), out.token(tree::call)});
  };
  Matcher matcher(compiled(program(make), share(tree_tokens())));
  EXPECT_EQ(matcher.tokens_to_accept(9), 3u);
  ASSERT_TRUE(matcher.accept_token(tree::abc_quote));
  EXPECT_TRUE(matcher.allows(tree::call)) << "it may be one of the two";
  for (const TokenId id : {tree::quote_comma, tree::a}) ASSERT_TRUE(matcher.accept_token(id));
  EXPECT_EQ(ids_of(matcher.mask()), Ids{tree::call});
  EXPECT_EQ(matcher.forced().tokens, Ids{tree::call});
}

TEST(TokenSet, RefusesWhatNoTokenCanBe) {
  const auto refused = [](const std::function<ProgramWriter::Node(ProgramWriter&)>& make) {
    EXPECT_THROW(compiled(program(make), share(tree_tokens())), Error);
  };
  refused([](auto& out) { return out.token_set({}, false); });
  refused([](auto& out) { return out.token_set({tree::size}, false); });
  refused([](auto& out) { return out.token_set({tree::size}, true); });
  refused([](auto& out) { return out.token_limit(out.bytes("a"), 1); });
  refused([](auto& out) { return out.token_limit(out.text({}, 5), 0); });
  refused([](auto& out) { return out.token_limit(out.text({"[^]{0,3}"}, 9), 3); });  // no text shorter than four bytes
  refused([](auto& out) {
    std::vector<uint32_t> all;
    for (TokenId id = 0; id < tree::size; ++id) all.push_back(id);
    return out.token_set(all, true);
  });
}

/// "[", a text without "bc" of which at most `limit` tokens hold a byte, "bc]", by trying every place where it could end.
class LimitOracle {
 public:
  LimitOracle(const Vocabulary& vocabulary, uint32_t limit, uint32_t characters)
      : vocabulary_(vocabulary), limit_(limit), characters_(characters) {}

  struct Verdict {
    bool alive = false, accepting = false;
  };
  Verdict judge(const Ids& ids) const {
    std::string text;
    std::vector<size_t> ends;
    for (const TokenId id : ids) {
      text += vocabulary_.bytes(id);
      ends.push_back(text.size());
    }
    if (text.empty()) return {true, false};
    if (text[0] != '[') return {};
    Verdict out;
    for (size_t end = 1; end <= text.size(); ++end) {
      const std::string_view inside = std::string_view(text).substr(1, end - 1);
      const auto [fits, missing] = characters(inside);
      if (!fits || inside.find("bc") != std::string_view::npos) break;
      uint32_t counted = 0;
      for (size_t i = 0, begin = 0; i < ends.size(); begin = ends[i++]) counted += ends[i] > 1 && begin < end && end > 1;
      if (counted > limit_) break;
      if (end == text.size()) out.alive = out.alive || missing <= limit_ - counted;
      const std::string_view rest = std::string_view(text).substr(end);
      if (missing == 0 && std::string_view("bc]").starts_with(rest)) out.alive = true;
      if (missing == 0 && rest == "bc]") out.accepting = true;
    }
    return out;
  }

 private:
  /// Whether the bytes are the beginning of a text of at most so many characters, and how many the last one lacks.
  std::pair<bool, uint32_t> characters(std::string_view text) const {
    uint32_t count = 0;
    uint32_t code_point;
    size_t at = 0;
    while (at < text.size() && decode_utf8(text, at, code_point)) ++count;
    if (at == text.size()) return {count <= characters_, 0};
    for (uint32_t missing = 1; missing < 4 && count < characters_; ++missing) {
      // Any way to complete the character will do.
      for (const char* more : {"\x80\x80\x80", "\xa0\x80\x80", "\x90\x80\x80"}) {
        const std::string whole = std::string(text.substr(at)) + std::string(more, missing);
        size_t end = 0;
        if (decode_utf8(whole, end, code_point) && end == whole.size()) return {true, missing};
      }
    }
    return {false, 0};
  }

  const Vocabulary& vocabulary_;
  uint32_t limit_, characters_;
};

TEST(TokenLimit, AgreesWithTryingEveryEnd) {
  for (uint64_t seed = 1; seed <= seeds(12); ++seed) {
    const RandomVocabulary random_words = random_vocabulary(seed, {160, "abc[]"});
    const Vocabulary& vocabulary = *random_words.vocabulary;
    Random random(seed);
    const uint32_t limit = random.between(1, 5);
    const uint32_t characters = random.percent(50) ? Program::kUnbounded : random.between(1, 9);
    SCOPED_TRACE("limit " + std::to_string(limit) + ", characters " + std::to_string(characters));
    const NamedProgram made = program([&](auto& out) {
      const auto text = out.token_limit(out.text({"[^]*bc[^]*"}, characters), limit);
      return out.sequence({out.bytes("["), out.capture("text", text), out.bytes("bc]")});
    });
    const auto shared = compiled(made, random_words.vocabulary);
    const LimitOracle oracle(vocabulary, limit, characters);
    for (int round = 0; round < 6; ++round) {
      Matcher matcher(shared);
      Ids path;
      for (int step = 0; step < 9; ++step) {
        Ids allowed;
        const Ids mask = ids_of(matcher.mask());
        for (TokenId id = 0; id < vocabulary.size(); ++id) {
          const bool is_text = !vocabulary.bytes(id).empty() && vocabulary.bytes(id).size() <= TokenTrie::kMaxTokenBytes;
          if (!is_text || vocabulary.ends_generation(id)) continue;
          path.push_back(id);
          if (oracle.judge(path).alive) allowed.push_back(id);
          path.pop_back();
        }
        Ids got;
        for (const TokenId id : mask) {
          if (!vocabulary.ends_generation(id)) got.push_back(id);
        }
        ASSERT_EQ(got, allowed) << testing::PrintToString(matcher.text()) << " after " << path.size() << " tokens";
        ASSERT_EQ(matcher.accepting(), oracle.judge(path).accepting) << testing::PrintToString(matcher.text());
        if (allowed.empty()) break;
        const uint32_t least = matcher.tokens_to_accept(40);
        ASSERT_FALSE(ids_of(matcher.mask_within(least)).empty()) << "promised " << least;
        path.push_back(random.pick(allowed));
        ASSERT_TRUE(matcher.accept_token(path.back()));
      }
      ASSERT_TRUE(matcher.accepting() || !ids_of(matcher.mask()).empty()) << "a dead end";
    }
  }
}

TEST(TokenLimit, ForcesTheEndWhenTheTokensAreUsedUp) {
  const NamedProgram made = program([](auto& out) {
    const auto text = out.token_limit(out.text({"[^]*\"}[^]*"}, Program::kUnbounded), 2);
    return out.sequence({out.bytes("{"), out.capture("text", text), out.bytes("\"}")});
  });
  Matcher matcher(compiled(made, share(tree_with_bytes())));
  for (const TokenId id : {tree::open_quote, tree::abc}) ASSERT_TRUE(matcher.accept_token(id));  // {" counts: it holds a quote of the text
  EXPECT_EQ(matcher.forced().bytes, "\"}");
  EXPECT_FALSE(matcher.allows(tree::abc_quote));
  EXPECT_EQ(matcher.captures()[0].end, 5u);
  ASSERT_TRUE(matcher.accept_token(tree::quote_close));
  EXPECT_TRUE(matcher.at_end());
  EXPECT_EQ(matcher.captures()[0].begin, 1u);
  EXPECT_EQ(matcher.captures()[0].end, 5u);
}

TEST(TokenLimit, LargeLimitsCostNothing) {
  const NamedProgram made = program([](auto& out) { return out.token_limit(out.text({}, 1'000'000), 1'000'000); });
  const auto shared = compiled(made, share(tree_with_bytes()));
  Matcher matcher(shared);
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(matcher.accept_token(tree::abc));
    ASSERT_GT(matcher.mask().count(), 0u);
  }
  EXPECT_LT(shared->stats().masks, 20u);
}

}  // namespace
}  // namespace surecall::test

// Fast-forward: forced bytes, their tokens, and the tokens held back because what follows could merge with them.

#include <gtest/gtest.h>

#include "support/error.h"
#include "test/support/walks.h"

namespace surecall::test {
namespace {

using Ids = std::vector<TokenId>;

NamedProgram literal_then(const std::string& literal, const std::string& pattern) {
  return json_program("", [&](auto& out, auto&) { return out.sequence({out.bytes(literal), out.regex(pattern)}); });
}

std::shared_ptr<const Vocabulary> words(const std::vector<std::string>& texts) {
  std::vector<Token> tokens;
  for (const std::string& text : texts) tokens.push_back({text});
  tokens.push_back({"<|call|>", TokenKind::control});
  tokens.push_back({"<|end|>", TokenKind::control, true});
  return share(tokens);
}

TEST(Forced, HoldsBackWhatCouldMerge) {
  //                         0    1    2    3    4     5     6       7      8
  const auto vocabulary = words({"a", "b", "c", "d", "ab", "cd", "bcd", "dabc", "ca"});
  const struct {
    const char* name;
    std::string literal, then;
    Ids stay, held_back;
  } cases[] = {
      {"nothing follows", "abcd", "", {4, 5}, {}},
      {"what follows cannot merge", "abab", "[bd]", {4, 4}, {}},
      {"the last token could grow", "aba", "[bd]", {4}, {0}},
      {"it could not, by any allowed byte", "aba", "[cd]", {4, 0}, {}},
      {"a token that begins inside an earlier one", "abc", "[bd]", {}, {4, 2}},  // "bcd"
      {"only the end could merge", "caabc", "[bd]", {8}, {4, 2}},
      {"a longer token over several", "ddab", "[bc]", {3}, {3, 4}},  // "dabc"
      {"or the end", "ab", "d?", {4}, {}},
  };
  for (const auto& [name, literal, then, stay, held_back] : cases) {
    SCOPED_TRACE(name);
    Matcher matcher(compiled(literal_then(literal, then), vocabulary));
    const Forced forced = matcher.forced();
    Ids all = forced.tokens;
    all.insert(all.end(), forced.held_back.begin(), forced.held_back.end());
    EXPECT_EQ(vocabulary->detokenize(all), forced.bytes);
    EXPECT_EQ(forced.bytes, literal);
    EXPECT_EQ(forced.tokens, stay);
    EXPECT_EQ(forced.held_back, held_back);
  }
}

TEST(Forced, SpecialTokens) {
  const auto vocabulary = words({"a", "b"});
  const NamedProgram program = json_program("", [](auto& out, auto&) {
    return out.sequence({out.token(2), out.bytes("ab"), out.token(2), out.optional(out.token(2))});
  });
  Matcher matcher(compiled(program, vocabulary));
  EXPECT_EQ(matcher.forced().tokens, Ids{2});
  EXPECT_EQ(matcher.forced().bytes, "");
  ASSERT_TRUE(matcher.accept_token(2));
  EXPECT_EQ(matcher.forced().bytes, "ab");
  EXPECT_EQ(matcher.forced().tokens, (Ids{0, 1}));
  ASSERT_TRUE(matcher.accept_bytes("ab"));
  EXPECT_EQ(matcher.forced().tokens, Ids{2});
  ASSERT_TRUE(matcher.accept_token(2));
  EXPECT_EQ(matcher.forced().tokens, Ids{}) << "the text may end here";
}

/// What forced() promises, checked against the reference and every token.
void check(Walk& both) {
  const Vocabulary& vocabulary = both.vocabulary();
  Matcher& matcher = both.matcher();
  const std::string bytes = both.reference().forced(both.at(), vocabulary, Matcher::kMaxForcedBytes);
  ASSERT_EQ(matcher.forced_bytes(), bytes) << both.where();
  const Forced forced = matcher.forced();
  ASSERT_EQ(forced.bytes, bytes);
  if (bytes.empty()) {
    ASSERT_LE(forced.tokens.size(), 1u);
    if (!forced.tokens.empty()) {
      ASSERT_EQ(ids_of(matcher.mask()), forced.tokens);
    }
    return;
  }
  Ids all = forced.tokens;
  all.insert(all.end(), forced.held_back.begin(), forced.held_back.end());
  ASSERT_EQ(vocabulary.detokenize(all), bytes) << both.where();
  // No allowed token may begin before the end of those that stay and reach beyond the forced text.
  const size_t settled = vocabulary.detokenize(forced.tokens).size();
  const Expr end = both.reference().after_bytes(both.at(), bytes);
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    const std::string_view token = vocabulary.bytes(id);
    if (vocabulary.ends_generation(id) || token.size() > TokenTrie::kMaxTokenBytes) continue;
    for (size_t inside = 1; inside < token.size() && inside <= bytes.size(); ++inside) {
      if (!bytes.ends_with(token.substr(0, inside)) || bytes.size() - inside >= settled) continue;
      ASSERT_TRUE(both.reference().dead(both.reference().after_bytes(end, token.substr(inside))))
          << "token " << testing::PrintToString(token) << " could merge" << both.where();
    }
  }
  const size_t steps = matcher.steps();
  for (const TokenId id : all) ASSERT_TRUE(matcher.accept_token(id)) << both.where();
  matcher.rollback(matcher.steps() - steps);
}

void walk(Walk& both, Random& random, int steps) {
  for (int i = 0; i < steps && !both.matcher().finished(); ++i) {
    check(both);
    if (testing::Test::HasFatalFailure()) return;
    const Ids allowed = ids_of(both.matcher().mask());
    if (allowed.empty()) return;
    both.accept(pick_token(random, allowed, both.vocabulary()));
  }
}

TEST(Forced, AgreesWithTheReference) {
  for (uint64_t seed = 1; seed <= seeds(2); ++seed) {
    const RandomVocabulary vocabulary = random_vocabulary(seed, {400, "abcn_"});
    for (const NamedProgram& program : json_programs()) {
      SCOPED_TRACE(program.name);
      const auto shared = compiled(program, vocabulary.vocabulary);
      for (uint64_t round = 0; round < 2; ++round) {
        Walk both(program, shared);
        Random random(seed * 10 + round);
        walk(both, random, 15);
        if (HasFatalFailure()) return;
      }
    }
  }
  for (uint64_t seed = 1; seed <= seeds(100); ++seed) {
    const RandomVocabulary vocabulary = random_vocabulary(seed % 4, {100, "abc"});
    const NamedProgram program = RandomProgram(seed, "abc,\"", {vocabulary.control_1}, seed % 2 == 0).take();
    SCOPED_TRACE(program.writer.show_all(program.root));
    Walk both(program, compiled(program, vocabulary.vocabulary));
    Random random(seed);
    try {
      walk(both, random, 8);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("too ambiguous"), std::string::npos) << error.what();
    }
    if (HasFatalFailure()) return;
  }
}

TEST(Forced, StopsAtItsLimit) {
  const auto vocabulary = words({"a", "aaaa"});
  const NamedProgram program = json_program("", [](auto& out, auto&) { return out.repeat(out.bytes("a"), 10'000, 10'000); });
  Matcher matcher(compiled(program, vocabulary));
  EXPECT_EQ(matcher.forced_bytes().size(), Matcher::kMaxForcedBytes);
  size_t bytes = 0;
  while (!matcher.at_end()) {
    const Forced forced = matcher.forced();
    ASSERT_FALSE(forced.bytes.empty());
    ASSERT_TRUE(matcher.accept_bytes(forced.bytes));
    bytes += forced.bytes.size();
  }
  EXPECT_EQ(bytes, 10'000u);
}

}  // namespace
}  // namespace surecall::test

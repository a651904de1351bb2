// Random walks: masks, allowed tokens and acceptance against the reference matcher, over every token.

#include <gtest/gtest.h>

#include "support/error.h"
#include "test/support/walks.h"

namespace surecall::test {
namespace {

/// Up to `steps` random tokens, with some steps taken back on the way.
void walk(Walk& both, Random& random, uint32_t steps) {
  size_t depth = 0;
  for (uint32_t i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
    const std::vector<TokenId> allowed = both.check();
    if (allowed.empty()) {
      EXPECT_TRUE(both.matcher().finished()) << "a dead end" << both.where();
      return;
    }
    both.accept(pick_token(random, allowed, both.vocabulary()));
    ++depth;
    if (!random.percent(12)) continue;
    const size_t back = random.between(1, static_cast<uint32_t>(std::min<size_t>(depth, 4)));
    both.rollback(back);
    depth -= back;
    EXPECT_EQ(both.matcher().steps(), depth);
  }
}

TEST(MatcherWalk, JsonProgramsAgreeWithTheReference) {
  for (const NamedProgram& program : json_programs()) {
    SCOPED_TRACE(program.name);
    for (uint64_t seed = 1; seed <= seeds(3); ++seed) {
      SCOPED_TRACE(seed);
      const RandomVocabulary random = random_vocabulary(seed, {seed == 3 ? 900u : 300u, "abcn_"});
      const auto shared = compiled(program, random.vocabulary);
      for (uint64_t round = 0; round < 3; ++round) {
        Walk both(program, shared);
        Random choice(seed * 100 + round);
        walk(both, choice, 25);
        if (HasFailure()) return;
      }
    }
  }
}

TEST(MatcherWalk, RandomProgramsAgreeWithTheReference) {
  uint32_t too_ambiguous = 0;
  const uint64_t kSeeds = seeds(400);
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const RandomVocabulary random = random_vocabulary(seed % 5, {120, "abc"});
    const NamedProgram program = RandomProgram(seed, "abc,\"", {random.control_1, random.control_2}, seed % 2 == 0).take();
    SCOPED_TRACE(program.writer.show_all(program.root));
    try {
      const auto shared = compiled(program, random.vocabulary);
      for (uint64_t round = 0; round < 2; ++round) {
        Walk both(program, shared);
        Random choice(seed * 100 + round);
        walk(both, choice, 12);
        if (HasFailure()) return;
      }
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("too ambiguous"), std::string::npos) << error.what();
      ++too_ambiguous;
    }
  }
  EXPECT_LT(too_ambiguous, kSeeds / 100);
}

}  // namespace
}  // namespace surecall::test

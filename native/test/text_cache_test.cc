// That compiled texts are kept.

#include <gtest/gtest.h>

#include "program/text_cache.h"
#include "support/error.h"
#include "test/support/text_program.h"

namespace surecall::test {
namespace {

TEST(TextCache, GivesTheSameTexts) {
  TextCache cache(1 << 16);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 50; ++i) {
      const std::string pattern = "a{" + std::to_string(i) + ",60}";
      const TextSpec spec{{{pattern}}, static_cast<uint32_t>(i % 5)};
      const auto cached = cache.text(spec);
      const TextDfa fresh = compile_text(spec);
      ASSERT_EQ(cached->next, fresh.next);
      ASSERT_EQ(cached->costs, fresh.costs);
      ASSERT_EQ(cached->steps, fresh.steps);
      EXPECT_LE(cache.memory_bytes(), size_t{1} << 16);
    }
  }
  const TextSpec spec{{{"x{3}"}}};
  const auto kept = cache.text(spec);
  EXPECT_EQ(cache.text(spec), kept) << "made once";
  EXPECT_NE(cache.text({{{"x{3}"}}, 0, 3}), kept);
  EXPECT_NE(cache.text({{{"x{3}"}}, 0, kAny, TextSpelling::raw}), kept);
  cache.clear();
  EXPECT_NE(cache.text(spec), kept);
  EXPECT_EQ(kept->rows(), cache.text(spec)->rows()) << "what is in use outlives the cache";
}

TEST(TextCache, FailsAsWithoutIt) {
  TextCache cache(1 << 20);
  const TextSpec large{{{"(?:a|b)*a(?:a|b){8}"}}};
  cache.text(large);
  RegexLimits limits;
  limits.dfa_steps = 10;
  EXPECT_THROW(cache.text(large, limits), Error) << "known, but it took more steps than are left";
  const TextSpec none{{{"a"}, {"b"}}};
  for (int i = 0; i < 2; ++i) EXPECT_EQ(cache.text(none)->rows(), 0u);
  EXPECT_EQ(cache.patterns(none)->dfa.size(), 0u);
}

}  // namespace
}  // namespace surecall::test

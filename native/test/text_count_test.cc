// How many texts there are, and that compiled texts are kept.

#include <gtest/gtest.h>

#include <algorithm>

#include "program/text_cache.h"
#include "support/error.h"
#include "test/support/random.h"
#include "test/support/text_program.h"

namespace surecall::test {
namespace {

uint64_t count(const TextSpec& spec, uint64_t limit) { return count_texts(spec, compile_text_patterns(spec), limit); }

TEST(TextCount, CountsDistinctTexts) {
  const uint64_t many = uint64_t{1} << 53;
  const struct {
    TextSpec spec;
    uint64_t expected;
  } cases[] = {
      {{{{"a|b|ab|a"}}}, 3},
      {{{{"[ab]{0,3}"}}}, 15},
      {{{{"[ab]*"}}, 2, 3}, 12},
      {{{{"[ab]*"}}, 0, 40}, (uint64_t{2} << 40) - 1},
      {{{{"a*"}}, 5, 1'000'000}, 999'996},
      {{{{"a*"}}, 1'000'000, 1'000'001}, 2},
      {{{{"(?:ab)*"}}, 1, 9}, 4},
      {{{{"(?:ab)*"}}}, many},
      {{{{"[a-z]"}, {"[^x]"}}}, 25},
      {{{{"[a-c]"}, {"b", TextPattern::Kind::regex, true}}}, 2},
      {{{{"[^]"}}}, 0x110000 - 0x800},
      {{{}, 0, 1}, 0x110000 - 0x800 + 1},
      {{{}, 3, 3}, many},
      {{{{"a"}, {"b"}}}, 0},
      {{{{"a{3}"}}, 4}, 0},
      {{{{"a{3}"}}, 0, 2}, 0},
      {{{}, 3, 2}, 0},
      {{{}, 0, 0}, 1},
      {{{{"7", TextPattern::Kind::multiple}, {"[0-9]{2}"}}}, 15},  // 00, 07 to 98
  };
  for (const auto& [spec, expected] : cases) {
    EXPECT_EQ(count(spec, many), expected) << (spec.patterns.empty() ? "" : spec.patterns[0].text);
    EXPECT_EQ(count(spec, 1), std::min<uint64_t>(expected, 1));
    EXPECT_EQ(count(spec, 4), std::min<uint64_t>(expected, 4));
  }
  EXPECT_EQ(count({{{"a"}}}, 0), 0u);
}

// A specification can be satisfied exactly where it compiles.
TEST(TextCount, AgreesWithTheCompiler) {
  static const std::vector<std::string> patterns{"a*", "(?:ab)*", "[ab]{2,4}", ".{3}", "a?b?", "(?=a).*", "(?!a).*b", "[^a]*", "b+a*"};
  for (uint64_t seed = 1; seed <= seeds(300); ++seed) {
    Random random(seed);
    TextSpec spec;
    for (uint32_t i = random.below(4); i > 0; --i) {
      spec.patterns.push_back({random.pick(patterns), TextPattern::Kind::regex, random.percent(30)});
    }
    spec.min = random.below(6);
    spec.max = random.percent(50) ? kAny : random.below(6);
    EXPECT_EQ(count(spec, 1) > 0, compile_text(spec).rows() > 0) << seed;
  }
}

TEST(TextCount, GivesUpInTime) {
  RegexLimits limits;
  limits.dfa_steps = 100'000;
  const TextSpec spec{{{"(?:ab)*"}}, 4'000'000'001, 4'000'000'001};
  EXPECT_THROW(count_texts(spec, compile_text_patterns(spec), 10, limits), Error);
}

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
  for (int i = 0; i < 2; ++i) EXPECT_THROW(cache.text(none), Error);
  EXPECT_EQ(cache.patterns(none)->dfa.size(), 0u);
}

}  // namespace
}  // namespace surecall::test

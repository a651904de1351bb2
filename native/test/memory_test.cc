// Bounded caches: the same answers whatever memory they may hold, for one matcher and for many of one template.

#include <gtest/gtest.h>

#include <thread>

#include "test/support/walks.h"

namespace surecall::test {
namespace {

/// Everything that can be asked about a matcher's place, as text.
std::string answers(Matcher& matcher, const Vocabulary& vocabulary) {
  std::string out = matcher.text() + (matcher.accepting() ? " accepting" : "") + (matcher.at_end() ? " at end" : "");
  for (const uint32_t word : words_of(matcher.mask(), vocabulary)) out.append(" ").append(std::to_string(word));
  out += " forced " + matcher.forced_bytes() + " tokens " + std::to_string(matcher.tokens_to_accept(20)) + " within";
  for (const TokenId id : ids_of(matcher.mask_within(9))) out.append(" ").append(std::to_string(id));
  for (const Capture& c : matcher.captures()) out += " " + c.name + std::to_string(c.begin) + "-" + std::to_string(c.end);
  return out;
}

std::vector<TemplateOptions> small_and_large() {
  return {{}, {size_t{64} << 10, size_t{64} << 10}, {0, 0}, {size_t{256} << 10, 0}, {0, size_t{1} << 30}};
}

TEST(Memory, LittleGivesTheSameAnswers) {
  const RandomVocabulary vocabulary = random_vocabulary(9, {400, "abcn_"});
  for (const NamedProgram& program : json_programs()) {
    SCOPED_TRACE(program.name);
    // Several matchers of one template, in turn: each must find its states again after the others made room.
    constexpr size_t kMatchers = 3;
    std::vector<std::unique_ptr<Matcher>> matchers;
    for (const TemplateOptions& options : small_and_large()) {
      const auto shared = compiled(program, vocabulary.vocabulary, options);
      for (size_t i = 0; i < kMatchers; ++i) matchers.push_back(std::make_unique<Matcher>(shared));
    }
    Random random(9);
    for (int step = 0; step < 40; ++step) {
      const size_t turn = random.below(kMatchers);
      Matcher& first = *matchers[turn];
      const std::string expected = answers(first, *vocabulary.vocabulary);
      const std::vector<TokenId> allowed = ids_of(first.mask());
      const bool back = allowed.empty() || (first.steps() > 0 && random.percent(15));
      const size_t steps = back ? random.between(1, static_cast<uint32_t>(first.steps())) : 0;
      const TokenId id = back ? 0 : pick_token(random, allowed, *vocabulary.vocabulary);
      for (size_t m = turn; m < matchers.size(); m += kMatchers) {
        ASSERT_EQ(answers(*matchers[m], *vocabulary.vocabulary), expected) << "options " << m / kMatchers;
        if (back) {
          matchers[m]->rollback(steps);
        } else {
          ASSERT_TRUE(matchers[m]->accept_token(id));
        }
      }
    }
  }
}

TEST(Memory, StaysNearItsAllowance) {
  const RandomVocabulary vocabulary = random_vocabulary(2, {300, "ab"});
  const NamedProgram program = json_program("", [](auto&, auto& json) { return json.any(); });
  TemplateOptions options;
  options.state_bytes = options.mask_bytes = size_t{512} << 10;
  const auto shared = compiled(program, vocabulary.vocabulary, options);
  Random random(2);
  size_t most_states = 0, most_masks = 0;
  for (int round = 0; round < 60; ++round) {
    Matcher matcher(shared);
    for (int step = 0; step < 20; ++step) {
      const std::vector<TokenId> allowed = ids_of(matcher.mask());
      if (allowed.empty()) break;
      ASSERT_TRUE(matcher.accept_token(pick_token(random, allowed, *vocabulary.vocabulary)));
      most_states = std::max(most_states, shared->stats().state_bytes);
      most_masks = std::max(most_masks, shared->stats().mask_bytes);
    }
  }
  EXPECT_LT(most_states, size_t{4} << 20);
  EXPECT_LT(most_masks, size_t{1} << 20);
}

TEST(Memory, ManyMatchersOnManyThreads) {
  const RandomVocabulary vocabulary = random_vocabulary(6, {200, "abc"});
  const NamedProgram program = json_program("", [](auto&, auto& json) { return json.object({{"a", json.any()}, {"b", json.string(0, 20)}}); });
  for (const TemplateOptions& options : {TemplateOptions{}, TemplateOptions{size_t{64} << 10, size_t{64} << 10}}) {
    const auto shared = compiled(program, vocabulary.vocabulary, options);
    std::vector<std::string> results(4);
    {
      std::vector<std::jthread> threads;
      for (std::string& result : results) {
        threads.emplace_back([&] {
          Matcher matcher(shared);
          Random random(6);
          for (int step = 0; step < 12 && !matcher.finished(); ++step) {
            const std::vector<TokenId> allowed = ids_of(matcher.mask_within(40));
            if (allowed.empty() || !matcher.accept_token(pick_token(random, allowed, *vocabulary.vocabulary))) break;
            result += answers(matcher, *vocabulary.vocabulary);
          }
        });
      }
    }
    for (const std::string& result : results) EXPECT_EQ(result, results[0]);
    EXPECT_FALSE(results[0].empty());
  }
}

}  // namespace
}  // namespace surecall::test

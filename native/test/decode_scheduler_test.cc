// Many answers at once are the answers one by one, whatever the batches, the cells and the failures of others.

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "decode/llama_vocabulary.h"
#include "decode/scheduler.h"
#include "decode_fake_model.h"
#include "decode_support.h"

namespace surecall {
namespace {

using Outcome = std::variant<GenerateResult, Error>;

std::string code_of(const Outcome& outcome) {
  const Error* error = std::get_if<Error>(&outcome);
  return error != nullptr ? error->code() : "";
}

struct Asked {
  GenerateRequest request;
  std::vector<TokenId> prompt;
  const std::atomic<bool>* stop = nullptr;
};

class SchedulerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test::test_model().empty()) GTEST_SKIP() << "models/surecall-nano.gguf is not there and SURECALL_TEST_MODEL is not set";
    static const auto loaded = load_vocabulary(test::test_model());
    vocabulary_ = loaded;
    strict_ = Template::compile(vocabulary_, test::call_program(false));
    lenient_ = Template::compile(vocabulary_, test::call_program(true));
  }

  /// Requests that differ in everything: prompts with common beginnings, templates, sampling, budgets.
  std::vector<Asked> mixture(size_t count, uint32_t seed) {
    std::mt19937 random(seed);
    const auto pick = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
    std::vector<Asked> all;
    for (size_t i = 0; i < count; ++i) {
      Asked asked;
      asked.request.lenient = pick(2) == 0;
      asked.request.answer = asked.request.lenient ? lenient_ : strict_;
      asked.request.max_tokens = 60 + pick(60);
      asked.request.drafts = pick(4) != 0;
      asked.request.prefix_cache = pick(5) != 0;
      asked.request.fast_forward = pick(6) != 0;
      if (pick(3) == 0) asked.request.sampling = {1.0f, 0, 1.0f, pick(1000)};
      const std::string query = "Greet person " + std::to_string(pick(20)) + " and add " + std::string(pick(150), '7');
      asked.request.draft_source = query;
      asked.prompt = vocabulary_->tokenize(std::string(pick(3) * 60, 'x') + test::call_prompt(query), true);
      all.push_back(std::move(asked));
    }
    return all;
  }

  Outcome alone(const Asked& asked) {
    try {
      test::HashEvaluator evaluator(*vocabulary_);
      return Decoder(asked.request, asked.prompt, evaluator, nullptr).run(evaluator);
    } catch (const Error& error) {
      return error;
    }
  }

  std::vector<Outcome> together(Scheduler& scheduler, const std::vector<Asked>& all, const std::function<void(size_t)>& at_step = {}) {
    std::vector<std::optional<Outcome>> outcomes(all.size());
    size_t next = 0, steps = 0;
    do {
      while (next < all.size() && scheduler.has_room()) {
        const Asked& asked = all[next];
        scheduler.start({asked.request, asked.prompt, asked.stop, [&outcomes, next](Outcome outcome) {
                           EXPECT_FALSE(outcomes[next].has_value());
                           outcomes[next] = std::move(outcome);
                         }});
        ++next;
      }
      if (at_step) at_step(steps);
      EXPECT_LT(++steps, 100'000u);
    } while (scheduler.step() || next < all.size());
    EXPECT_EQ(scheduler.active(), 0u);
    std::vector<Outcome> ended;
    for (auto& outcome : outcomes) {
      EXPECT_TRUE(outcome.has_value());
      ended.push_back(outcome.has_value() ? std::move(*outcome) : Error("lost", ""));
    }
    return ended;
  }

  std::vector<Outcome> one_by_one(const std::vector<Asked>& all) {
    std::vector<Outcome> outcomes;
    for (const Asked& asked : all) outcomes.push_back(alone(asked));
    return outcomes;
  }

  void expect_same(const std::vector<Outcome>& outcomes, const std::vector<Asked>& all) { expect_equal(outcomes, one_by_one(all)); }
  void expect_equal(const std::vector<Outcome>& outcomes, const std::vector<Outcome>& references) {
    for (size_t i = 0; i < references.size(); ++i) {
      const Outcome& expected = references[i];
      ASSERT_EQ(code_of(outcomes[i]), code_of(expected)) << i;
      if (code_of(expected) != "") continue;
      const auto &got = std::get<GenerateResult>(outcomes[i]), &wanted = std::get<GenerateResult>(expected);
      ASSERT_EQ(got.tokens, wanted.tokens) << i << ": " << got.text << " | " << wanted.text;
      EXPECT_EQ(got.text, wanted.text);
      EXPECT_EQ(got.sampled_tokens, wanted.sampled_tokens);
      EXPECT_EQ(got.forwarded_tokens, wanted.forwarded_tokens);
    }
  }

  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<Template> strict_, lenient_;
};

TEST_F(SchedulerTest, AnswersDoNotDependOnWhatElseRuns) {
  const std::vector<Asked> all = mixture(30, 1);
  const std::vector<Outcome> expected = one_by_one(all);
  for (const size_t slots : {1, 4, 16, 64}) {
    for (const size_t tokens : {64, 100, 512}) {
      test::FakeBatchModel model(*vocabulary_, {tokens, 64, 256, true, true}, 4096);
      Scheduler scheduler(model, slots, 64, 4096);
      expect_equal(together(scheduler, all), expected);
      EXPECT_EQ(scheduler.stats().answers, all.size());
      EXPECT_EQ(scheduler.stats().tokens, model.evaluated);
      EXPECT_EQ(scheduler.stats().steps, model.steps);
      // Nothing is left but what the prefix cache keeps.
      EXPECT_EQ(model.used(), scheduler.prefixes().tokens());
      scheduler.prefixes().clear();
      EXPECT_EQ(model.used(), 0u);
    }
  }
}

TEST_F(SchedulerTest, TilesAndPaddingChangeNoAnswer) {
  const std::vector<Asked> all = mixture(30, 11);
  const std::vector<Outcome> expected = one_by_one(all);
  size_t longest = 0;
  for (const Asked& asked : all) longest = std::max(longest, asked.prompt.size() + asked.request.max_tokens);
  uint64_t padded = 0;
  for (const size_t slots : {1, 4, 16, 64}) {
    for (const size_t cells : {longest, 3 * longest, size_t{8192}}) {
      test::FakeBatchModel model(*vocabulary_, {128, 64, 256, true, true, /*tile=*/16, /*token_cells=*/1}, cells);
      Scheduler scheduler(model, slots, 64, cells);
      expect_equal(together(scheduler, all), expected);
      EXPECT_GE(model.evaluated, scheduler.stats().tokens);
      padded += model.evaluated - scheduler.stats().tokens;
      EXPECT_EQ(model.used(), scheduler.prefixes().tokens());  // the padding left nothing behind
    }
  }
  EXPECT_GT(padded, 0u);
}

TEST_F(SchedulerTest, NobodyWaitsTwoStepsInARow) {
  std::vector<Asked> all = mixture(40, 12);
  for (Asked& asked : all) asked.request.prefix_cache = false;
  test::FakeBatchModel model(*vocabulary_, {8192, 512, 256, true, true, /*tile=*/16, /*token_cells=*/1000}, 8192);
  Scheduler scheduler(model, 16, 64, 8192);
  expect_same(together(scheduler, all), all);
  EXPECT_EQ(model.longest_wait, 2u);  // some did wait
}

TEST_F(SchedulerTest, MoreSlotsTakeFewerSteps) {
  const std::vector<Asked> all = mixture(40, 2);
  size_t before = SIZE_MAX;
  for (const size_t slots : {1, 4, 16}) {
    test::FakeBatchModel model(*vocabulary_, {512, 128, 256, true, true}, 8192);
    Scheduler scheduler(model, slots, 64, 8192);
    together(scheduler, all);
    EXPECT_LT(model.steps * 2, before);
    before = model.steps;
  }
}

TEST_F(SchedulerTest, FullCachesWaitAndDropNothing) {
  const std::vector<Asked> all = mixture(30, 3);
  const std::vector<Outcome> expected = one_by_one(all);
  size_t longest = 0;
  for (const Asked& asked : all) longest = std::max(longest, asked.prompt.size() + asked.request.max_tokens);
  uint64_t paused = 0;
  for (const size_t cells : {longest, longest + 50, 2 * longest, 3 * longest}) {
    test::FakeBatchModel model(*vocabulary_, {128, 64, 100, true, true}, cells);
    Scheduler scheduler(model, 16, 64, cells);
    expect_equal(together(scheduler, all), expected);
    paused += scheduler.stats().paused;
  }
  EXPECT_GT(paused, 0u);
}

TEST_F(SchedulerTest, AnAnswerThatNeverFitsFailsAlone) {
  std::vector<Asked> all = mixture(6, 4);
  all[2].prompt = vocabulary_->tokenize(test::call_prompt(std::string(2000, '7')), true);
  test::FakeBatchModel model(*vocabulary_, {128, 64, 100, true, true}, 1000);
  Scheduler scheduler(model, 4, 64, 1000);
  std::vector<Outcome> outcomes = together(scheduler, all);
  EXPECT_EQ(code_of(outcomes[2]), "SURECALL_CONTEXT_TOO_SMALL");
  outcomes.erase(outcomes.begin() + 2);
  all.erase(all.begin() + 2);
  expect_same(outcomes, all);
}

TEST_F(SchedulerTest, ModelsThatCannotShareOrGoBackStillWork) {
  const std::vector<Asked> all = mixture(20, 5);
  test::FakeBatchModel model(*vocabulary_, {128, 64, 8, false, false}, 8192);
  Scheduler scheduler(model, 8, 64, 8192);
  expect_same(together(scheduler, all), all);
  EXPECT_EQ(scheduler.stats().cached_tokens, 0u);
}

TEST_F(SchedulerTest, CellsThatTheModelForgotAreEvaluatedAgain) {
  const std::vector<Asked> all = mixture(20, 6);
  test::FakeBatchModel model(*vocabulary_, {128, 64, 128, true, true}, 8192);
  model.forgets = true;
  Scheduler scheduler(model, 4, 64, 8192);
  expect_same(together(scheduler, all), all);
}

TEST_F(SchedulerTest, FailuresAreTheirOwn) {
  std::vector<Asked> all = mixture(24, 7);
  all[1].request.max_tokens = 2;
  all[5].request.teacher = "{\"name\": \"add\", \"arguments\": {\"a\": x";
  all[9].request.teacher = "something else";
  std::atomic<bool> before = true, while_running = false;
  all[12].stop = &before;
  all[13].stop = all[14].stop = &while_running;
  test::FakeBatchModel model(*vocabulary_, {128, 64, 128, true, true}, 8192);
  Scheduler scheduler(model, 8, 64, 8192);
  std::vector<Outcome> outcomes = together(scheduler, all, [&](size_t) {
    const EngineStats& stats = scheduler.stats();
    if (stats.answers + stats.failures + scheduler.active() >= 15) while_running = true;  // the last of them has started
  });
  EXPECT_EQ(code_of(outcomes[1]), "SURECALL_BUDGET_TOO_SMALL");
  EXPECT_EQ(code_of(outcomes[5]), "SURECALL_TEACHER");
  EXPECT_NE(std::string(std::get<Error>(outcomes[5]).what()).find("byte 35"), std::string::npos) << std::get<Error>(outcomes[5]).what();
  EXPECT_EQ(code_of(outcomes[9]), "SURECALL_TEACHER");
  for (const size_t stopped : {12, 13, 14}) EXPECT_EQ(code_of(outcomes[stopped]), "SURECALL_ABORTED");
  for (const size_t failed : {14, 13, 12, 9, 5, 1}) {
    outcomes.erase(outcomes.begin() + static_cast<std::ptrdiff_t>(failed));
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(failed));
  }
  expect_same(outcomes, all);
}

TEST_F(SchedulerTest, AFailureOfTheModelFailsOnlyItsBatch) {
  const std::vector<Asked> all = mixture(30, 8);
  test::FakeBatchModel model(*vocabulary_, {64, 64, 128, true, true}, 8192);
  size_t calls = 0;
  model.before_evaluate = [&]() -> BatchModel::Status {
    if (++calls == 20) throw Error("SURECALL_NATIVE", "broken");
    return calls % 7 == 0 ? BatchModel::Status::aborted : BatchModel::Status::ok;
  };
  Scheduler scheduler(model, 6, 64, 8192);
  const std::vector<Outcome> outcomes = together(scheduler, all);
  size_t failed = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    failed += code_of(outcomes[i]) == "SURECALL_NATIVE";
    if (code_of(outcomes[i]) == "") {
      EXPECT_EQ(std::get<GenerateResult>(outcomes[i]).tokens, std::get<GenerateResult>(alone(all[i])).tokens);
    }
  }
  EXPECT_GE(failed, 1u);
  EXPECT_LE(failed, 6u);
}

TEST_F(SchedulerTest, CommonPrefixesAreEvaluatedOnce) {
  const std::string tools(600, 'x');
  std::vector<Asked> all;
  size_t apart = 0;
  for (int i = 0; i < 30; ++i) {
    Asked asked;
    asked.request.answer = strict_;
    asked.request.max_tokens = 60;
    asked.request.drafts = false;
    asked.prompt = vocabulary_->tokenize(tools + test::call_prompt("Greet number " + std::to_string(i)), true);
    apart += asked.prompt.size();
    all.push_back(std::move(asked));
  }
  const size_t common = vocabulary_->tokenize(tools, true).size();
  test::FakeBatchModel model(*vocabulary_, {256, 64, 128, true, true}, 8192);
  Scheduler scheduler(model, 10, 64, 8192);
  const std::vector<Outcome> outcomes = together(scheduler, all);
  expect_same(outcomes, all);
  size_t prompts = 0, cached = 0;
  for (const Outcome& outcome : outcomes) {
    prompts += std::get<GenerateResult>(outcome).prompt_tokens;
    cached += std::get<GenerateResult>(outcome).cached_tokens;
  }
  EXPECT_EQ(prompts, apart);
  EXPECT_GE(cached, (all.size() - 1) * (common - 1));
  EXPECT_EQ(cached, scheduler.stats().cached_tokens);
}

TEST_F(SchedulerTest, AnAnswerCanBeReplayed) {
  std::vector<Asked> taught;
  std::vector<std::string> texts;
  for (Asked& asked : mixture(30, 9)) {
    texts.push_back(std::get<GenerateResult>(alone(asked)).text);
    asked.request.teacher = texts.back();
    asked.request.max_tokens = 200;  // by canonical tokens it may take more
    taught.push_back(std::move(asked));
  }
  test::FakeBatchModel model(*vocabulary_, {128, 64, 128, true, true}, 8192);
  Scheduler scheduler(model, 8, 64, 8192);
  const std::vector<Outcome> outcomes = together(scheduler, taught);
  for (size_t i = 0; i < outcomes.size(); ++i) EXPECT_EQ(std::get<GenerateResult>(outcomes[i]).text, texts[i]);
}

TEST_F(SchedulerTest, EndsEverythingAtOnce) {
  const std::vector<Asked> all = mixture(5, 10);
  test::FakeBatchModel model(*vocabulary_, {64, 64, 128, true, true}, 8192);
  Scheduler scheduler(model, 5, 64, 8192);
  size_t failed = 0;
  for (const Asked& asked : all) {
    scheduler.start({asked.request, asked.prompt, nullptr, [&](const Outcome& outcome) { failed += code_of(outcome) == "SURECALL_DISPOSED"; }});
  }
  scheduler.step();
  scheduler.fail_all(Error("SURECALL_DISPOSED", "over"));
  EXPECT_EQ(failed, all.size());
  EXPECT_FALSE(scheduler.step());
}

}  // namespace
}  // namespace surecall

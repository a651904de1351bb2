// Decoding on a real model: whatever is asked, the answer is complete, the same with every shortcut on or
// off, and the session survives every failure.

#include <gtest/gtest.h>

#include <thread>

#include "decode/decoder.h"
#include "decode/llama_vocabulary.h"
#include "decode/random_evaluator.h"
#include "decode/session.h"
#include "decode_support.h"
#include "support/error.h"

namespace surecall {
namespace {

/// A JSON object with the shape of call_program, read by hand. Returns the tool's name, or "" if it is none.
std::string tool_of(const std::string& text) {
  const std::string head = "{\"name\": \"", tail = "}}\n</tool_call>";
  if (!text.starts_with(head) || !text.ends_with(tail)) return "";
  return text.substr(head.size(), text.find('"', head.size()) - head.size());
}

template <class Run>
std::string code_of(Run&& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

class SessionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (test::test_model().empty()) return;
    ModelOptions options;
    options.context_size = 2048;
    model_ = Model::load(test::test_model(), options).release();
  }
  static void TearDownTestSuite() {
    delete model_;
    model_ = nullptr;
  }
  void SetUp() override {
    if (model_ == nullptr)
      GTEST_SKIP() << "models/surecall-nano.gguf is not there and SURECALL_TEST_MODEL is not set";
    session_ = std::make_unique<Session>(*model_);
  }

  GenerateRequest request(const std::string& query, bool lenient = false) {
    GenerateRequest r;
    r.prompt_text = test::call_prompt(query);
    r.answer = Template::compile(model_->vocabulary(), test::call_program(lenient));
    r.lenient = lenient;
    r.max_tokens = 100;
    return r;
  }

  inline static Model* model_ = nullptr;
  std::unique_ptr<Session> session_;
};

TEST_F(SessionTest, CallsTheRightTool) {
  const GenerateResult sum = session_->generate(request("What is the sum of 40 and 2?"));
  EXPECT_EQ(sum.text, "{\"name\": \"add\", \"arguments\": {\"a\": 40, \"b\": 2}}\n</tool_call>");
  EXPECT_EQ(sum.finish, FinishReason::stop);
  const GenerateResult greeting = session_->generate(request("Greet John"));
  EXPECT_EQ(tool_of(greeting.text), "greet");
  EXPECT_GT(greeting.cached_tokens, 20u);  // system text and tools
}

TEST_F(SessionTest, CountsAddUp) {
  GenerateRequest r = request("What is the sum of 40 and 2?");
  r.trace = true;
  const GenerateResult result = session_->generate(r);
  const bool ended = !result.choices.empty() && result.choices.back().ends;
  EXPECT_EQ(result.forwarded_tokens + result.sampled_tokens, result.tokens.size() + ended);
  EXPECT_EQ(model_->vocabulary()->detokenize(result.tokens), result.text);
  EXPECT_EQ(result.cached_tokens, 0u);
  EXPECT_GE(result.model_steps, 1u);
  EXPECT_LE(result.model_steps, result.sampled_tokens);
  EXPECT_GT(result.forwarded_tokens, 0u);
  std::vector<TokenId> traced;
  for (const TraceStep& step : result.trace) {
    traced.insert(traced.end(), step.tokens.begin(), step.tokens.end());
    if (!step.is_choice) continue;
    ASSERT_FALSE(step.alternatives.empty());
    EXPECT_EQ(step.alternatives.front().token, step.choice.token);
    EXPECT_NEAR(step.alternatives.front().logprob, step.choice.logprob, 1e-6);
    EXPECT_LE(step.choice.logprob, 1e-6);
    EXPECT_GE(step.choice.removed_mass, 0);
    EXPECT_LE(step.choice.removed_mass, 1);
    EXPECT_LE(step.alternatives.size(), std::min<size_t>(5, step.choice.allowed));
  }
  EXPECT_EQ(traced, result.tokens);
}

TEST_F(SessionTest, ShortcutsDoNotChangeTheAnswer) {
  for (const bool lenient : {false, true}) {
    for (const char* query :
         {"What is the sum of 265 and 345?", "Say hello to \"Big\" Bob", "greet shrek", "12 plus 7"}) {
      GenerateRequest r = request(query, lenient);
      const GenerateResult fast = session_->generate(r);
      r.prefix_cache = false;
      const GenerateResult uncached = session_->generate(r);
      r.fast_forward = false;
      const GenerateResult slow = session_->generate(r);
      EXPECT_EQ(fast.text, uncached.text);
      EXPECT_EQ(fast.text, slow.text);
      EXPECT_EQ(fast.tokens, slow.tokens);
      EXPECT_EQ(uncached.cached_tokens, 0u);
      EXPECT_GT(slow.model_steps, fast.model_steps);
      EXPECT_EQ(slow.forwarded_tokens, fast.forwarded_tokens);
    }
  }
}

TEST_F(SessionTest, AnswersAreCompleteAtEveryBudget) {
  GenerateRequest r = request("Greet the person whose name is Maximilian Alexander");
  r.max_tokens = 1;
  EXPECT_EQ(code_of([&] { session_->generate(r); }), "SURECALL_BUDGET_TOO_SMALL");
  uint32_t smallest = 1;
  while (code_of([&] { session_->generate(r); }) != "") r.max_tokens = ++smallest;
  EXPECT_LT(smallest, 40u);
  for (uint32_t budget = smallest; budget < smallest + 30; ++budget) {
    r.max_tokens = budget;
    for (const bool fast : {true, false}) {
      r.fast_forward = fast;
      const GenerateResult result = session_->generate(r);
      EXPECT_NE(tool_of(result.text), "") << budget << ": " << result.text;
      EXPECT_LE(result.tokens.size(), budget);
    }
  }
}

TEST_F(SessionTest, RandomWalksEndInCompleteAnswers) {
  const uint32_t needed = [&] {
    Matcher matcher(request("x").answer);
    return matcher.tokens_to_accept(1000);
  }();
  for (const bool lenient : {false, true}) {
    GenerateRequest r = request("x", lenient);
    for (uint64_t seed = 0; seed < 300; ++seed) {
      r.random_logits_seed = seed;
      r.sampling.temperature = seed % 3 == 0 ? 1.0f : 0.0f;
      for (const uint32_t budget : {needed, needed + 1, needed + 7, 200u}) {
        r.max_tokens = budget;
        r.fast_forward = true;
        const GenerateResult fast = session_->generate(r);
        ASSERT_NE(tool_of(fast.text), "") << seed << " " << budget << ": " << fast.text;
        ASSERT_LE(fast.tokens.size(), budget);
        r.fast_forward = false;
        const GenerateResult slow = session_->generate(r);
        ASSERT_EQ(fast.tokens, slow.tokens) << seed << " " << budget;
      }
    }
  }
}

TEST_F(SessionTest, SamplingIsReproducible) {
  GenerateRequest r = request("Say hello to someone");
  r.sampling = {8.0f, 40, 1.0f, 3};  // hot: the model is sure of what it says
  const GenerateResult first = session_->generate(r);
  EXPECT_EQ(session_->generate(r).text, first.text);
  bool differs = false;
  for (uint64_t seed = 0; seed < 20 && !differs; ++seed) {
    r.sampling.seed = seed;
    differs = session_->generate(r).text != first.text;
  }
  EXPECT_TRUE(differs);
}

TEST_F(SessionTest, FailuresLeaveTheSessionUsable) {
  const std::string expected = session_->generate(request("What is the sum of 40 and 2?")).text;
  GenerateRequest r = request("x");
  r.prompt_text = std::string(20000, 'x');
  EXPECT_EQ(code_of([&] { session_->generate(r); }), "SURECALL_CONTEXT_TOO_SMALL");
  r.prompt_text.clear();
  EXPECT_EQ(code_of([&] { session_->generate(r); }), "SURECALL_INVALID_OPTION");
  r.prompt_tokens = {model_->vocabulary()->size()};
  EXPECT_EQ(code_of([&] { session_->generate(r); }), "SURECALL_INVALID_OPTION");
  const std::atomic<bool> aborted = true;
  EXPECT_EQ(code_of([&] { session_->generate(request("x"), &aborted); }), "SURECALL_ABORTED");
  r = request("x");
  r.answer = Template::compile(load_vocabulary(test::test_model()), test::call_program());
  EXPECT_EQ(code_of([&] { session_->generate(r); }), "SURECALL_INVALID_OPTION");
  EXPECT_EQ(session_->generate(request("What is the sum of 40 and 2?")).text, expected);
}

TEST_F(SessionTest, AbortStopsARunningCall) {
  GenerateRequest r = request("x");
  r.prompt_text = test::call_prompt(std::string(1500, '7'));
  r.prefix_cache = false;
  for (const int after_us : {0, 200, 2000, 8000}) {
    std::atomic<bool> abort = false;
    std::thread stopper([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(after_us));
      abort = true;
    });
    const std::string code = code_of([&] { session_->generate(r, &abort); });
    stopper.join();
    EXPECT_TRUE(code == "SURECALL_ABORTED" || code == "") << code;
  }
  EXPECT_NE(tool_of(session_->generate(request("What is the sum of 40 and 2?")).text), "");
}

TEST_F(SessionTest, PromptsLongerThanABatchAreChunked) {
  GenerateRequest r = request("x");
  r.prompt_text = test::call_prompt("What is the sum of 40 and 2? " + std::string(1200, '9'));
  const GenerateResult result = session_->generate(r);
  EXPECT_GT(result.prompt_tokens, 1200u);
  EXPECT_EQ(session_->generate(r).cached_tokens, result.prompt_tokens);
}

TEST(ModelLoad, KeepsTheVocabularyUsableForMasksAfterTheModelIsGone) {
  if (test::test_model().empty()) GTEST_SKIP() << "no model";
  std::shared_ptr<const Vocabulary> vocabulary = Model::load(test::test_model(), {})->vocabulary();
  EXPECT_EQ(vocabulary->bytes(0).size(), 1u);
  EXPECT_EQ(code_of([&] { vocabulary->tokenize("x"); }), "SURECALL_DISPOSED");
}

TEST(ModelLoad, ReportsProgressAndStops) {
  if (test::test_model().empty()) GTEST_SKIP() << "no model";
  float last = 0;
  Model::load(test::test_model(), {}, [&](float share) { return last = share, true; });
  EXPECT_EQ(last, 1);
  EXPECT_EQ(code_of([&] { Model::load(test::test_model(), {}, [](float) { return false; }); }),
            "SURECALL_ABORTED");
}

TEST(ModelLoad, RefusesAVocabularyAlone) {
  if (test::qwen_vocabulary().empty()) GTEST_SKIP() << "vendor/llama.cpp is not there";
  EXPECT_EQ(code_of([&] { Model::load(test::qwen_vocabulary(), {}); }), "SURECALL_MODEL_LOAD");
}

}  // namespace
}  // namespace surecall

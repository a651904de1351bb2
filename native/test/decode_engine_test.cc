// The engine's queue: order, cancelling, closing. Every request is answered exactly once, whatever happens
// around it.

#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "decode/engine.h"
#include "decode_support.h"

namespace surecall {
namespace {

using Answer = Engine::Outcome<GenerateResult>;

template <class T>
std::string code_of(const Engine::Outcome<T>& outcome) {
  const Error* error = std::get_if<Error>(&outcome);
  return error != nullptr ? error->code() : "";
}

class EngineTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test::test_model().empty())
      GTEST_SKIP() << "models/surecall-nano.gguf is not there and SURECALL_TEST_MODEL is not set";
    ModelOptions options;
    options.context_size = 4096;
    std::promise<Engine::Outcome<Engine::Loaded>> loaded;
    engine_ = std::make_unique<Engine>();
    engine_->load(test::test_model(), options, {}, nullptr,
                  [&](auto outcome) { loaded.set_value(std::move(outcome)); });
    vocabulary_ = std::get<Engine::Loaded>(loaded.get_future().get()).vocabulary;
    template_ = Template::compile(vocabulary_, test::call_program());
  }

  GenerateRequest quick() {
    GenerateRequest request;
    request.prompt_text = test::call_prompt("What is the sum of 40 and 2?");
    request.answer = template_;
    request.max_tokens = 100;
    return request;
  }
  /// Keeps the engine busy for some hundred milliseconds.
  GenerateRequest slow() {
    GenerateRequest request = quick();
    request.prompt_text = test::call_prompt(std::string(3500, '7'));
    request.prefix_cache = false;
    return request;
  }
  std::future<Answer> ask(GenerateRequest request, std::shared_ptr<Cancel> cancel = nullptr) {
    auto promise = std::make_shared<std::promise<Answer>>();
    engine_->generate(std::move(request), std::move(cancel),
                      [promise](Answer answer) { promise->set_value(std::move(answer)); });
    return promise->get_future();
  }

  std::unique_ptr<Engine> engine_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<Template> template_;
};

TEST_F(EngineTest, AnswersInOrder) {
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::future<Answer>> answers;
  for (int i = 0; i < 5; ++i) {
    auto promise = std::make_shared<std::promise<Answer>>();
    answers.push_back(promise->get_future());
    engine_->generate(quick(), nullptr, [&, i, promise](Answer answer) {
      {
        const std::lock_guard lock(mutex);
        order.push_back(i);
      }
      promise->set_value(std::move(answer));
    });
  }
  for (auto& answer : answers) EXPECT_EQ(code_of(answer.get()), "");
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_F(EngineTest, CancellingAQueuedRequestFailsItAtOnce) {
  auto running = ask(slow());
  const auto cancel = std::make_shared<Cancel>();
  auto queued = ask(quick(), cancel);
  auto behind = ask(quick());
  cancel->cancel();
  EXPECT_EQ(queued.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(code_of(queued.get()), "SURECALL_ABORTED");
  EXPECT_EQ(code_of(running.get()), "");
  EXPECT_EQ(code_of(behind.get()), "");
}

TEST_F(EngineTest, CancellingARunningRequestStopsIt) {
  const auto cancel = std::make_shared<Cancel>();
  auto running = ask(slow(), cancel);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  cancel->cancel();
  EXPECT_EQ(code_of(running.get()), "SURECALL_ABORTED");
  EXPECT_EQ(code_of(ask(quick()).get()), "");
}

TEST_F(EngineTest, ACancelledHandleCancelsEverythingAfterIt) {
  const auto cancel = std::make_shared<Cancel>();
  EXPECT_EQ(code_of(ask(quick(), cancel).get()), "");
  cancel->cancel();
  cancel->cancel();
  EXPECT_EQ(code_of(ask(quick(), cancel).get()), "SURECALL_ABORTED");
  EXPECT_EQ(code_of(ask(quick()).get()), "");
}

TEST_F(EngineTest, ClosingEndsWhatRunsAndWhatWaits) {
  auto running = ask(slow());
  auto queued = ask(quick());
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::promise<void> first, second;
  engine_->close([&] { first.set_value(); });
  engine_->close([&] { second.set_value(); });
  EXPECT_EQ(code_of(queued.get()), "SURECALL_DISPOSED");
  EXPECT_EQ(code_of(running.get()), "SURECALL_DISPOSED");
  first.get_future().get();
  second.get_future().get();
  EXPECT_EQ(code_of(ask(quick()).get()), "SURECALL_DISPOSED");
  std::promise<void> late;
  engine_->close([&] { late.set_value(); });
  late.get_future().get();
}

TEST_F(EngineTest, CanBeDestroyedWhileRunning) {
  auto running = ask(slow());
  auto queued = ask(quick());
  engine_.reset();
  EXPECT_EQ(code_of(running.get()), "SURECALL_DISPOSED");
  EXPECT_EQ(code_of(queued.get()), "SURECALL_DISPOSED");
}

TEST_F(EngineTest, SurvivesCancellingAtRandomMoments) {
  for (int round = 0; round < 40; ++round) {
    const auto cancel = std::make_shared<Cancel>();
    auto a = ask(quick(), cancel);
    auto b = ask(quick(), cancel);
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(round * 300));
      cancel->cancel();
    });
    for (const std::string& code : {code_of(a.get()), code_of(b.get())})
      EXPECT_TRUE(code == "" || code == "SURECALL_ABORTED") << code;
    canceller.join();
  }
}

TEST(EngineLoad, FailsWithAReason) {
  Engine engine;
  std::promise<Engine::Outcome<Engine::Loaded>> loaded;
  engine.load("no/such/file.gguf", {}, {}, nullptr,
              [&](auto outcome) { loaded.set_value(std::move(outcome)); });
  EXPECT_EQ(code_of(loaded.get_future().get()), "SURECALL_MODEL_LOAD");
}

TEST(EngineLoad, CanBeCancelledBeforeItBegins) {
  Engine engine;
  const auto cancel = std::make_shared<Cancel>();
  cancel->cancel();
  std::promise<Engine::Outcome<Engine::Loaded>> loaded;
  engine.load("no/such/file.gguf", {}, {}, cancel,
              [&](auto outcome) { loaded.set_value(std::move(outcome)); });
  EXPECT_EQ(code_of(loaded.get_future().get()), "SURECALL_ABORTED");
}

}  // namespace
}  // namespace surecall

// The engine's queue: order, cancelling, closing. Every request is answered exactly once, whatever happens
// around it.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>

#include "decode/engine.h"
#include "decode/progress.h"
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

/// Text without end, and where a listener counts what it hears.
GenerateRequest endless(GenerateRequest request, std::shared_ptr<Template> answer, std::function<void()> heard) {
  request.answer = std::move(answer);
  request.max_tokens = 2000;
  request.compare.until = {"of:"};
  request.stop = {"no such text in all of the answer"};
  request.trace = true;
  request.progress = std::make_shared<Progress>(request.answer, std::move(heard));
  return request;
}

std::shared_ptr<Template> words(std::shared_ptr<const Vocabulary> vocabulary) {
  test::ProgramWriter w;
  const auto word = w.capture("word", w.regex("[a-z]{1,5}"));
  const auto named = [&](const char* name) { return w.sequence({w.bytes(name), w.capture(std::string("of:") + name, w.bytes("!"))}); };
  const auto part = w.sequence({word, w.bytes(" <"), w.alternatives({named("get"), named("get_all"), named("set")}), w.bytes("> ")});
  return Template::compile(std::move(vocabulary), w.finish(w.repeat(part, 100, Program::kUnbounded)));
}

TEST_F(EngineTest, WhoListensMayCancelWheneverItHearsSomething) {
  const auto answer = words(vocabulary_);
  for (const bool takes : {true, false}) {
    for (const int after : {1, 2, 7, 40}) {
      const auto cancel = std::make_shared<Cancel>();
      std::atomic<int> heard = 0;
      std::shared_ptr<Progress> progress;
      GenerateRequest request = endless(quick(), answer, [&] {
        // On the engine's thread: what it wakes takes from another.
        if (++heard == after) cancel->cancel();
        if (takes && progress) progress->take();
      });
      progress = request.progress;
      if (!takes && after > 1) {
        // Nothing is taken, so it is woken once: cancelled from outside.
        auto running = ask(std::move(request), cancel);
        std::this_thread::sleep_for(std::chrono::milliseconds(after));
        cancel->cancel();
        EXPECT_EQ(code_of(running.get()), "SURECALL_ABORTED");
        EXPECT_LE(heard, 1);
        continue;
      }
      EXPECT_EQ(code_of(ask(std::move(request), cancel).get()), "SURECALL_ABORTED");
      EXPECT_GE(heard, after);
    }
  }
  EXPECT_EQ(code_of(ask(quick()).get()), "");
}

TEST_F(EngineTest, CanBeDestroyedWhileSomebodyListens) {
  std::vector<std::future<Answer>> answers;
  std::vector<std::shared_ptr<Progress>> listeners;
  std::atomic<int> heard = 0;
  const auto answer = words(vocabulary_);
  for (int i = 0; i < 6; ++i) {
    GenerateRequest request = endless(quick(), answer, [&] { ++heard; });
    listeners.push_back(request.progress);
    answers.push_back(ask(std::move(request)));
  }
  while (heard < 6) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  engine_.reset();
  for (auto& each : answers) EXPECT_EQ(code_of(each.get()), "SURECALL_DISPOSED");
  // What was not taken is still there, and names still have their template.
  for (const auto& listener : listeners) {
    const std::optional<Progress::Part> part = listener->take();
    ASSERT_TRUE(part.has_value());
    for (const CaptureMark& mark : part->marks) EXPECT_FALSE(listener->name_of(mark).empty());
  }
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

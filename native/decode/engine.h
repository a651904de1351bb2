#pragma once
// The engine: one thread that owns a model and its session and works through a queue of requests, several at a time, so
// that nothing of llama.cpp ever runs on the caller's thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "decode/cancel.h"
#include "decode/generate.h"
#include "decode/model.h"
#include "decode/scheduler.h"
#include "support/error.h"

namespace surecall {

class Engine {
 public:
  /// What loading leaves behind; it stays valid when the engine is closed.
  struct Loaded {
    std::shared_ptr<const Vocabulary> vocabulary;
    ModelInfo info;
  };
  template <class T>
  using Outcome = std::variant<T, Error>;
  /// Called exactly once, on the engine's thread or on the thread that cancels or closes. Must not throw, and
  /// must not destroy the engine.
  template <class T>
  using Done = std::function<void(Outcome<T>)>;

  /// Starts the thread.
  Engine();
  /// Closes and waits.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// To be called once, first. `cancel` may be null.
  void load(std::string path, ModelOptions options, std::function<void(float)> progress,
            std::shared_ptr<Cancel> cancel, Done<Loaded> done);
  /// Queues a request behind those before it: they start in this order and may end in another. Cancelled while queued it fails at once, cancelled while
  /// running within one model step: SURECALL_ABORTED. Fails with SURECALL_DISPOSED if the engine is or gets
  /// closed.
  void generate(GenerateRequest request, std::shared_ptr<Cancel> cancel, Done<GenerateResult> done);
  /// What was done so far. From any thread.
  EngineStats stats() const;
  /// Fails what is queued, stops what is running, frees session and model. Does not wait: `closed` is called
  /// when all of that is done. May be called again.
  void close(std::function<void()> closed = {});
  /// close() and wait for the thread to end.
  void join();

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace surecall

#pragma once
// A session: one llama.cpp context on a model, answering many requests together. Used by one thread.

#include <atomic>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "decode/generate.h"
#include "decode/llama_batch_model.h"
#include "decode/model.h"
#include "decode/scheduler.h"
#include "decode/stored_prefixes.h"

struct llama_context;

namespace surecall {

class Session {
 public:
  using Done = std::function<void(std::variant<GenerateResult, Error>)>;

  /// The model must outlive the session. Throws Error SURECALL_MODEL_LOAD if the context cannot be made.
  /// `prefix_folder` may be empty (ModelOptions).
  explicit Session(const Model& model, const std::string& prefix_folder = {}, uint64_t prefix_bytes = 0);
  /// Waits for what is being written to the prefix folder.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// True if another request can start.
  bool has_room() const { return scheduler_->has_room(); }
  bool idle() const { return scheduler_->active() == 0; }
  /// Starts a request. `stop` may be null; when it becomes true, the request ends within one model step. `done` is called
  /// once, here or in step(), and must not throw. Errors: SURECALL_INVALID_OPTION, SURECALL_CONTEXT_TOO_SMALL,
  /// SURECALL_BUDGET_TOO_SMALL (these before anything is evaluated), SURECALL_ABORTED, SURECALL_TEACHER, SURECALL_NATIVE.
  /// The session stays usable, and other requests do not notice.
  void start(GenerateRequest request, const std::atomic<bool>* stop, Done done, double queued_ms = 0);
  /// Evaluates one batch for all requests.
  void step();
  /// Ends all requests.
  void fail_all(const Error& error) { scheduler_->fail_all(error); }
  const EngineStats& stats() const { return scheduler_->stats(); }

  /// One request by itself. Throws what start() reports.
  GenerateResult generate(const GenerateRequest& request, const std::atomic<bool>* stop = nullptr);

 private:
  std::vector<TokenId> prompt_of(const GenerateRequest& request) const;
  void check(const GenerateRequest& request, const std::vector<TokenId>& prompt) const;
  void open_store(const std::string& folder, uint64_t most_bytes);
  GenerateResult walk(const GenerateRequest& request, std::vector<TokenId> prompt, const std::atomic<bool>* stop) const;

  const Model& model_;
  std::unique_ptr<llama_context, void (*)(llama_context*)> context_;
  std::unique_ptr<LlamaBatchModel> batch_model_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<PrefixStore> store_;  // where there is a folder
  std::unique_ptr<StoredPrefixes> stored_;
};

}  // namespace surecall

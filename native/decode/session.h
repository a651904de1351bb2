#pragma once
// A session: one llama.cpp context on a model, answering one request after the other. Used by one thread.

#include <atomic>
#include <memory>
#include <vector>

#include "decode/generate.h"
#include "decode/llama_sequence.h"
#include "decode/model.h"

struct llama_context;

namespace surecall {

class Session {
 public:
  /// The model must outlive the session. Throws Error SURECALL_MODEL_LOAD if the context cannot be made.
  explicit Session(const Model& model);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Decodes one answer. `abort` may be null; when it becomes true, decoding stops within one model step.
  /// Throws Error: SURECALL_INVALID_OPTION, SURECALL_CONTEXT_TOO_SMALL, SURECALL_BUDGET_TOO_SMALL (these
  /// before anything is evaluated), SURECALL_ABORTED, SURECALL_NATIVE. The session stays usable.
  GenerateResult generate(const GenerateRequest& request, const std::atomic<bool>* abort = nullptr);

 private:
  std::vector<TokenId> prompt_of(const GenerateRequest& request) const;
  void check(const GenerateRequest& request, const std::vector<TokenId>& prompt) const;

  const Model& model_;
  std::atomic<const std::atomic<bool>*> abort_{nullptr};  // read by llama.cpp's threads while they compute
  std::unique_ptr<llama_context, void (*)(llama_context*)> context_;
  std::unique_ptr<LlamaSequence> sequence_;
};

}  // namespace surecall

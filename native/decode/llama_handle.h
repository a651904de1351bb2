#pragma once
// One llama_model with several users, one of whom may end its life.

#include <mutex>
#include <shared_mutex>
#include <utility>

#include "support/error.h"

struct llama_model;

namespace surecall {

/// Owns a llama_model. The tokenizer of a vocabulary may live longer than the weights (a caller keeps the
/// vocabulary after dispose()), so every use holds the model for its duration, and release() waits for them.
class LlamaHandle {
 public:
  explicit LlamaHandle(llama_model* model) : model_(model) {}
  ~LlamaHandle() { release(); }
  LlamaHandle(const LlamaHandle&) = delete;
  LlamaHandle& operator=(const LlamaHandle&) = delete;

  /// Calls `use(llama_model*)`. Throws Error SURECALL_DISPOSED after release().
  template <class Use>
  auto with(Use&& use) const {
    const std::shared_lock lock(mutex_);
    if (model_ == nullptr) throw Error("SURECALL_DISPOSED", "the model of this vocabulary was disposed");
    return std::forward<Use>(use)(model_);
  }
  /// For the owner, who alone calls release().
  llama_model* get() const { return model_; }
  /// Frees the model now.
  void release();

 private:
  mutable std::shared_mutex mutex_;
  llama_model* model_;
};

}  // namespace surecall

#include "decode/llama_handle.h"

#include <llama.h>

namespace surecall {

void LlamaHandle::release() {
  const std::unique_lock lock(mutex_);
  if (model_ != nullptr) llama_model_free(model_);
  model_ = nullptr;
}

}  // namespace surecall

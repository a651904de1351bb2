#pragma once
// A model: weights, vocabulary and what the file says about itself.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "decode/backends.h"
#include "decode/llama_handle.h"
#include "vocab/vocabulary.h"

namespace surecall {

/// Whether attention is computed in one pass over the cache; `automatic`: where the backend can.
enum class FlashAttention : int8_t { automatic = -1, off = 0, on = 1 };

struct ModelOptions {
  uint32_t threads =
      0;  ///< 0: all physical cores, fewer for small models. More than there are is lowered to that
  Gpu gpu = Gpu::automatic;   ///< which GPU to use, if any; without one the CPU does the work
  int32_t gpu_layers = -1;    ///< layers on the GPU where there is one; -1: all
  uint32_t context_size = 0;  ///< tokens of one prompt and its answer, at most what the model was made for; 0: that or 8192
  uint32_t cache_size = 0;    ///< tokens in the KV cache, of all answers and kept prefixes; 0: context_size. At least that
  uint32_t slots = kDefaultSlots;  ///< answers that are decoded together
  uint32_t batch_size = 512;       ///< most tokens evaluated in one call of llama.cpp
  FlashAttention flash_attention = FlashAttention::automatic;
  std::string kv_type = "f16";  ///< how keys and values are stored: f32, f16, bf16, q8_0, q5_1, q5_0, q4_1, q4_0
  std::string prefix_folder;    ///< where evaluated prefixes are kept between processes (prefix_store.h); empty: nowhere
  uint64_t prefix_bytes = uint64_t{2} << 30;  ///< most bytes of that folder
  bool mmap = true;             ///< map the file instead of reading it

  static constexpr uint32_t kDefaultSlots = 16;
  static constexpr uint32_t kMostSlots = 64;
};

struct ModelInfo {
  std::string path, architecture, name, description;
  std::optional<std::string> chat_template, bos_token, eos_token;
  std::optional<TokenId> bos_id, eos_id;
  bool adds_bos = false;
  uint64_t parameters = 0, file_bytes = 0, weight_bytes = 0;
  uint32_t context_length = 0;  ///< what the model was made for
  uint32_t context_size = 0;    ///< what is used of it
  uint32_t cache_size = 0;      ///< tokens in the KV cache
  uint64_t cache_bytes = 0;     ///< about, of the KV cache
  uint32_t layers = 0, embedding_size = 0, vocabulary_size = 0;
  uint32_t threads = 0, batch_size = 0, slots = 0;
  int32_t gpu_layers = 0;
  std::string gpu;         ///< "cuda", "metal"; empty if it is the CPU
  std::string gpu_reason;  ///< why it is the CPU although a GPU was asked for; empty if it was not
  FlashAttention flash_attention = FlashAttention::automatic;
  std::string kv_type_name;
  int32_t kv_type = 0;  ///< ggml's number for it
};

class Model {
 public:
  static constexpr uint32_t kDefaultContext = 8192;

  /// A model gets one more thread by default for each so many bytes of weights. llama.cpp's threads meet at a
  /// barrier after every operation and spin there: for the bundled model of 2 MB a second thread gains
  /// nothing, and costs a factor of 100 as soon as another process wants the core.
  static constexpr uint64_t kWeightsPerThread = uint64_t{32} << 20;

  /// Called with the share done, 0 to 1, on the loading thread. Returns false to stop loading.
  using Progress = std::function<bool(float)>;

  /// Throws Error: SURECALL_MODEL_LOAD, SURECALL_INVALID_OPTION, SURECALL_ABORTED if `progress` said stop.
  static std::unique_ptr<Model> load(const std::string& path, const ModelOptions& options,
                                     const Progress& progress = {});
  /// Frees the weights, also if someone still holds the vocabulary.
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  const std::shared_ptr<const Vocabulary>& vocabulary() const { return vocabulary_; }
  const ModelInfo& info() const { return info_; }
  llama_model* llama() const { return handle_->get(); }

 private:
  Model() = default;

  std::shared_ptr<LlamaHandle> handle_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  ModelInfo info_;
};

}  // namespace surecall

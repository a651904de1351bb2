#include "decode/model.h"

#include <llama.h>

#include <algorithm>

#include "decode/cpu_cores.h"
#include "decode/gguf_check.h"
#include "decode/llama_runtime.h"
#include "decode/llama_vocabulary.h"
#include "support/error.h"

namespace surecall {
namespace {

constexpr std::pair<std::string_view, ggml_type> kKvTypes[] = {
    {"f32", GGML_TYPE_F32},   {"f16", GGML_TYPE_F16},   {"bf16", GGML_TYPE_BF16}, {"q8_0", GGML_TYPE_Q8_0},
    {"q5_1", GGML_TYPE_Q5_1}, {"q5_0", GGML_TYPE_Q5_0}, {"q4_1", GGML_TYPE_Q4_1}, {"q4_0", GGML_TYPE_Q4_0}};

ggml_type kv_type(std::string_view name) {
  std::string names;
  for (const auto& [known, type] : kKvTypes) {
    if (known == name) return type;
    names += (names.empty() ? "" : ", ") + std::string(known);
  }
  throw Error("SURECALL_INVALID_OPTION", "kvType must be one of " + names + ", not '" + std::string(name) + "'");
}

void check_options(const ModelOptions& options) {
  const auto refuse = [](const std::string& what) { throw Error("SURECALL_INVALID_OPTION", what); };
  if (options.slots < 1 || options.slots > ModelOptions::kMostSlots)
    refuse("slots must be from 1 to " + std::to_string(ModelOptions::kMostSlots));
  if (options.batch_size < 64 || options.batch_size > 1 << 16) refuse("batchSize must be from 64 to 65536");
  if (options.context_size != 0 && options.context_size < 256) refuse("contextSize must be at least 256");
  if (options.kv_type != "f16" && options.flash_attention == FlashAttention::off && ggml_is_quantized(kv_type(options.kv_type)))
    refuse("kvType '" + options.kv_type + "' needs flash attention");
}

std::string metadata(const llama_model* model, const char* key) {
  const int32_t size = llama_model_meta_val_str(model, key, nullptr, 0);
  if (size < 0) return "";
  std::string value(static_cast<size_t>(size) + 1, '\0');
  llama_model_meta_val_str(model, key, value.data(), value.size());
  value.pop_back();
  return value;
}

// llama.cpp falls back to fixed ids (11, a comma, for byte-level vocabularies) where the file names no token.
std::optional<TokenId> special(const llama_model* model, const char* key, llama_token id) {
  if (id == LLAMA_TOKEN_NULL || metadata(model, key).empty()) return std::nullopt;
  return static_cast<TokenId>(id);
}

/// Keys and values of one token in one layer.
uint64_t cell_bytes(const llama_model* model, const ModelInfo& info) {
  const auto usual = info.embedding_size / static_cast<uint32_t>(std::max(1, llama_model_n_head(model)));
  uint64_t bytes = 0;
  for (const char* key : {".attention.key_length", ".attention.value_length"}) {
    const std::string given = metadata(model, (info.architecture + key).c_str());
    const uint64_t length = given.empty() ? usual : std::strtoull(given.c_str(), nullptr, 10);
    bytes += length * static_cast<uint64_t>(std::max(1, llama_model_n_head_kv(model)));
  }
  const auto type = static_cast<ggml_type>(info.kv_type);
  return bytes * ggml_type_size(type) / static_cast<uint64_t>(ggml_blck_size(type));
}

ModelInfo describe(const llama_model* model, const Vocabulary& vocabulary, const ModelOptions& options) {
  const llama_vocab* vocab = llama_model_get_vocab(model);
  ModelInfo info;
  info.architecture = metadata(model, "general.architecture");
  info.name = metadata(model, "general.name");
  char description[256] = "";
  llama_model_desc(model, description, sizeof description);
  info.description = description;
  if (const char* text = llama_model_chat_template(model, nullptr)) info.chat_template = text;
  info.bos_id = special(model, "tokenizer.ggml.bos_token_id", llama_vocab_bos(vocab));
  info.eos_id = special(model, "tokenizer.ggml.eos_token_id", llama_vocab_eos(vocab));
  if (info.bos_id) info.bos_token = vocabulary.spelling(*info.bos_id);
  if (info.eos_id) info.eos_token = vocabulary.spelling(*info.eos_id);
  info.adds_bos = llama_vocab_get_add_bos(vocab);
  info.parameters = llama_model_n_params(model);
  info.weight_bytes = llama_model_size(model);
  info.context_length = static_cast<uint32_t>(std::max(llama_model_n_ctx_train(model), 0));
  info.layers = static_cast<uint32_t>(llama_model_n_layer(model));
  info.embedding_size = static_cast<uint32_t>(llama_model_n_embd(model));
  info.vocabulary_size = vocabulary.size();

  const uint32_t wanted = options.context_size != 0 ? options.context_size : Model::kDefaultContext;
  info.context_size = info.context_length == 0 ? wanted : std::min(wanted, info.context_length);
  info.cache_size = std::max(options.cache_size, info.context_size);
  info.kv_type_name = options.kv_type;
  info.kv_type = kv_type(options.kv_type);
  info.flash_attention = options.flash_attention;
  info.cache_bytes = info.layers * info.cache_size * cell_bytes(model, info);
  const uint64_t worthwhile = 1 + info.weight_bytes / Model::kWeightsPerThread;
  info.threads = static_cast<uint32_t>(
      std::min<uint64_t>(options.threads != 0 ? options.threads : worthwhile, physical_cores()));
  info.batch_size = std::min(options.batch_size, info.context_size);
  info.slots = options.slots;
  return info;
}

bool on_progress(float progress, void* data) {
  return (*static_cast<const Model::Progress*>(data))(progress);
}

}  // namespace

std::unique_ptr<Model> Model::load(const std::string& path, const ModelOptions& options,
                                   const Progress& progress) {
  check_options(options);
  const GgufFacts facts = check_gguf(path, /*need_weights=*/true);
  bool stopped = false;
  const Progress watch = [&](float share) {
    stopped = progress && !progress(share);
    return !stopped;
  };

  llama_model_params params = llama_model_default_params();
  BackendChoice backend = choose_backend(options.gpu);
  params.devices = backend.devices.data();
  params.n_gpu_layers = backend.gpu.empty() ? 0 : options.gpu_layers;
  params.load_mode = options.mmap && llama_supports_mmap() ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
  params.progress_callback = on_progress;
  params.progress_callback_user_data = const_cast<Progress*>(&watch);

  const LogCapture log;
  const AssertGuard guard;
  std::unique_ptr<Model> model(new Model);
  try {
    model->handle_ = std::make_shared<LlamaHandle>(llama_model_load_from_file(path.c_str(), params));
    const llama_model* loaded = model->handle_->get();
    if (stopped) throw Error("SURECALL_ABORTED", "loading was aborted");
    if (loaded == nullptr)
      throw Error("SURECALL_MODEL_LOAD", log.text().empty() ? "llama.cpp cannot load it" : log.text());
    if (llama_model_has_encoder(loaded) || !llama_model_has_decoder(loaded)) {
      throw Error("SURECALL_MODEL_LOAD", "models of architecture '" + facts.architecture +
                                             "' do not generate text from a prompt alone");
    }
    model->vocabulary_ = make_vocabulary(model->handle_);
    model->info_ = describe(loaded, *model->vocabulary_, options);
  } catch (const Error& error) {
    throw Error(error.code(), path + ": " + error.what());
  } catch (const std::exception& error) {
    throw Error("SURECALL_MODEL_LOAD", path + ": " + error.what());
  }
  model->info_.path = path;
  model->info_.gpu_layers = params.n_gpu_layers;
  model->info_.gpu = std::move(backend.gpu);
  model->info_.gpu_reason = std::move(backend.reason);
  model->info_.file_bytes = facts.file_bytes;
  return model;
}

Model::~Model() {
  if (handle_) handle_->release();
}

}  // namespace surecall

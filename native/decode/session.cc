#include "decode/session.h"

#include <llama.h>

#include <algorithm>

#include "decode/decoder.h"
#include "decode/llama_runtime.h"
#include "decode/random_evaluator.h"
#include "support/error.h"

namespace surecall {
namespace {

// llama.cpp rounds up to this, and lowers its batches to what it was given before rounding.
constexpr uint32_t kSmallestContext = 256;
// Ids of sequences in a unified cache, whatever n_seq_max is (LLAMA_MAX_SEQ). n_seq_max is kept small: llama.cpp reserves
// logits for each.
constexpr size_t kMostSequences = 256;
// Logits per slot and step, on average: one choice, and a few after draft tokens.
constexpr uint32_t kRowsPerSlot = 4;

bool should_abort(void* data) {
  const auto* scheduler = static_cast<const std::unique_ptr<Scheduler>*>(data)->get();
  return scheduler != nullptr && scheduler->batch_is_stopped();
}

/// ggml's GGML_FA_TILE_Q.
constexpr size_t kAttentionTile = 64;
/// Attention token by token is so much slower than the products with weights, per multiplication. (Measured, AVX-512.)
constexpr size_t kSlowerAttention = 9;

/// Weights that a token is multiplied with, against what it is multiplied with in a cell.
size_t token_cells(const llama_model* model, const ModelInfo& info) {
  const uint64_t weights = info.parameters - std::min(info.parameters, uint64_t{info.vocabulary_size} * info.embedding_size);
  const uint64_t kept = info.cache_bytes / std::max(1U, info.cache_size) / ggml_type_size(static_cast<ggml_type>(info.kv_type));
  const auto heads = static_cast<uint64_t>(std::max(1, llama_model_n_head(model))), kept_heads = static_cast<uint64_t>(std::max(1, llama_model_n_head_kv(model)));
  return weights / std::max<uint64_t>(1, kept * heads / kept_heads * kSlowerAttention);
}

BatchModel::Limits limits_of(const llama_model* model, const llama_context_params& params, const ModelInfo& info) {
  BatchModel::Limits limits;
  const bool is_tiled = info.gpu.empty() && params.flash_attn_type != LLAMA_FLASH_ATTN_TYPE_DISABLED &&
                        (params.type_k == GGML_TYPE_F16 || params.type_k == GGML_TYPE_F32);
  limits.tokens = params.n_batch;
  limits.rows = params.n_outputs_max;
  // Recurrent models keep one state per sequence: it cannot be shared, and cannot go back.
  limits.shares = limits.rewinds = !llama_model_is_recurrent(model) && !llama_model_is_hybrid(model);
  if (is_tiled && limits.shares && params.n_batch >= kAttentionTile) {
    limits.tile = kAttentionTile;
    limits.token_cells = token_cells(model, info);
  }
  limits.sequences = limits.shares ? kMostSequences : params.n_seq_max;
  return limits;
}

}  // namespace

Session::Session(const Model& model, const std::string& prefix_folder, uint64_t prefix_bytes) : model_(model), context_(nullptr, llama_free) {
  const ModelInfo& info = model.info();
  llama_context_params params = llama_context_default_params();
  params.n_ctx = std::max(info.cache_size, kSmallestContext);
  params.n_batch = std::max(info.batch_size, static_cast<uint32_t>(Demand::kMaxDraft));
  params.n_ubatch = params.n_batch;
  // llama.cpp saves the states of ids below this alone: one is for what comes from or goes to the disk.
  params.n_seq_max = info.slots + (prefix_folder.empty() ? 0 : 1);
  params.kv_unified = true;
  params.n_outputs_max = std::min(std::max(static_cast<uint32_t>(Demand::kMaxRows), kRowsPerSlot * info.slots), params.n_batch);
  params.n_threads = static_cast<int32_t>(info.threads);
  params.n_threads_batch = static_cast<int32_t>(info.threads);
  params.flash_attn_type = static_cast<llama_flash_attn_type>(info.flash_attention);
  params.type_k = params.type_v = static_cast<ggml_type>(info.kv_type);
  params.abort_callback = should_abort;
  params.abort_callback_data = &scheduler_;

  const LogCapture log;
  const AssertGuard guard;
  try {
    context_.reset(llama_init_from_model(model.llama(), params));
  } catch (const std::exception& error) {
    throw Error("SURECALL_MODEL_LOAD", info.path + ": " + error.what());
  }
  if (!context_) {
    throw Error("SURECALL_MODEL_LOAD", info.path + ": a context of " + std::to_string(info.cache_size) +
                                           " tokens cannot be made" +
                                           (log.text().empty() ? "" : ": " + log.text()));
  }
  batch_model_ = std::make_unique<LlamaBatchModel>(context_.get(), limits_of(model.llama(), params, info));
  scheduler_ = std::make_unique<Scheduler>(*batch_model_, info.slots, info.slots + 1, info.cache_size / 2);
  if (!prefix_folder.empty() && batch_model_->limits().shares) open_store(prefix_folder, prefix_bytes);
}

Session::~Session() {
  if (!stored_) return;
  store_->flush();  // what is on its way counts
  stored_->save_last();
}

void Session::open_store(const std::string& folder, uint64_t most_bytes) {
  const ModelInfo& info = model_.info();
  const std::string parameters = "llama.cpp " SURECALL_LLAMA_COMMIT " kv " + info.kv_type_name + " flash " +
                                 std::to_string(static_cast<int>(info.flash_attention)) + " gpu " + info.gpu + std::to_string(info.gpu_layers);
  const std::optional<PrefixKey> key = prefix_key(info.path, parameters);
  if (!key) return;
  store_ = std::make_unique<PrefixStore>(folder, *key, most_bytes);
  stored_ = std::make_unique<StoredPrefixes>(*batch_model_, scheduler_->prefixes(), *store_, static_cast<SequenceId>(info.slots));
}

void Session::step() {
  scheduler_->step();
  if (stored_) stored_->save_common();
}

void Session::start(GenerateRequest request, const std::atomic<bool>* stop, Done done, double queued_ms) {
  try {
    std::vector<TokenId> prompt = prompt_of(request);
    check(request, prompt);
    if (request.random_logits_seed) return done(walk(request, std::move(prompt), stop));
    if (stored_ && request.prefix_cache) stored_->fetch(prompt);
    scheduler_->start({std::move(request), std::move(prompt), stop, std::move(done), queued_ms});
  } catch (const Error& error) {
    done(error);
  } catch (const std::exception& error) {
    done(Error("SURECALL_NATIVE", error.what()));
  }
}

GenerateResult Session::walk(const GenerateRequest& request, std::vector<TokenId> prompt, const std::atomic<bool>* stop) const {
  RandomEvaluator evaluator(*model_.vocabulary(), *request.random_logits_seed);
  Drafting drafting;
  return Decoder(request, std::move(prompt), evaluator, stop, &drafting).run(evaluator);
}

GenerateResult Session::generate(const GenerateRequest& request, const std::atomic<bool>* stop) {
  std::optional<std::variant<GenerateResult, Error>> outcome;
  start(request, stop, [&](std::variant<GenerateResult, Error> ended) { outcome = std::move(ended); });
  while (!outcome) step();
  if (const Error* error = std::get_if<Error>(&*outcome)) throw *error;
  return std::get<GenerateResult>(std::move(*outcome));
}

std::vector<TokenId> Session::prompt_of(const GenerateRequest& request) const {
  if (!request.prompt_tokens.empty()) return request.prompt_tokens;
  std::vector<TokenId> tokens = model_.vocabulary()->tokenize(request.prompt_text, /*parse_special=*/true);
  const ModelInfo& info = model_.info();
  if (info.adds_bos && info.bos_id && (tokens.empty() || tokens.front() != *info.bos_id))
    tokens.insert(tokens.begin(), *info.bos_id);
  return tokens;
}

void Session::check(const GenerateRequest& request, const std::vector<TokenId>& prompt) const {
  const Vocabulary& vocabulary = *model_.vocabulary();
  if (!request.answer) throw Error("SURECALL_INVALID_OPTION", "the request has no template");
  if (&request.answer->vocabulary() != &vocabulary) {
    throw Error("SURECALL_INVALID_OPTION",
                "the template was compiled against the vocabulary of another model");
  }
  if (prompt.empty()) throw Error("SURECALL_INVALID_OPTION", "the prompt is empty");
  for (const TokenId token : prompt) {
    if (token >= vocabulary.size()) {
      throw Error("SURECALL_INVALID_OPTION", "the prompt has token id " + std::to_string(token) +
                                                 ", and the vocabulary has " +
                                                 std::to_string(vocabulary.size()) + " tokens");
    }
  }
  if (request.random_logits_seed) return;
  const size_t context = model_.info().context_size;
  if (prompt.size() + request.max_tokens > context) {
    throw Error("SURECALL_CONTEXT_TOO_SMALL",
                "the prompt has " + std::to_string(prompt.size()) + " tokens and maxTokens is " +
                    std::to_string(request.max_tokens) + ", but the context holds " +
                    std::to_string(context) + " tokens");
  }
}

}  // namespace surecall

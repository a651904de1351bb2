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

bool should_abort(void* data) {
  const auto* slot = static_cast<const std::atomic<const std::atomic<bool>*>*>(data);
  const std::atomic<bool>* flag = slot->load(std::memory_order_acquire);
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

}  // namespace

Session::Session(const Model& model) : model_(model), context_(nullptr, llama_free) {
  const ModelInfo& info = model.info();
  llama_context_params params = llama_context_default_params();
  params.n_ctx = std::max(info.context_size, kSmallestContext);
  params.n_batch = std::max(info.batch_size, static_cast<uint32_t>(Evaluator::kMaxDraft));
  params.n_ubatch = params.n_batch;
  params.n_seq_max = info.slots;
  params.n_outputs_max =
      static_cast<uint32_t>(std::min<size_t>(Evaluator::kMaxRows * info.slots, params.n_batch));
  params.n_threads = static_cast<int32_t>(info.threads);
  params.n_threads_batch = static_cast<int32_t>(info.threads);
  params.abort_callback = should_abort;
  params.abort_callback_data = &abort_;

  const LogCapture log;
  const AssertGuard guard;
  try {
    context_.reset(llama_init_from_model(model.llama(), params));
  } catch (const std::exception& error) {
    throw Error("SURECALL_MODEL_LOAD", info.path + ": " + error.what());
  }
  if (!context_) {
    throw Error("SURECALL_MODEL_LOAD", info.path + ": a context of " + std::to_string(info.context_size) +
                                           " tokens cannot be made" +
                                           (log.text().empty() ? "" : ": " + log.text()));
  }
  sequence_ = std::make_unique<LlamaSequence>(context_.get(), 0, model.vocabulary()->size());
}

Session::~Session() = default;

GenerateResult Session::generate(const GenerateRequest& request, const std::atomic<bool>* abort) {
  std::vector<TokenId> prompt = prompt_of(request);
  check(request, prompt);
  if (request.random_logits_seed) {
    RandomEvaluator evaluator(*model_.vocabulary(), *request.random_logits_seed);
    return Decoder(request, std::move(prompt), evaluator, abort).run();
  }
  if (!request.prefix_cache) sequence_->clear();
  abort_.store(abort, std::memory_order_release);
  try {
    GenerateResult result = Decoder(request, std::move(prompt), *sequence_, abort).run();
    abort_.store(nullptr, std::memory_order_release);
    return result;
  } catch (...) {
    abort_.store(nullptr, std::memory_order_release);
    throw;
  }
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
  const size_t context = std::min(llama_n_ctx_seq(context_.get()), model_.info().context_size);
  if (prompt.size() + request.max_tokens > context) {
    throw Error("SURECALL_CONTEXT_TOO_SMALL",
                "the prompt has " + std::to_string(prompt.size()) + " tokens and maxTokens is " +
                    std::to_string(request.max_tokens) + ", but the context holds " +
                    std::to_string(context) + " tokens");
  }
}

}  // namespace surecall

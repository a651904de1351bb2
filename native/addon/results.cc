// Results and errors on their way to JavaScript (declared in convert.h).

#include <algorithm>

#include "addon/convert.h"

namespace surecall::addon {
namespace {

Napi::Array list(Napi::Env env, size_t size) { return Napi::Array::New(env, size); }

template <class T, class Convert>
Napi::Array list_of(Napi::Env env, const std::vector<T>& values, Convert convert) {
  Napi::Array array = list(env, values.size());
  for (uint32_t i = 0; i < values.size(); ++i) array[i] = convert(values[i]);
  return array;
}

Napi::Object to_js(Napi::Env env, const Choice& choice) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("token", choice.token);
  object.Set("logprob", choice.logprob);
  object.Set("removedMass", choice.removed_mass);
  object.Set("allowed", choice.allowed);
  object.Set("begin", static_cast<double>(choice.begin));
  object.Set("end", static_cast<double>(choice.end));
  object.Set("escaped", choice.escaped);
  object.Set("ends", choice.ends);
  return object;
}

Napi::Object to_js(Napi::Env env, const TraceStep& step) {
  Napi::Object object = step.is_choice ? to_js(env, step.choice) : Napi::Object::New(env);
  object.Set("kind", step.is_choice ? "choice" : "forced");
  object.Set("tokens", addon::to_js(env, std::span<const TokenId>(step.tokens)));
  if (!step.is_choice) return object;
  Napi::Array alternatives = list(env, step.alternatives.size());
  for (uint32_t i = 0; i < step.alternatives.size(); ++i) {
    Napi::Object each = Napi::Object::New(env);
    each.Set("token", step.alternatives[i].token);
    each.Set("logprob", step.alternatives[i].logprob);
    alternatives[i] = each;
  }
  object.Set("alternatives", alternatives);
  return object;
}

}  // namespace

Napi::Value to_js(Napi::Env env, std::string_view bytes) {
  return Napi::Buffer<char>::Copy(env, bytes.data(), bytes.size());
}

Napi::Value to_js(Napi::Env env, std::span<const TokenId> tokens) {
  Napi::Uint32Array array = Napi::Uint32Array::New(env, tokens.size());
  std::copy(tokens.begin(), tokens.end(), array.Data());
  return array;
}

Napi::Value to_js(Napi::Env env, const std::vector<Capture>& captures) {
  Napi::Array array = list(env, captures.size());
  for (uint32_t i = 0; i < captures.size(); ++i) {
    Napi::Object each = Napi::Object::New(env);
    each.Set("name", captures[i].name);
    each.Set("begin", static_cast<double>(captures[i].begin));
    each.Set("end", static_cast<double>(captures[i].end));
    array[i] = each;
  }
  return array;
}

Napi::Value to_js(Napi::Env env, const Forced& forced) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("bytes", to_js(env, std::string_view(forced.bytes)));
  object.Set("tokens", to_js(env, std::span<const TokenId>(forced.tokens)));
  object.Set("heldBack", to_js(env, std::span<const TokenId>(forced.held_back)));
  return object;
}

Napi::Value to_js(Napi::Env env, const TemplateStats& stats) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("automatonBytes", static_cast<double>(stats.automaton_bytes));
  object.Set("stateBytes", static_cast<double>(stats.state_bytes));
  object.Set("maskBytes", static_cast<double>(stats.mask_bytes));
  object.Set("instructions", stats.instructions);
  object.Set("states", stats.states);
  object.Set("masks", stats.masks);
  return object;
}

Napi::Value to_js(Napi::Env env, const ModelInfo& info) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("path", info.path);
  object.Set("architecture", info.architecture);
  object.Set("name", info.name);
  object.Set("description", info.description);
  if (info.chat_template) object.Set("chatTemplate", *info.chat_template);
  object.Set("bosToken", info.bos_token.value_or(""));
  object.Set("eosToken", info.eos_token.value_or(""));
  if (info.bos_id) object.Set("bosId", *info.bos_id);
  if (info.eos_id) object.Set("eosId", *info.eos_id);
  object.Set("addsBos", info.adds_bos);
  object.Set("parameters", static_cast<double>(info.parameters));
  object.Set("fileBytes", static_cast<double>(info.file_bytes));
  object.Set("weightBytes", static_cast<double>(info.weight_bytes));
  object.Set("contextLength", info.context_length);
  object.Set("contextSize", info.context_size);
  object.Set("cacheSize", info.cache_size);
  object.Set("cacheBytes", static_cast<double>(info.cache_bytes));
  object.Set("kvType", info.kv_type_name);
  object.Set("layers", info.layers);
  object.Set("embeddingSize", info.embedding_size);
  object.Set("vocabularySize", info.vocabulary_size);
  object.Set("threads", info.threads);
  object.Set("batchSize", info.batch_size);
  object.Set("slots", info.slots);
  object.Set("gpuLayers", info.gpu_layers);
  if (info.gpu.empty()) object.Set("gpu", false);
  else object.Set("gpu", info.gpu);
  if (!info.gpu_reason.empty()) object.Set("gpuReason", info.gpu_reason);
  return object;
}

Napi::Value to_js(Napi::Env env, const BackendChoice& choice, const std::vector<BackendTrial>& trials,
                  const std::vector<BackendDevice>& devices) {
  Napi::Object object = Napi::Object::New(env);
  if (choice.gpu.empty()) object.Set("gpu", false);
  else object.Set("gpu", choice.gpu);
  if (!choice.reason.empty()) object.Set("gpuReason", choice.reason);
  object.Set("tried", list_of(env, trials, [&](const BackendTrial& trial) {
    Napi::Object to = Napi::Object::New(env);
    to.Set("file", trial.file);
    to.Set("name", trial.name);
    to.Set("score", trial.score);
    to.Set("loaded", trial.loaded);
    if (!trial.reason.empty()) to.Set("reason", trial.reason);
    return to;
  }));
  object.Set("devices", list_of(env, devices, [&](const BackendDevice& device) {
    Napi::Object to = Napi::Object::New(env);
    to.Set("name", device.name);
    to.Set("description", device.description);
    to.Set("backend", device.backend);
    to.Set("isGpu", device.is_gpu);
    to.Set("memoryBytes", static_cast<double>(device.memory_bytes));
    return to;
  }));
  return object;
}

Napi::Value to_js(Napi::Env env, const Progress& progress, const Progress::Part& part) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("text", to_js(env, std::string_view(part.text)));
  object.Set("settled", static_cast<double>(part.settled));
  object.Set("marks", list_of(env, part.marks, [&](const CaptureMark& mark) {
    Napi::Object each = Napi::Object::New(env);
    each.Set("name", progress.name_of(mark));
    each.Set("opens", mark.opens);
    each.Set("offset", static_cast<double>(mark.offset));
    return each;
  }));
  object.Set("choices", list_of(env, part.choices, [&](const Choice& choice) { return to_js(env, choice); }));
  object.Set("trace", list_of(env, part.trace, [&](const TraceStep& step) { return to_js(env, step); }));
  return object;
}

Napi::Value to_js(Napi::Env env, const GenerateResult& result) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("text", to_js(env, std::string_view(result.text)));
  object.Set("tokens", to_js(env, std::span<const TokenId>(result.tokens)));
  object.Set("captures", to_js(env, result.captures));
  object.Set("finishReason", result.finish == FinishReason::stop ? "stop" : "length");
  object.Set("choices", list_of(env, result.choices, [&](const Choice& choice) { return to_js(env, choice); }));
  object.Set("promptTokens", result.prompt_tokens);
  object.Set("cachedTokens", result.cached_tokens);
  object.Set("fastForwardedTokens", result.forwarded_tokens);
  object.Set("sampledTokens", result.sampled_tokens);
  object.Set("modelSteps", result.model_steps);
  object.Set("draftTokens", result.draft_tokens);
  object.Set("acceptedDraftTokens", result.accepted_draft_tokens);
  object.Set("comparedTokens", result.compared_tokens);
  object.Set("escapedQuotes", result.escaped_quotes);
  object.Set("removedMass", result.removed_mass);
  object.Set("queuedMs", result.queued_ms);
  object.Set("prefillMs", result.prefill_ms);
  object.Set("decodeMs", result.decode_ms);
  object.Set("maskMs", result.mask_ms);
  object.Set("totalMs", result.total_ms);
  if (result.trace.empty()) return object;
  object.Set("trace", list_of(env, result.trace, [&](const TraceStep& step) { return to_js(env, step); }));
  return object;
}

Napi::Value to_js(Napi::Env env, const EngineStats& stats) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("answers", static_cast<double>(stats.answers));
  object.Set("failures", static_cast<double>(stats.failures));
  object.Set("steps", static_cast<double>(stats.steps));
  object.Set("tokens", static_cast<double>(stats.tokens));
  object.Set("rows", static_cast<double>(stats.rows));
  object.Set("cachedTokens", static_cast<double>(stats.cached_tokens));
  object.Set("paused", static_cast<double>(stats.paused));
  object.Set("evaluateMs", stats.evaluate_ms);
  object.Set("busyMs", stats.busy_ms);
  return object;
}

Napi::Value to_js(Napi::Env env, const Mask& mask, uint32_t words) {
  Napi::Uint32Array array = Napi::Uint32Array::New(env, words);
  mask.write({array.Data(), words});
  return array;
}

}  // namespace surecall::addon

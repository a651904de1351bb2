#include "addon/convert.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace surecall::addon {
namespace {

constexpr uint64_t kMaxSafeInteger = (uint64_t{1} << 53) - 1;

std::string with_article(const Napi::Value& value) {
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean:
      return "a boolean";
    case napi_number:
      return "the number " + value.ToString().Utf8Value();
    case napi_string:
      return "a string";
    case napi_function:
      return "a function";
    case napi_object:
      return value.IsArray() ? "an array" : "an object";
    default:
      return "something else";
  }
}

[[noreturn]] void wrong_value(const Napi::Value& value, const std::string& what,
                              const std::string& expected) {
  wrong_type(what, expected + ", not " + with_article(value));
}

}  // namespace

void wrong_type(const std::string& what, const std::string& expected) {
  throw ArgumentError(ArgumentError::Kind::type, what + " must be " + expected);
}

void out_of_range(const std::string& message) { throw ArgumentError(ArgumentError::Kind::range, message); }

Napi::Error to_js_error(Napi::Env env, const std::exception& error) {
  const auto* known = dynamic_cast<const Error*>(&error);
  const std::string code = known != nullptr ? known->code() : "SURECALL_NATIVE";
  const auto* argument = dynamic_cast<const ArgumentError*>(&error);
  const Napi::String message = Napi::String::New(env, error.what());
  napi_value made = nullptr;
  if (argument != nullptr && argument->kind() == ArgumentError::Kind::type) {
    napi_create_type_error(env, Napi::String::New(env, code), message, &made);
  } else if (code == "SURECALL_INVALID_OPTION") {
    napi_create_range_error(env, Napi::String::New(env, code), message, &made);
  } else {
    napi_create_error(env, Napi::String::New(env, code), message, &made);
  }
  return Napi::Error(env, made);
}

uint64_t to_integer(const Napi::Value& value, const std::string& what, uint64_t min, uint64_t max) {
  if (!value.IsNumber()) wrong_value(value, what, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  max = std::min(max, kMaxSafeInteger);
  if (!(number >= static_cast<double>(min) && number <= static_cast<double>(max)) ||
      number != std::floor(number)) {
    out_of_range(what + " must be an integer from " + std::to_string(min) + " to " + std::to_string(max) +
                 ", not " + value.ToString().Utf8Value());
  }
  return static_cast<uint64_t>(number);
}

TokenId to_token(const Napi::Value& value, uint32_t vocabulary_size) {
  return static_cast<TokenId>(to_integer(value, "the token id", 0, vocabulary_size - 1));
}

bool to_flag(const Napi::Value& value, const std::string& what, bool fallback) {
  if (value.IsUndefined()) return fallback;
  if (!value.IsBoolean()) wrong_value(value, what, "a boolean");
  return value.As<Napi::Boolean>().Value();
}

std::string to_text(const Napi::Value& value, const std::string& what) {
  if (!value.IsString()) wrong_value(value, what, "a string");
  return value.As<Napi::String>().Utf8Value();
}

std::string to_bytes(const Napi::Value& value, const std::string& what) {
  if (value.IsString()) return to_text(value, what);
  const std::span<const uint8_t> bytes = to_buffer(value, what);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::span<const uint8_t> to_buffer(const Napi::Value& value, const std::string& what) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    wrong_value(value, what, "a Uint8Array");
  }
  const auto array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.ElementLength()};
}

std::vector<TokenId> to_tokens(const Napi::Value& value, const std::string& what) {
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint32_array) {
    const auto array = value.As<Napi::Uint32Array>();
    return std::vector<TokenId>(array.Data(), array.Data() + array.ElementLength());
  }
  if (!value.IsArray()) wrong_value(value, what, "a Uint32Array or an array of token ids");
  const auto array = value.As<Napi::Array>();
  std::vector<TokenId> tokens;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    tokens.push_back(
        static_cast<TokenId>(to_integer(array.Get(i), what + "[" + std::to_string(i) + "]", 0, UINT32_MAX)));
  }
  return tokens;
}

std::span<uint32_t> to_mask(const Napi::Value& value, uint32_t words) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
    wrong_value(value, "the mask", "a Uint32Array");
  }
  auto array = value.As<Napi::Uint32Array>();
  if (array.ElementLength() != words) {
    out_of_range("the mask must have " + std::to_string(words) + " elements, not " +
                 std::to_string(array.ElementLength()));
  }
  return {array.Data(), array.ElementLength()};
}

std::span<const float> to_logits(const Napi::Value& value, uint32_t vocabulary_size) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
    wrong_value(value, "the logits", "a Float32Array");
  }
  const auto array = value.As<Napi::Float32Array>();
  if (array.ElementLength() != vocabulary_size) {
    out_of_range("the logits must have " + std::to_string(vocabulary_size) + " elements, not " +
                 std::to_string(array.ElementLength()));
  }
  return {array.Data(), array.ElementLength()};
}

// --- options
// --------------------------------------------------------------------------------------------------------

Options::Options(const Napi::Value& value, std::string what) : what_(std::move(what)) {
  if (value.IsUndefined()) {
    object_ = Napi::Object::New(value.Env());
    return;
  }
  if (!value.IsObject() || value.IsArray() || value.IsFunction()) wrong_value(value, what_, "an object");
  object_ = value.As<Napi::Object>();
}

bool Options::has(const char* key) { return !get(key).IsUndefined(); }

Napi::Value Options::get(const char* key) {
  if (std::find(read_.begin(), read_.end(), key) == read_.end()) read_.emplace_back(key);
  return object_.Get(key);
}

uint64_t Options::integer(const char* key, uint64_t fallback, uint64_t min, uint64_t max) {
  const Napi::Value value = get(key);
  return value.IsUndefined() ? fallback : to_integer(value, key, min, max);
}

int64_t Options::signed_integer(const char* key, int64_t fallback, int64_t min, int64_t max) {
  const double number =
      this->number(key, static_cast<double>(fallback), static_cast<double>(min), static_cast<double>(max));
  if (number != std::floor(number)) out_of_range(std::string(key) + " must be an integer");
  return static_cast<int64_t>(number);
}

double Options::number(const char* key, double fallback, double min, double max) {
  const Napi::Value value = get(key);
  if (value.IsUndefined()) return fallback;
  if (!value.IsNumber()) wrong_value(value, key, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= min && number <= max)) {
    const auto shown = [&](double each) {
      return Napi::Number::New(value.Env(), each).ToString().Utf8Value();
    };
    out_of_range(std::string(key) + " must be from " + shown(min) + " to " + shown(max) + ", not " +
                 shown(number));
  }
  return number;
}

bool Options::boolean(const char* key, bool fallback) { return to_flag(get(key), key, fallback); }

void Options::done() const {
  const Napi::Array keys = object_.GetPropertyNames();
  for (uint32_t i = 0; i < keys.Length(); ++i) {
    const std::string key = keys.Get(i).ToString().Utf8Value();
    if (std::find(read_.begin(), read_.end(), key) == read_.end())
      out_of_range("unknown option '" + key + "' in " + what_);
  }
}

TemplateOptions to_template_options(const Napi::Value& value) {
  constexpr uint64_t kLeast = 1 << 16, kMost = uint64_t{1} << 40;
  Options options(value, "the template options");
  TemplateOptions result;
  result.state_bytes = options.integer("stateBytes", result.state_bytes, kLeast, kMost);
  result.mask_bytes = options.integer("maskBytes", result.mask_bytes, kLeast, kMost);
  options.done();
  return result;
}

namespace {

FlashAttention to_flash_attention(const Napi::Value& value) {
  if (value.IsUndefined()) return FlashAttention::automatic;
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value() ? FlashAttention::on : FlashAttention::off;
  if (!value.IsString() || value.As<Napi::String>().Utf8Value() != "auto") wrong_value(value, "flashAttention", "'auto', true or false");
  return FlashAttention::automatic;
}

}  // namespace

Gpu to_gpu(const Napi::Value& value) {
  if (value.IsUndefined()) return Gpu::automatic;
  if (value.IsBoolean() && !value.As<Napi::Boolean>().Value()) return Gpu::off;
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (name == "auto") return Gpu::automatic;
  if (name == "cuda") return Gpu::cuda;
  if (name != "metal") wrong_value(value, "gpu", "'auto', 'cuda', 'metal' or false");
  return Gpu::metal;
}

ModelOptions to_model_options(const Napi::Value& value) {
  Options options(value, "the model options");
  ModelOptions result;
  result.threads = static_cast<uint32_t>(options.integer("threads", 0, 1, 1024));
  result.gpu = to_gpu(options.get("gpu"));
  result.gpu_layers = static_cast<int32_t>(options.signed_integer("gpuLayers", -1, -1, 1 << 16));
  result.context_size = static_cast<uint32_t>(options.integer("contextSize", 0, 256, 1 << 24));
  result.cache_size = static_cast<uint32_t>(options.integer("cacheSize", 0, 256, 1 << 24));
  result.slots = static_cast<uint32_t>(options.integer("slots", result.slots, 1, ModelOptions::kMostSlots));
  result.batch_size = static_cast<uint32_t>(options.integer("batchSize", result.batch_size, 64, 1 << 16));
  result.flash_attention = to_flash_attention(options.get("flashAttention"));
  if (options.has("kvType")) result.kv_type = to_text(options.get("kvType"), "kvType");
  const Napi::Value folder = options.get("prefixCacheDir");
  const bool no_folder = folder.IsUndefined() || (folder.IsBoolean() && !folder.As<Napi::Boolean>().Value());
  if (!no_folder) result.prefix_folder = to_text(folder, "prefixCacheDir");
  result.prefix_bytes = options.integer("prefixCacheBytes", result.prefix_bytes, 0, kMaxSafeInteger);
  result.mmap = options.boolean("mmap", true);
  options.done();
  return result;
}

namespace {

/// What `read` makes of each member of an object, with its name; nothing if there is no object.
template <class Read>
auto to_members(const Napi::Value& value, const std::string& what, const char* expected, const Read& read) {
  std::vector<std::pair<std::string, decltype(read(value, what))>> members;
  if (value.IsUndefined()) return members;
  if (!value.IsObject()) wrong_value(value, what, expected);
  const auto object = value.As<Napi::Object>();
  const Napi::Array names = object.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).ToString();
    members.emplace_back(name, read(object.Get(name), what + "." + name));
  }
  return members;
}

std::vector<std::pair<std::string, float>> to_biases(const Napi::Value& value, const std::string& what) {
  return to_members(value, what, "an object of numbers", [](const Napi::Value& bias, const std::string& where) {
    const double number = bias.IsNumber() ? bias.As<Napi::Number>().DoubleValue() : -1;
    if (!(number >= 0 && number <= 1e9)) wrong_value(bias, where, "a number from 0 to 1e9");
    return static_cast<float>(number);
  });
}

/// An object of lists of pairs: a place in a source of `size` bytes and a bias.
CopyPlaces to_places(const Napi::Value& value, const std::string& what, size_t size) {
  return to_members(value, what, "an object of lists of pairs", [&](const Napi::Value& list, const std::string& where) {
    if (!list.IsArray()) wrong_value(list, where, "a list of pairs");
    const auto pairs = list.As<Napi::Array>();
    std::vector<std::pair<uint32_t, float>> weights;
    for (uint32_t i = 0; i < pairs.Length(); ++i) {
      const Napi::Value pair = pairs.Get(i);
      const auto number = [&](uint32_t at) {
        const Napi::Value each = pair.IsArray() ? pair.As<Napi::Array>().Get(at) : pair;
        return each.IsNumber() ? each.As<Napi::Number>().DoubleValue() : std::numeric_limits<double>::quiet_NaN();
      };
      const double begin = number(0), bias = number(1);
      const bool is_place = begin >= 0 && begin <= static_cast<double>(size) && begin == std::floor(begin);
      if (!is_place || !(bias >= -100 && bias <= 100)) wrong_value(pair, where + "[" + std::to_string(i) + "]", "a byte of draftSource and a number from -100 to 100");
      weights.emplace_back(static_cast<uint32_t>(begin), static_cast<float>(bias));
    }
    return weights;
  });
}

std::vector<std::string> to_strings(const Napi::Value& value, const std::string& what) {
  // Each is looked for after each token.
  constexpr size_t kMost = 64, kLongest = 1024;
  std::vector<std::string> strings;
  if (value.IsUndefined()) return strings;
  if (!value.IsArray()) wrong_value(value, what, "a list of strings");
  const auto list = value.As<Napi::Array>();
  if (list.Length() > kMost) out_of_range(what + " must have at most " + std::to_string(kMost) + " strings");
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const std::string each = what + "[" + std::to_string(i) + "]";
    strings.push_back(to_text(list.Get(i), each));
    if (strings.back().empty() || strings.back().size() > kLongest)
      out_of_range(each + " must have 1 to " + std::to_string(kLongest) + " bytes");
  }
  return strings;
}

}  // namespace

GenerateRequest to_request(Options& options) {
  GenerateRequest request;
  const Napi::Value prompt = options.get("prompt");
  if (prompt.IsString()) {
    request.prompt_text = to_text(prompt, "prompt");
  } else if (prompt.IsTypedArray() || prompt.IsArray()) {
    request.prompt_tokens = to_tokens(prompt, "prompt");
    if (request.prompt_tokens.empty()) out_of_range("the prompt is empty");
  } else {
    wrong_value(prompt, "prompt", "a string or an array of token ids");
  }
  request.max_tokens = static_cast<uint32_t>(options.integer("maxTokens", request.max_tokens, 0, 1 << 24));
  request.fast_forward = options.boolean("fastForward", true);
  request.prefix_cache = options.boolean("prefixCache", true);
  request.drafts = options.boolean("drafts", true);
  if (options.has("draftSource")) request.draft_source = to_text(options.get("draftSource"), "draftSource");
  request.copy_bias = static_cast<float>(options.number("copyBias", 0, 0, 100));
  request.mentioned = to_strings(options.get("mentioned"), "mentioned");
  request.places = to_places(options.get("places"), "places", request.draft_source.size());
  request.capture_bias = to_biases(options.get("captureBias"), "captureBias");
  if (options.has("teacher")) request.teacher = to_text(options.get("teacher"), "teacher");
  request.trace = options.boolean("trace", false);
  Options compare(options.get("compare"), "compare");
  request.compare.until = to_strings(compare.get("until"), "compare.until");
  if (compare.has("within")) request.compare.within = to_text(compare.get("within"), "compare.within");
  compare.done();
  request.stop = to_strings(options.get("stop"), "stop");
  if (options.has("escapes")) {
    const std::string escapes = to_text(options.get("escapes"), "escapes");
    if (escapes != "strict" && escapes != "lenient")
      out_of_range("escapes must be 'strict' or 'lenient', not '" + escapes + "'");
    request.lenient = escapes == "lenient";
  }
  Options sampling(options.get("sampling"), "the sampling options");
  request.sampling.temperature = static_cast<float>(sampling.number("temperature", 0, 0, 100));
  request.sampling.top_k = static_cast<uint32_t>(sampling.integer("topK", 0, 0, UINT32_MAX));
  request.sampling.top_p = static_cast<float>(sampling.number("topP", 1, 0, 1));
  request.sampling.seed = sampling.integer("seed", 0, 0, kMaxSafeInteger);
  sampling.done();
  if (options.has("randomLogitsSeed"))
    request.random_logits_seed = options.integer("randomLogitsSeed", 0, 0, kMaxSafeInteger);
  return request;
}

}  // namespace surecall::addon

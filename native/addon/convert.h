#pragma once
// Between JavaScript and C++: arguments in, results and errors out. All checking of what JavaScript passes is
// here.

#include <napi.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decode/progress.h"
#include "decode/generate.h"
#include "decode/model.h"
#include "decode/scheduler.h"
#include "support/error.h"

namespace surecall::addon {

/// A wrong argument: becomes a TypeError, or a RangeError where the type is right, with code
/// SURECALL_INVALID_OPTION.
class ArgumentError : public Error {
 public:
  enum class Kind { type, range };
  ArgumentError(Kind kind, const std::string& message)
      : Error("SURECALL_INVALID_OPTION", message), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

[[noreturn]] void wrong_type(const std::string& what, const std::string& expected);
[[noreturn]] void out_of_range(const std::string& message);

/// A JavaScript error with `code`.
Napi::Error to_js_error(Napi::Env env, const std::exception& error);

/// Runs the body of a method: whatever it throws becomes a JavaScript exception with a code.
template <class Body>
auto guarded(Napi::Env env, Body&& body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw to_js_error(env, error);
  }
}

// Arguments. `what` names them in errors. An integer is a number without fraction in [min, max].
uint64_t to_integer(const Napi::Value& value, const std::string& what, uint64_t min, uint64_t max);
TokenId to_token(const Napi::Value& value, uint32_t vocabulary_size);
/// `fallback` if undefined.
bool to_flag(const Napi::Value& value, const std::string& what, bool fallback);
std::string to_text(const Napi::Value& value, const std::string& what);
/// The bytes of a string (as UTF-8) or of a Uint8Array.
std::string to_bytes(const Napi::Value& value, const std::string& what);
std::span<const uint8_t> to_buffer(const Napi::Value& value, const std::string& what);
/// Token ids in a Uint32Array or an array of numbers.
std::vector<TokenId> to_tokens(const Napi::Value& value, const std::string& what);
/// The mask to write into: a Uint32Array of exactly `words` elements.
std::span<uint32_t> to_mask(const Napi::Value& value, uint32_t words);
std::span<const float> to_logits(const Napi::Value& value, uint32_t vocabulary_size);

/// An options object, read key by key; `done()` refuses keys that nobody read.
class Options {
 public:
  /// Undefined counts as {}.
  Options(const Napi::Value& value, std::string what);

  bool has(const char* key);
  Napi::Value get(const char* key);
  uint64_t integer(const char* key, uint64_t fallback, uint64_t min, uint64_t max);
  int64_t signed_integer(const char* key, int64_t fallback, int64_t min, int64_t max);
  double number(const char* key, double fallback, double min, double max);
  bool boolean(const char* key, bool fallback);
  void done() const;

 private:
  std::string what_;
  Napi::Object object_;
  std::vector<std::string> read_;
};

TemplateOptions to_template_options(const Napi::Value& value);
/// `gpu` of the model options; undefined counts as 'auto'.
Gpu to_gpu(const Napi::Value& value);
ModelOptions to_model_options(const Napi::Value& value);
/// All but the template, whose wrapper the caller unwraps.
GenerateRequest to_request(Options& options);

// Results.
Napi::Value to_js(Napi::Env env, std::string_view bytes);           ///< Buffer
Napi::Value to_js(Napi::Env env, std::span<const TokenId> tokens);  ///< Uint32Array
Napi::Value to_js(Napi::Env env, const std::vector<Capture>& captures);
Napi::Value to_js(Napi::Env env, const Forced& forced);
Napi::Value to_js(Napi::Env env, const TemplateStats& stats);
Napi::Value to_js(Napi::Env env, const ModelInfo& info);
Napi::Value to_js(Napi::Env env, const BackendChoice& choice, const std::vector<BackendTrial>& trials,
                  const std::vector<BackendDevice>& devices);
Napi::Value to_js(Napi::Env env, const GenerateResult& result);
Napi::Value to_js(Napi::Env env, const Progress& progress, const Progress::Part& part);
Napi::Value to_js(Napi::Env env, const EngineStats& stats);
Napi::Value to_js(Napi::Env env, const Mask& mask, uint32_t words);

}  // namespace surecall::addon

#pragma once
// JavaScript: Vocabulary.

#include <napi.h>

#include <memory>

#include "vocab/vocabulary.h"

namespace surecall::addon {

class VocabularyWrap : public Napi::ObjectWrap<VocabularyWrap> {
 public:
  using Native = std::shared_ptr<const Vocabulary>;
  static Napi::Function define(Napi::Env env);
  static Napi::Object make(Napi::Env env, Native vocabulary);
  explicit VocabularyWrap(const Napi::CallbackInfo& info);

 private:
  static Napi::Value from_gguf(const Napi::CallbackInfo& info);
  Napi::Value size(const Napi::CallbackInfo& info);
  Napi::Value tokenize(const Napi::CallbackInfo& info);
  Napi::Value detokenize(const Napi::CallbackInfo& info);
  Napi::Value bytes(const Napi::CallbackInfo& info);
  Napi::Value spelling(const Napi::CallbackInfo& info);
  Napi::Value kind(const Napi::CallbackInfo& info);
  Napi::Value token_id(const Napi::CallbackInfo& info);
  Napi::Value end_tokens(const Napi::CallbackInfo& info);
  Napi::Value markers(const Napi::CallbackInfo& info);
  Napi::Value memory_bytes(const Napi::CallbackInfo& info);
  Napi::Value compile(const Napi::CallbackInfo& info);

  Native vocabulary_;
};

}  // namespace surecall::addon

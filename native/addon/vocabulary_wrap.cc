#include "addon/vocabulary_wrap.h"

#include "addon/convert.h"
#include "addon/instance.h"
#include "addon/template_wrap.h"
#include "decode/llama_vocabulary.h"

namespace surecall::addon {

Napi::Function VocabularyWrap::define(Napi::Env env) {
  return DefineClass(
      env, "Vocabulary",
      {StaticMethod("fromGguf", &VocabularyWrap::from_gguf),
       InstanceAccessor("size", &VocabularyWrap::size, nullptr),
       InstanceMethod("tokenize", &VocabularyWrap::tokenize),
       InstanceMethod("detokenize", &VocabularyWrap::detokenize),
       InstanceMethod("bytes", &VocabularyWrap::bytes), InstanceMethod("spelling", &VocabularyWrap::spelling),
       InstanceMethod("kind", &VocabularyWrap::kind), InstanceMethod("tokenId", &VocabularyWrap::token_id),
       InstanceAccessor("endTokens", &VocabularyWrap::end_tokens, nullptr),
       InstanceMethod("markers", &VocabularyWrap::markers),
       InstanceAccessor("memoryBytes", &VocabularyWrap::memory_bytes, nullptr),
       InstanceMethod("compile", &VocabularyWrap::compile)});
}

Napi::Object VocabularyWrap::make(Napi::Env env, Native vocabulary) {
  return wrap(env, Instance::of(env).vocabulary, std::move(vocabulary));
}

VocabularyWrap::VocabularyWrap(const Napi::CallbackInfo& info)
    : ObjectWrap(info), vocabulary_(unwrap_argument<Native>(info, "Vocabulary.fromGguf()")) {}

Napi::Value VocabularyWrap::from_gguf(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return make(info.Env(), load_vocabulary(to_text(info[0], "the path"))); });
}

Napi::Value VocabularyWrap::size(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), vocabulary_->size());
}

Napi::Value VocabularyWrap::tokenize(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const bool parse_special = to_flag(info[1], "parseSpecial", false);
    return to_js(info.Env(), std::span<const TokenId>(
                                 vocabulary_->tokenize(to_text(info[0], "the text"), parse_special)));
  });
}

Napi::Value VocabularyWrap::detokenize(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    return to_js(info.Env(), vocabulary_->detokenize(to_tokens(info[0], "the tokens")));
  });
}

Napi::Value VocabularyWrap::bytes(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    return to_js(info.Env(), vocabulary_->bytes(to_token(info[0], vocabulary_->size())));
  });
}

Napi::Value VocabularyWrap::spelling(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    return to_js(info.Env(), vocabulary_->spelling(to_token(info[0], vocabulary_->size())));
  });
}

Napi::Value VocabularyWrap::kind(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const TokenKind kind = vocabulary_->kind(to_token(info[0], vocabulary_->size()));
    const char* name = kind == TokenKind::text ? "text" : kind == TokenKind::control ? "control" : "unused";
    return Napi::String::New(info.Env(), name);
  });
}

Napi::Value VocabularyWrap::token_id(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const TokenId id = vocabulary_->find(to_text(info[0], "the text"));
    if (id == vocabulary_->size()) return info.Env().Undefined();
    return Napi::Number::New(info.Env(), id);
  });
}

Napi::Value VocabularyWrap::end_tokens(const Napi::CallbackInfo& info) {
  return to_js(info.Env(), vocabulary_->end_tokens());
}

Napi::Value VocabularyWrap::markers(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return to_js(info.Env(), std::span<const TokenId>(vocabulary_->markers())); });
}

Napi::Value VocabularyWrap::memory_bytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(vocabulary_->memory_bytes()));
}

Napi::Value VocabularyWrap::compile(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const TemplateOptions options = to_template_options(info[1]);
    return TemplateWrap::make(info.Env(),
                              Template::compile(vocabulary_, to_buffer(info[0], "the program"), options));
  });
}

}  // namespace surecall::addon

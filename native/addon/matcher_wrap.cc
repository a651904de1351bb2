#include "addon/matcher_wrap.h"

#include "addon/convert.h"
#include "addon/instance.h"
#include "decode/choice.h"

namespace surecall::addon {

Napi::Function MatcherWrap::define(Napi::Env env) {
  return DefineClass(
      env, "Matcher",
      {InstanceMethod("mask", &MatcherWrap::mask), InstanceMethod("maskCount", &MatcherWrap::mask_count),
       InstanceMethod("maskWithin", &MatcherWrap::mask_within),
       InstanceMethod("acceptToken", &MatcherWrap::accept_token),
       InstanceMethod("acceptBytes", &MatcherWrap::accept_bytes),
       InstanceAccessor("accepting", &MatcherWrap::accepting, nullptr),
       InstanceAccessor("atEnd", &MatcherWrap::at_end, nullptr),
       InstanceAccessor("finished", &MatcherWrap::finished, nullptr),
       InstanceMethod("forcedBytes", &MatcherWrap::forced_bytes),
       InstanceMethod("forcedTokens", &MatcherWrap::forced_tokens),
       InstanceMethod("forced", &MatcherWrap::forced), InstanceMethod("rollback", &MatcherWrap::rollback),
       InstanceMethod("reset", &MatcherWrap::reset), InstanceMethod("text", &MatcherWrap::text),
       InstanceMethod("captures", &MatcherWrap::captures),
       InstanceMethod("tokensToAccept", &MatcherWrap::tokens_to_accept),
       InstanceMethod("canFinishWithin", &MatcherWrap::can_finish_within),
       InstanceMethod("argmax", &MatcherWrap::argmax),
       InstanceAccessor("memoryBytes", &MatcherWrap::memory_bytes, nullptr)});
}

Napi::Object MatcherWrap::make(Napi::Env env, std::shared_ptr<Template> compiled) {
  return wrap(env, Instance::of(env).matcher, std::move(compiled));
}

MatcherWrap::MatcherWrap(const Napi::CallbackInfo& info)
    : ObjectWrap(info),
      template_(unwrap_argument<std::shared_ptr<Template>>(info, "Template.matcher()")),
      matcher_(template_) {}

Napi::Value MatcherWrap::mask(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const uint32_t words = vocabulary().mask_words();
    if (info[0].IsUndefined()) return to_js(info.Env(), matcher_.mask(), words);
    const std::span<uint32_t> into = to_mask(info[0], words);
    matcher_.mask().write(into);
    return info[0];
  });
}

Napi::Value MatcherWrap::mask_count(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Number::New(info.Env(), matcher_.mask().count()); });
}

Napi::Value MatcherWrap::mask_within(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const uint64_t left = to_integer(info[0], "tokensLeft", 0, INT32_MAX);
    return to_js(info.Env(), matcher_.mask_within(static_cast<uint32_t>(left)), vocabulary().mask_words());
  });
}

Napi::Value MatcherWrap::accept_token(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const uint64_t id = to_integer(info[0], "the token id", 0, UINT32_MAX);
    return Napi::Boolean::New(info.Env(), matcher_.accept_token(static_cast<TokenId>(id)));
  });
}

Napi::Value MatcherWrap::accept_bytes(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    return Napi::Boolean::New(info.Env(), matcher_.accept_bytes(to_bytes(info[0], "the bytes")));
  });
}

Napi::Value MatcherWrap::accepting(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Boolean::New(info.Env(), matcher_.accepting()); });
}

Napi::Value MatcherWrap::at_end(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Boolean::New(info.Env(), matcher_.at_end()); });
}

Napi::Value MatcherWrap::finished(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Boolean::New(info.Env(), matcher_.finished()); });
}

Napi::Value MatcherWrap::forced_bytes(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return to_js(info.Env(), std::string_view(matcher_.forced_bytes())); });
}

Napi::Value MatcherWrap::forced_tokens(const Napi::CallbackInfo& info) {
  return guarded(info.Env(),
                 [&] { return to_js(info.Env(), std::span<const TokenId>(matcher_.forced().tokens)); });
}

Napi::Value MatcherWrap::forced(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return to_js(info.Env(), matcher_.forced()); });
}

Napi::Value MatcherWrap::rollback(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    matcher_.rollback(to_integer(info[0], "the number of steps", 0, matcher_.steps()));
    return info.Env().Undefined();
  });
}

Napi::Value MatcherWrap::reset(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    matcher_.reset();
    return info.Env().Undefined();
  });
}

Napi::Value MatcherWrap::text(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return to_js(info.Env(), std::string_view(matcher_.text())); });
}

Napi::Value MatcherWrap::captures(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return to_js(info.Env(), matcher_.captures()); });
}

Napi::Value MatcherWrap::tokens_to_accept(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const uint64_t limit = to_integer(info[0], "the limit", 0, INT32_MAX);
    return Napi::Number::New(info.Env(), matcher_.tokens_to_accept(static_cast<uint32_t>(limit)));
  });
}

Napi::Value MatcherWrap::can_finish_within(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const uint64_t left = to_integer(info[0], "the budget", 0, INT32_MAX);
    return Napi::Boolean::New(info.Env(), matcher_.can_finish_within(static_cast<uint32_t>(left)));
  });
}

Napi::Value MatcherWrap::argmax(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const std::span<const float> logits = to_logits(info[0], vocabulary().size());
    const Mask& mask = matcher_.mask();
    return Napi::Number::New(
        info.Env(),
        mask.count() == 0 ? -1 : static_cast<double>(likeliest(logits.data(), vocabulary().size(), mask)));
  });
}

Napi::Value MatcherWrap::memory_bytes(const Napi::CallbackInfo& info) {
  return guarded(info.Env(),
                 [&] { return Napi::Number::New(info.Env(), static_cast<double>(matcher_.memory_bytes())); });
}

}  // namespace surecall::addon

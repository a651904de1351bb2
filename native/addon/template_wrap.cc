#include "addon/template_wrap.h"

#include "addon/convert.h"
#include "addon/instance.h"
#include "addon/matcher_wrap.h"

namespace surecall::addon {

// Tells our templates from objects that merely inherit from their prototype.
constexpr napi_type_tag kTag = {0x73757265'63616c6c, 0x74656d70'6c617465};

Napi::Function TemplateWrap::define(Napi::Env env) {
  return DefineClass(
      env, "Template",
      {InstanceMethod("matcher", &TemplateWrap::matcher), InstanceMethod("stats", &TemplateWrap::stats)});
}

Napi::Object TemplateWrap::make(Napi::Env env, Native compiled) {
  return wrap(env, Instance::of(env).compiled, std::move(compiled));
}

TemplateWrap::Native TemplateWrap::of(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag))
    wrong_type("template", "a Template");
  return Unwrap(value.As<Napi::Object>())->template_;
}

TemplateWrap::TemplateWrap(const Napi::CallbackInfo& info)
    : ObjectWrap(info), template_(unwrap_argument<Native>(info, "Vocabulary.compile()")) {
  info.This().As<Napi::Object>().TypeTag(&kTag);
  report_memory(info.Env());
}

void TemplateWrap::Finalize(Napi::BasicEnv env) { Napi::MemoryManagement::AdjustExternalMemory(env, -reported_); }

void TemplateWrap::report_memory(Napi::BasicEnv env) {
  const TemplateStats stats = template_->stats();
  const int64_t bytes = static_cast<int64_t>(stats.automaton_bytes + stats.state_bytes + stats.mask_bytes);
  Napi::MemoryManagement::AdjustExternalMemory(env, bytes - reported_);
  reported_ = bytes;
}

Napi::Value TemplateWrap::matcher(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    report_memory(info.Env());
    return MatcherWrap::make(info.Env(), template_);
  });
}

Napi::Value TemplateWrap::stats(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return to_js(info.Env(), template_->stats()); });
}

}  // namespace surecall::addon

#include "addon/abort_handle_wrap.h"

#include "addon/convert.h"

namespace surecall::addon {

constexpr napi_type_tag kTag = {0x73757265'63616c6c, 0x61626f72'74686e64};

Napi::Function AbortHandleWrap::define(Napi::Env env) {
  return DefineClass(env, "AbortHandle",
                     {InstanceMethod("abort", &AbortHandleWrap::abort),
                      InstanceAccessor("aborted", &AbortHandleWrap::aborted, nullptr)});
}

std::shared_ptr<Cancel> AbortHandleWrap::of(const Napi::Value& value) {
  if (value.IsUndefined()) return nullptr;
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag))
    wrong_type("the abort handle", "an AbortHandle");
  return Unwrap(value.As<Napi::Object>())->cancel_;
}

AbortHandleWrap::AbortHandleWrap(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  info.This().As<Napi::Object>().TypeTag(&kTag);
}

Napi::Value AbortHandleWrap::abort(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    cancel_->cancel();
    return info.Env().Undefined();
  });
}

Napi::Value AbortHandleWrap::aborted(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), cancel_->cancelled());
}

}  // namespace surecall::addon

#pragma once
// JavaScript: AbortHandle, the native half of an AbortSignal.

#include <napi.h>

#include <memory>

#include "decode/cancel.h"

namespace surecall::addon {

class AbortHandleWrap : public Napi::ObjectWrap<AbortHandleWrap> {
 public:
  static Napi::Function define(Napi::Env env);
  /// The handle in `value`, null for undefined. Throws ArgumentError for anything else.
  static std::shared_ptr<Cancel> of(const Napi::Value& value);
  explicit AbortHandleWrap(const Napi::CallbackInfo& info);

 private:
  Napi::Value abort(const Napi::CallbackInfo& info);
  Napi::Value aborted(const Napi::CallbackInfo& info);

  std::shared_ptr<Cancel> cancel_ = std::make_shared<Cancel>();
};

}  // namespace surecall::addon

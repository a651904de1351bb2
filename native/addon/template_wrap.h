#pragma once
// JavaScript: Template.

#include <napi.h>

#include <memory>

#include "mask/template.h"

namespace surecall::addon {

class TemplateWrap : public Napi::ObjectWrap<TemplateWrap> {
 public:
  using Native = std::shared_ptr<Template>;
  static Napi::Function define(Napi::Env env);
  static Napi::Object make(Napi::Env env, Native compiled);
  /// The template in `value`. Throws ArgumentError if it holds none.
  static Native of(const Napi::Value& value);
  explicit TemplateWrap(const Napi::CallbackInfo& info);

 private:
  Napi::Value matcher(const Napi::CallbackInfo& info);
  Napi::Value stats(const Napi::CallbackInfo& info);

  Native template_;
};

}  // namespace surecall::addon

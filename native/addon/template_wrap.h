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
  void Finalize(Napi::BasicEnv env) override;

 private:
  Napi::Value matcher(const Napi::CallbackInfo& info);
  Napi::Value stats(const Napi::CallbackInfo& info);

  /// Tells the garbage collector what the template has come to hold: without it, it sees only a small object.
  void report_memory(Napi::BasicEnv env);

  Native template_;
  int64_t reported_ = 0;
};

}  // namespace surecall::addon

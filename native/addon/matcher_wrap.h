#pragma once
// JavaScript: Matcher.

#include <napi.h>

#include <memory>

#include "mask/template.h"
#include "matcher/matcher.h"

namespace surecall::addon {

class MatcherWrap : public Napi::ObjectWrap<MatcherWrap> {
 public:
  static Napi::Function define(Napi::Env env);
  static Napi::Object make(Napi::Env env, std::shared_ptr<Template> compiled);
  explicit MatcherWrap(const Napi::CallbackInfo& info);

 private:
  Napi::Value mask(const Napi::CallbackInfo& info);
  Napi::Value mask_count(const Napi::CallbackInfo& info);
  Napi::Value mask_within(const Napi::CallbackInfo& info);
  Napi::Value accept_token(const Napi::CallbackInfo& info);
  Napi::Value accept_bytes(const Napi::CallbackInfo& info);
  Napi::Value accepting(const Napi::CallbackInfo& info);
  Napi::Value at_end(const Napi::CallbackInfo& info);
  Napi::Value finished(const Napi::CallbackInfo& info);
  Napi::Value forced_bytes(const Napi::CallbackInfo& info);
  Napi::Value forced_tokens(const Napi::CallbackInfo& info);
  Napi::Value forced(const Napi::CallbackInfo& info);
  Napi::Value rollback(const Napi::CallbackInfo& info);
  Napi::Value reset(const Napi::CallbackInfo& info);
  Napi::Value text(const Napi::CallbackInfo& info);
  Napi::Value captures(const Napi::CallbackInfo& info);
  Napi::Value tokens_to_accept(const Napi::CallbackInfo& info);
  Napi::Value can_finish_within(const Napi::CallbackInfo& info);
  Napi::Value argmax(const Napi::CallbackInfo& info);
  Napi::Value memory_bytes(const Napi::CallbackInfo& info);

  const Vocabulary& vocabulary() const { return template_->vocabulary(); }

  std::shared_ptr<Template> template_;
  Matcher matcher_;
};

}  // namespace surecall::addon

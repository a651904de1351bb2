// The addon: five classes and two functions over the libraries below, no logic of its own.

#include <napi.h>

#include "addon/abort_handle_wrap.h"
#include "addon/convert.h"
#include "addon/instance.h"
#include "addon/matcher_wrap.h"
#include "addon/model_wrap.h"
#include "addon/template_wrap.h"
#include "addon/vocabulary_wrap.h"
#include "decode/cpu_cores.h"
#include "mask/kernels/kernels.h"

namespace surecall::addon {

static void stop_engines_at_exit(Napi::Env env) {
  const auto process = env.Global().Get("process").As<Napi::Object>();
  const auto stop =
      Napi::Function::New(env, [](const Napi::CallbackInfo& info) { LiveModel::stop_all(info.Env()); });
  process.Get("on").As<Napi::Function>().Call(process, {Napi::String::New(env, "exit"), stop});
}

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* instance = new Instance;
  env.SetInstanceData(instance);
  const auto add = [&](const char* name, Napi::FunctionReference& kept, Napi::Function constructor) {
    kept = Napi::Persistent(constructor);
    exports.Set(name, constructor);
  };
  add("Vocabulary", instance->vocabulary, VocabularyWrap::define(env));
  add("Template", instance->compiled, TemplateWrap::define(env));
  add("Matcher", instance->matcher, MatcherWrap::define(env));
  add("Model", instance->model, ModelWrap::define(env));
  add("AbortHandle", instance->abort_handle, AbortHandleWrap::define(env));
  exports.Set("kernels", kernels().name);
  exports.Set("physicalCores", physical_cores());
  stop_engines_at_exit(env);
  return exports;
}

NODE_API_MODULE(surecall, init)

}  // namespace surecall::addon

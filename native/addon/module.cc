// The addon: five classes and a few functions over the libraries below, no logic of its own.

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

static Napi::Value set_backend_folders(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    if (!info[0].IsArray()) wrong_type("the folders of backends", "a list of strings");
    const auto given = info[0].As<Napi::Array>();
    std::vector<std::string> folders;
    for (uint32_t i = 0; i < given.Length(); ++i) folders.push_back(to_text(given[i], "a folder of backends"));
    surecall::set_backend_folders(std::move(folders));
    return info.Env().Undefined();
  });
}

static Napi::Value backends(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const BackendChoice choice = choose_backend(to_gpu(info[0]));
    return to_js(info.Env(), choice, backend_trials(), backend_devices());
  });
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
  exports.Set("setBackendFolders", Napi::Function::New(env, set_backend_folders, "setBackendFolders"));
  exports.Set("backends", Napi::Function::New(env, backends, "backends"));
  exports.Set("kernels", kernels().name);
  exports.Set("physicalCores", physical_cores());
  stop_engines_at_exit(env);
  return exports;
}

NODE_API_MODULE(surecall, init)

}  // namespace surecall::addon

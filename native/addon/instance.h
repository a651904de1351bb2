#pragma once
// What the addon keeps per JavaScript environment: each worker_thread loads it anew and has its own
// constructors.

#include <napi.h>

#include <set>

namespace surecall::addon {

class LiveModel;

struct Instance {
  Napi::FunctionReference vocabulary, compiled, matcher, model, abort_handle;
  std::set<LiveModel*> live;
  bool exiting = false;

  static Instance& of(Napi::Env env) { return *env.GetInstanceData<Instance>(); }
};

/// Makes wrappers on behalf of native code: the only value with which their constructors can be called.
template <class T>
Napi::Object wrap(Napi::Env env, const Napi::FunctionReference& constructor, T native) {
  return constructor.New({Napi::External<T>::New(env, &native)});
}

/// The native value passed by wrap(). Throws a TypeError if JavaScript calls the constructor itself.
template <class T>
T unwrap_argument(const Napi::CallbackInfo& info, const char* instead) {
  if (info.Length() != 1 || !info[0].IsExternal()) {
    Napi::TypeError error =
        Napi::TypeError::New(info.Env(), std::string("use ") + instead + " instead of new");
    error.Set("code", "SURECALL_INVALID_OPTION");
    throw error;
  }
  return std::move(*info[0].As<Napi::External<T>>().Data());
}

}  // namespace surecall::addon

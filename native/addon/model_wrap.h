#pragma once
// JavaScript: Model.

#include <napi.h>

#include <memory>

#include "addon/channel.h"
#include "decode/engine.h"

namespace surecall::addon {

/// A running engine and its way back to JavaScript. Lives on the JavaScript thread.
class LiveModel {
 public:
  explicit LiveModel(Napi::Env env);
  /// Stops the engine, within one model step.
  ~LiveModel();
  LiveModel(const LiveModel&) = delete;
  LiveModel& operator=(const LiveModel&) = delete;

  /// Stops all engines of an environment, for its exit.
  static void stop_all(Napi::Env env);

  Engine& engine() { return engine_; }
  const std::shared_ptr<Channel>& channel() const { return channel_; }
  Engine::Loaded loaded;

 private:
  void stop();
  static void on_exit(void* self);

  Napi::Env env_;
  std::shared_ptr<Channel> channel_;
  Engine engine_;
  bool stopped_ = false;
};

class ModelWrap : public Napi::ObjectWrap<ModelWrap> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit ModelWrap(const Napi::CallbackInfo& info);

 private:
  static Napi::Value load(const Napi::CallbackInfo& info);
  Napi::Value vocabulary(const Napi::CallbackInfo& info);
  Napi::Value info(const Napi::CallbackInfo& info);
  Napi::Value generate(const Napi::CallbackInfo& info);
  Napi::Value stats(const Napi::CallbackInfo& info);
  Napi::Value dispose(const Napi::CallbackInfo& info);

  std::shared_ptr<LiveModel> live_;
  Napi::ObjectReference vocabulary_;
  Napi::ObjectReference disposed_;  // the promise of dispose()
};

}  // namespace surecall::addon

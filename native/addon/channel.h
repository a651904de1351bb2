#pragma once
// The way back from an engine's thread to the JavaScript thread.

#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>

namespace surecall::addon {

/// Runs functions on the JavaScript thread, in the order in which they are posted. It keeps the process alive
/// only while someone waits for an answer.
class Channel {
 public:
  using Work = std::function<void(Napi::Env)>;

  explicit Channel(Napi::Env env);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// From any thread. Dropped after close().
  void post(Work work);

  // The rest from the JavaScript thread only.
  /// One more answer is waited for; release() when it has come.
  void hold(Napi::Env env);
  void release(Napi::Env env);
  void close();

 private:
  static void call(Napi::Env env, Napi::Function, std::nullptr_t*, Work* work);
  using Function = Napi::TypedThreadSafeFunction<std::nullptr_t, Work, &Channel::call>;

  std::mutex mutex_;
  bool closed_ = false;
  uint32_t waiting_ = 0;
  Function function_;
};

}  // namespace surecall::addon

#include "addon/channel.h"

namespace surecall::addon {

Channel::Channel(Napi::Env env) : function_(Function::New(env, "surecall", 0, 1)) { function_.Unref(env); }

void Channel::post(Work work) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  auto* posted = new Work(std::move(work));
  if (function_.NonBlockingCall(posted) != napi_ok) delete posted;
}

void Channel::hold(Napi::Env env) {
  if (waiting_++ == 0) function_.Ref(env);
}

void Channel::release(Napi::Env env) {
  if (--waiting_ == 0) function_.Unref(env);
}

void Channel::close() {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  closed_ = true;
  function_.Release();
}

void Channel::call(Napi::Env env, Napi::Function, std::nullptr_t*, Work* work) {
  const std::unique_ptr<Work> owned(work);
  if (env == nullptr) return;  // the environment is going away: nobody waits any more
  try {
    (*owned)(env);
  } catch (const Napi::Error&) {
    // In a worker that is being terminated every call into JavaScript fails, that which reports an error, too.
  }
}

}  // namespace surecall::addon

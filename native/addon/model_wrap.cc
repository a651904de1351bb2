#include "addon/model_wrap.h"

#include "addon/abort_handle_wrap.h"
#include "addon/convert.h"
#include "addon/instance.h"
#include "addon/template_wrap.h"
#include "addon/vocabulary_wrap.h"

namespace surecall::addon {
namespace {

/// A promise that an engine will settle, and what must live until then. Made and destroyed on the JavaScript
/// thread; the engine's thread only carries the pointer, so that it never holds the last reference to an
/// engine or a wrapper.
struct Pending {
  Pending(Napi::Env env, std::shared_ptr<LiveModel> live) : deferred(env), live(std::move(live)) {
    this->live->channel()->hold(env);
  }

  Napi::Promise::Deferred deferred;
  std::shared_ptr<LiveModel> live;
  Napi::FunctionReference on_progress;
  Napi::Error thrown;  // by on_progress
  std::shared_ptr<Cancel> cancel;
};

/// Posts the outcome of a task: `resolve(env, value)` makes the value of the promise.
template <class T, class Resolve>
Engine::Done<T> settle(Pending* pending, std::shared_ptr<Channel> channel, Resolve resolve) {
  return [=](Engine::Outcome<T> outcome) {
    auto shared = std::make_shared<Engine::Outcome<T>>(std::move(outcome));
    channel->post([pending, shared, resolve](Napi::Env env) {
      const Napi::HandleScope scope(env);
      const std::unique_ptr<Pending> owned(pending);
      owned->live->channel()->release(env);
      try {
        if (!owned->thrown.IsEmpty()) return owned->deferred.Reject(owned->thrown.Value());
        if (const Error* error = std::get_if<Error>(shared.get()))
          return owned->deferred.Reject(to_js_error(env, *error).Value());
        owned->deferred.Resolve(resolve(env, *owned, std::get<T>(*shared)));
      } catch (const Napi::Error& error) {
        owned->deferred.Reject(error.Value());
      } catch (const std::exception& error) {
        owned->deferred.Reject(to_js_error(env, error).Value());
      }
    });
  };
}

/// Calls on_progress. What it throws ends the task.
void report_progress(Pending* pending, Napi::Value what) {
  if (!pending->thrown.IsEmpty()) return;
  try {
    pending->on_progress.Call({what});
  } catch (const Napi::Error& error) {
    pending->thrown = error;
    pending->cancel->cancel();
  }
}

/// Passes on progress in steps of one percent.
std::function<void(float)> progress_through(Pending* pending, std::shared_ptr<Channel> channel) {
  return [pending, channel = std::move(channel), last = -1](float share) mutable {
    const int percent = static_cast<int>(share * 100);
    if (percent == last) return;
    last = percent;
    channel->post([pending, share](Napi::Env env) {
      const Napi::HandleScope scope(env);
      report_progress(pending, Napi::Number::New(env, share));
    });
  };
}

/// Passes on what an answer writes. However slow JavaScript is, one part at most is on its way; the rest is kept together.
std::shared_ptr<Progress> answer_through(Pending* pending, std::shared_ptr<Channel> channel, std::shared_ptr<Template> answer) {
  // Not a reference to itself: the answer keeps it, and whoever is woken has it.
  const auto self = std::make_shared<std::weak_ptr<Progress>>();
  auto progress = std::make_shared<Progress>(std::move(answer), [pending, channel = std::move(channel), self] {
    channel->post([pending, progress = self->lock()](Napi::Env env) {
      const Napi::HandleScope scope(env);
      const std::optional<Progress::Part> part = progress->take();
      if (part) report_progress(pending, to_js(env, *progress, *part));
    });
  });
  *self = progress;
  return progress;
}

}  // namespace

// An engine must have ended before what it uses is destroyed, and there are three ways out:
// - process.exit() and an uncaught exception run the destructors of ggml's globals at once, no cleanup hooks:
// hence
//   stop_all(), called by process.on('exit');
// - worker.terminate() runs cleanup hooks and no 'exit' event. Hooks run in reverse order: this one before
// that of the
//   channel's function, which nobody may call any more then;
// - a model that nobody refers to any more is collected.
LiveModel::LiveModel(Napi::Env env) : env_(env), channel_(std::make_shared<Channel>(env)) {
  Instance::of(env_).live.insert(this);
  napi_add_env_cleanup_hook(env_, on_exit, this);
}

LiveModel::~LiveModel() {
  if (!stopped_) napi_remove_env_cleanup_hook(env_, on_exit, this);
  stop();
}

void LiveModel::on_exit(void* self) { static_cast<LiveModel*>(self)->stop(); }

void LiveModel::stop_all(Napi::Env env) {
  Instance& instance = Instance::of(env);
  instance.exiting = true;
  for (LiveModel* model : instance.live) model->engine_.join();
}

void LiveModel::stop() {
  if (stopped_) return;
  stopped_ = true;
  Instance::of(env_).live.erase(this);
  engine_.join();
  channel_->close();
}

Napi::Function ModelWrap::define(Napi::Env env) {
  return DefineClass(
      env, "Model",
      {StaticMethod("load", &ModelWrap::load),
       InstanceAccessor("vocabulary", &ModelWrap::vocabulary, nullptr),
       InstanceMethod("info", &ModelWrap::info), InstanceMethod("generate", &ModelWrap::generate),
       InstanceMethod("stats", &ModelWrap::stats),
       InstanceMethod("dispose", &ModelWrap::dispose)});
}

ModelWrap::ModelWrap(const Napi::CallbackInfo& info)
    : ObjectWrap(info), live_(unwrap_argument<std::shared_ptr<LiveModel>>(info, "Model.load()")) {
  vocabulary_ = Napi::Persistent(VocabularyWrap::make(info.Env(), live_->loaded.vocabulary));
}

Napi::Value ModelWrap::load(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    std::string path = to_text(info[0], "the path");
    const ModelOptions options = to_model_options(info[1]);
    if (Instance::of(env).exiting) throw Error("SURECALL_DISPOSED", "the process is exiting");
    if (!info[2].IsUndefined() && !info[2].IsFunction()) wrong_type("onProgress", "a function");
    std::shared_ptr<Cancel> cancel = AbortHandleWrap::of(info[3]);
    if (!cancel) cancel = std::make_shared<Cancel>();

    auto pending = std::make_unique<Pending>(env, std::make_shared<LiveModel>(env));
    pending->cancel = cancel;
    const std::shared_ptr<Channel> channel = pending->live->channel();
    std::function<void(float)> progress;
    if (info[2].IsFunction()) {
      pending->on_progress = Napi::Persistent(info[2].As<Napi::Function>());
      progress = progress_through(pending.get(), channel);
    }
    Pending* const handed = pending.release();
    const Napi::Promise promise = handed->deferred.Promise();
    handed->live->engine().load(
        std::move(path), options, std::move(progress), std::move(cancel),
        settle<Engine::Loaded>(handed, channel, [](Napi::Env e, Pending& p, Engine::Loaded& loaded) {
          p.live->loaded = std::move(loaded);
          return wrap(e, Instance::of(e).model, p.live);
        }));
    return promise;
  });
}

Napi::Value ModelWrap::vocabulary(const Napi::CallbackInfo&) { return vocabulary_.Value(); }

Napi::Value ModelWrap::info(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return to_js(info.Env(), live_->loaded.info); });
}

Napi::Value ModelWrap::generate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    Options options(info[0], "the request");
    GenerateRequest request = to_request(options);
    request.answer = TemplateWrap::of(options.get("template"));
    options.done();
    std::shared_ptr<Cancel> cancel = AbortHandleWrap::of(info[1]);
    if (!info[2].IsUndefined() && !info[2].IsFunction()) wrong_type("onProgress", "a function");

    auto* const pending = new Pending(env, live_);
    if (info[2].IsFunction()) {
      if (!cancel) cancel = std::make_shared<Cancel>();
      pending->cancel = cancel;
      pending->on_progress = Napi::Persistent(info[2].As<Napi::Function>());
      request.progress = answer_through(pending, live_->channel(), request.answer);
    }
    const Napi::Promise promise = pending->deferred.Promise();
    live_->engine().generate(
        std::move(request), std::move(cancel),
        settle<GenerateResult>(pending, live_->channel(), [](Napi::Env e, Pending&, GenerateResult& result) {
          return to_js(e, result);
        }));
    return promise;
  });
}

Napi::Value ModelWrap::stats(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return to_js(info.Env(), live_->engine().stats()); });
}

Napi::Value ModelWrap::dispose(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&]() -> Napi::Value {
    if (!disposed_.IsEmpty()) return disposed_.Value();
    auto* const pending = new Pending(env, live_);
    const Napi::Promise promise = pending->deferred.Promise();
    disposed_ = Napi::Persistent(promise.As<Napi::Object>());
    const auto done =
        settle<bool>(pending, live_->channel(), [](Napi::Env e, Pending&, bool) { return e.Undefined(); });
    live_->engine().close([done] { done(true); });
    return promise;
  });
}

}  // namespace surecall::addon

#include "decode/engine.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "decode/session.h"

namespace surecall {
namespace {

/// One entry of the queue.
struct Task {
  std::function<void(const std::atomic<bool>& stop)> run;  // reports its own success; throws Error
  std::function<void(Error)> fail;
  std::shared_ptr<Cancel> cancel;
  uint64_t listener = 0;
  std::atomic<bool> stop = false;
};

Error aborted() { return Error("SURECALL_ABORTED", "the call was aborted"); }
Error disposed() { return Error("SURECALL_DISPOSED", "the model was disposed"); }

}  // namespace

/// Shared by the engine, its thread and the listeners of its tasks.
struct Engine::State : std::enable_shared_from_this<Engine::State> {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::shared_ptr<Task>> queue;
  std::shared_ptr<Task> running;
  bool closing = false, closed = false;
  std::vector<std::function<void()>> on_closed;

  // Only touched by the engine's thread.
  std::unique_ptr<Model> model;
  std::unique_ptr<Session> session;

  void submit(const std::shared_ptr<Task>& task) {
    if (task->cancel) {
      task->listener = task->cancel->listen([weak = weak_from_this(), weak_task = std::weak_ptr(task)] {
        const auto state = weak.lock();
        const auto cancelled = weak_task.lock();
        if (state && cancelled) state->withdraw(cancelled);
      });
    }
    bool refused;
    {
      const std::lock_guard lock(mutex);
      refused = closing;
      if (!refused) queue.push_back(task);
    }
    if (refused) return end(*task, disposed());
    wake.notify_one();
    if (task->cancel && task->cancel->cancelled()) withdraw(task);  // cancelled before it was in the queue
  }

  void withdraw(const std::shared_ptr<Task>& task) {
    {
      const std::lock_guard lock(mutex);
      task->stop = true;
      const auto at = std::find(queue.begin(), queue.end(), task);
      if (at == queue.end()) return;  // running or over
      queue.erase(at);
    }
    end(*task, aborted());
  }

  static void end(Task& task, const Error& error) {
    if (task.cancel) task.cancel->forget(task.listener);
    task.fail(error);
  }

  void work() {
    for (;;) {
      std::shared_ptr<Task> task;
      {
        std::unique_lock lock(mutex);
        running = nullptr;
        wake.wait(lock, [&] { return closing || !queue.empty(); });
        if (closing) break;
        task = queue.front();
        queue.pop_front();
        running = task;
      }
      perform(*task);
    }
    session.reset();
    model.reset();
    std::vector<std::function<void()>> told;
    {
      const std::lock_guard lock(mutex);
      closed = true;
      told.swap(on_closed);
    }
    for (const auto& each : told) each();
  }

  void perform(Task& task) {
    try {
      if (task.stop) throw aborted();
      task.run(task.stop);
      if (task.cancel) task.cancel->forget(task.listener);
    } catch (const Error& error) {
      end(task, error.code() == "SURECALL_ABORTED" && is_closing() ? disposed() : error);
    } catch (const std::exception& error) {
      end(task, Error("SURECALL_NATIVE", error.what()));
    }
  }

  bool is_closing() {
    const std::lock_guard lock(mutex);
    return closing;
  }
};

Engine::Engine() : state_(std::make_shared<State>()), thread_([state = state_] { state->work(); }) {}
Engine::~Engine() { join(); }

void Engine::load(std::string path, ModelOptions options, std::function<void(float)> progress,
                  std::shared_ptr<Cancel> cancel, Done<Loaded> done) {
  auto task = std::make_shared<Task>();
  State* state = state_.get();
  task->run = [=](const std::atomic<bool>& stop) {
    state->model = Model::load(path, options, [&](float share) {
      if (progress) progress(share);
      return !stop;
    });
    state->session = std::make_unique<Session>(*state->model);
    done(Loaded{state->model->vocabulary(), state->model->info()});
  };
  task->fail = done;
  task->cancel = std::move(cancel);
  state_->submit(std::move(task));
}

void Engine::generate(GenerateRequest request, std::shared_ptr<Cancel> cancel, Done<GenerateResult> done) {
  auto task = std::make_shared<Task>();
  State* state = state_.get();
  task->run = [state, done, request = std::move(request)](const std::atomic<bool>& stop) {
    if (!state->session) throw Error("SURECALL_INTERNAL", "no model is loaded");
    done(state->session->generate(request, &stop));
  };
  task->fail = done;
  task->cancel = std::move(cancel);
  state_->submit(std::move(task));
}

void Engine::close(std::function<void()> closed) {
  std::deque<std::shared_ptr<Task>> dropped;
  bool already;
  {
    const std::lock_guard lock(state_->mutex);
    already = state_->closed;
    if (!already && closed) state_->on_closed.push_back(closed);
    state_->closing = true;
    dropped.swap(state_->queue);
    if (state_->running) state_->running->stop = true;
  }
  state_->wake.notify_all();
  for (const auto& task : dropped) State::end(*task, disposed());
  if (already && closed) closed();
}

void Engine::join() {
  close();
  if (thread_.joinable()) thread_.join();
}

}  // namespace surecall

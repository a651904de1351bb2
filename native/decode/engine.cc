#include "decode/engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <vector>

#include "decode/session.h"

namespace surecall {
namespace {

/// One entry of the queue.
struct Ticket {
  /// Begins the work. Throws Error if it cannot; else someone calls `settled` when it is over.
  std::function<void(const std::shared_ptr<Ticket>& self)> run;
  std::function<void(Error)> fail;
  bool loads = false;
  std::shared_ptr<Cancel> cancel;
  uint64_t listener = 0;
  std::atomic<bool> stop = false;
  std::chrono::steady_clock::time_point queued = std::chrono::steady_clock::now();
};

Error aborted() { return Error("SURECALL_ABORTED", "the call was aborted"); }
Error disposed() { return Error("SURECALL_DISPOSED", "the model was disposed"); }

}  // namespace

/// Shared by the engine, its thread and the listeners of its tasks.
struct Engine::State : std::enable_shared_from_this<Engine::State> {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::shared_ptr<Ticket>> queue;
  std::set<std::shared_ptr<Ticket>> running;
  EngineStats stats;
  bool closing = false, closed = false;
  std::vector<std::function<void()>> on_closed;

  // Only touched by the engine's thread.
  std::unique_ptr<Model> model;
  std::unique_ptr<Session> session;

  void submit(const std::shared_ptr<Ticket>& ticket) {
    if (ticket->cancel) {
      ticket->listener = ticket->cancel->listen([weak = weak_from_this(), weak_ticket = std::weak_ptr(ticket)] {
        const auto state = weak.lock();
        const auto cancelled = weak_ticket.lock();
        if (state && cancelled) state->withdraw(cancelled);
      });
    }
    bool refused;
    {
      const std::lock_guard lock(mutex);
      refused = closing;
      if (!refused) queue.push_back(ticket);
    }
    if (refused) return end(*ticket, disposed());
    wake.notify_one();
    if (ticket->cancel && ticket->cancel->cancelled()) withdraw(ticket);  // cancelled before it was in the queue
  }

  void withdraw(const std::shared_ptr<Ticket>& ticket) {
    {
      const std::lock_guard lock(mutex);
      ticket->stop = true;
      const auto at = std::find(queue.begin(), queue.end(), ticket);
      if (at == queue.end()) return;  // running or over
      queue.erase(at);
    }
    end(*ticket, aborted());
  }

  static void end(Ticket& ticket, const Error& error) {
    if (ticket.cancel) ticket.cancel->forget(ticket.listener);
    ticket.fail(error);
  }

  void work() {
    while (const std::optional<std::shared_ptr<Ticket>> next = take()) {
      if (*next) {
        perform(*next);
      } else {
        session->step();
      }
      if (!session) continue;
      const std::lock_guard lock(mutex);
      stats = session->stats();
    }
    if (session) session->fail_all(disposed());
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

  /// Waits for something to do: a ticket to begin, or null to go on with those that run. Nothing: the engine is closing.
  std::optional<std::shared_ptr<Ticket>> take() {
    std::unique_lock lock(mutex);
    const bool busy = session && !session->idle();
    wake.wait(lock, [&] { return closing || busy || !queue.empty(); });
    if (closing) return std::nullopt;
    if (queue.empty() || (!queue.front()->loads && session && !session->has_room())) return nullptr;
    const std::shared_ptr<Ticket> ticket = queue.front();
    queue.pop_front();
    running.insert(ticket);
    return ticket;
  }

  void perform(const std::shared_ptr<Ticket>& ticket) {
    try {
      if (ticket->stop) throw aborted();
      ticket->run(ticket);
    } catch (const Error& error) {
      settle(ticket, error);
    } catch (const std::exception& error) {
      settle(ticket, Error("SURECALL_NATIVE", error.what()));
    }
  }

  void settle(const std::shared_ptr<Ticket>& ticket) {
    if (ticket->cancel) ticket->cancel->forget(ticket->listener);
    const std::lock_guard lock(mutex);
    running.erase(ticket);
    if (session) stats = session->stats();  // who hears of the result may ask
  }

  void settle(const std::shared_ptr<Ticket>& ticket, const Error& error) {
    settle(ticket);
    ticket->fail(error.code() == "SURECALL_ABORTED" && is_closing() ? disposed() : error);
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
  auto ticket = std::make_shared<Ticket>();
  State* state = state_.get();
  ticket->run = [=](const std::shared_ptr<Ticket>& self) {
    state->model = Model::load(path, options, [&](float share) {
      if (progress) progress(share);
      return !self->stop;
    });
    state->session = std::make_unique<Session>(*state->model, options.prefix_folder, options.prefix_bytes);
    state->settle(self);
    done(Loaded{state->model->vocabulary(), state->model->info()});
  };
  ticket->fail = done;
  ticket->loads = true;
  ticket->cancel = std::move(cancel);
  state_->submit(std::move(ticket));
}

void Engine::generate(GenerateRequest request, std::shared_ptr<Cancel> cancel, Done<GenerateResult> done) {
  auto ticket = std::make_shared<Ticket>();
  State* state = state_.get();
  ticket->run = [state, done, request = std::move(request)](const std::shared_ptr<Ticket>& self) mutable {
    if (!state->session) throw Error("SURECALL_INTERNAL", "no model is loaded");
    const auto waited = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - self->queued);
    state->session->start(
        std::move(request), &self->stop,
        [state, self, done](Outcome<GenerateResult> outcome) {
          if (const Error* error = std::get_if<Error>(&outcome)) return state->settle(self, *error);
          state->settle(self);
          done(std::move(outcome));
        },
        waited.count());
  };
  ticket->fail = done;
  ticket->cancel = std::move(cancel);
  state_->submit(std::move(ticket));
}

EngineStats Engine::stats() const {
  const std::lock_guard lock(state_->mutex);
  return state_->stats;
}

void Engine::close(std::function<void()> closed) {
  std::deque<std::shared_ptr<Ticket>> dropped;
  bool already;
  {
    const std::lock_guard lock(state_->mutex);
    already = state_->closed;
    if (!already && closed) state_->on_closed.push_back(closed);
    state_->closing = true;
    dropped.swap(state_->queue);
    for (const auto& ticket : state_->running) ticket->stop = true;
  }
  state_->wake.notify_all();
  for (const auto& ticket : dropped) State::end(*ticket, disposed());
  if (already && closed) closed();
}

void Engine::join() {
  close();
  if (thread_.joinable()) thread_.join();
}

}  // namespace surecall

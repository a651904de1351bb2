#include "decode/cancel.h"

#include <utility>

namespace surecall {

void Cancel::cancel() {
  std::map<uint64_t, std::function<void()>> listeners;
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    listeners.swap(listeners_);
  }
  for (const auto& [number, heard] : listeners) heard();
}

bool Cancel::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

uint64_t Cancel::listen(std::function<void()> heard) {
  {
    const std::lock_guard lock(mutex_);
    if (!cancelled_) {
      listeners_.emplace(next_, std::move(heard));
      return next_++;
    }
  }
  heard();
  return 0;
}

void Cancel::forget(uint64_t listener) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(listener);
}

}  // namespace surecall

#pragma once
// Cancelling from outside: the native half of an AbortSignal.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace surecall {

/// Set once, from any thread. Who works on something listens while the work is queued or running.
class Cancel {
 public:
  void cancel();
  bool cancelled() const;
  /// Calls `heard` when cancelled, at once if that was before; on the thread that cancels. Returns a number
  /// for forget().
  uint64_t listen(std::function<void()> heard);
  void forget(uint64_t listener);

 private:
  mutable std::mutex mutex_;
  bool cancelled_ = false;
  uint64_t next_ = 1;
  std::map<uint64_t, std::function<void()>> listeners_;
};

}  // namespace surecall

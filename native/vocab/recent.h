#pragma once
// What was computed last, for whoever asks next: a few large values by key, shared by threads.

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace surecall {

/// Remembers the last `kSize` values that were added; the oldest is forgotten first. Thread-safe.
template <class Key, class Value, size_t kSize>
class Recent {
 public:
  /// Null if it is not known.
  std::shared_ptr<const Value> find(const Key& key) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [known, value] : entries_) {
      if (value && known == key) return value;
    }
    return nullptr;
  }
  std::shared_ptr<const Value> add(const Key& key, Value value) {
    auto shared = std::make_shared<const Value>(std::move(value));
    const std::lock_guard lock(mutex_);
    entries_[next_++ % kSize] = {key, shared};
    return shared;
  }

  /// Of the values and what they hold (Value::memory_bytes).
  size_t memory_bytes() const {
    const std::lock_guard lock(mutex_);
    size_t bytes = sizeof(*this);
    for (const auto& [known, value] : entries_) bytes += value ? value->memory_bytes() : 0;
    return bytes;
  }

 private:
  mutable std::mutex mutex_;
  std::array<std::pair<Key, std::shared_ptr<const Value>>, kSize> entries_;
  size_t next_ = 0;
};

}  // namespace surecall

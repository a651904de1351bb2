#pragma once
// A set of 64-bit keys that is cleared often and is mostly tiny: open addressing, cleared by raising a stamp.

#include <cstdint>
#include <vector>

#include "support/hash.h"

namespace surecall {

class KeySet {
 public:
  KeySet() : slots_(64) {}

  void clear() {
    count_ = 0;
    ++stamp_;
  }
  size_t size() const { return count_; }
  bool contains(uint64_t key) const {
    return slots_[place(key)].stamp == stamp_;
  }
  /// True if `key` was not there yet.
  bool insert(uint64_t key) {
    if (count_ * 2 >= slots_.size()) grow();
    Slot& slot = slots_[place(key)];
    if (slot.stamp == stamp_) return false;
    slot = {key, stamp_};
    ++count_;
    return true;
  }

 private:
  struct Slot {
    uint64_t key = 0;
    uint64_t stamp = 0;
  };

  size_t place(uint64_t key) const {
    size_t i = hash_mix(0, key) & (slots_.size() - 1);
    while (slots_[i].stamp == stamp_ && slots_[i].key != key) i = (i + 1) & (slots_.size() - 1);
    return i;
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.stamp == stamp_) slots_[place(slot.key)] = slot;
    }
  }

  std::vector<Slot> slots_;
  uint64_t stamp_ = 1;
  size_t count_ = 0;
};

}  // namespace surecall

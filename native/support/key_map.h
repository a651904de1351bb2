#pragma once
// A map from 64-bit keys to 32-bit numbers that only grows: open addressing, no allocation per entry.

#include <cstdint>
#include <utility>
#include <vector>

#include "support/hash.h"

namespace surecall {

class KeyMap {
 public:
  /// Is no value.
  static constexpr uint32_t kNone = 0xffffffff;

  KeyMap() : slots_(64) {}

  /// The value of `key`, or kNone.
  uint32_t find(uint64_t key) const { return slots_[place(key)].value; }
  bool contains(uint64_t key) const { return find(key) != kNone; }
  /// Gives `key` a value, whether it has one or not.
  void put(uint64_t key, uint32_t value) {
    if (count_ * 2 >= slots_.size()) grow();
    Slot& slot = slots_[place(key)];
    count_ += slot.value == kNone;
    slot = {key, value};
  }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t value = kNone;
  };

  size_t place(uint64_t key) const {
    size_t i = hash_mix(0, key) & (slots_.size() - 1);
    while (slots_[i].value != kNone && slots_[i].key != key) i = (i + 1) & (slots_.size() - 1);
    return i;
  }
  void grow() {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 4));
    for (const Slot& slot : old) {
      if (slot.value != kNone) slots_[place(slot.key)] = slot;
    }
  }

  std::vector<Slot> slots_;
  size_t count_ = 0;
};

}  // namespace surecall

#pragma once
// The sets of members used so far, interned: equal sets have equal numbers, so that frames and states can be compared.

#include <cstdint>
#include <span>
#include <vector>

namespace surecall {

/// Number of a set. 0 is the empty one.
using MemberSetId = uint32_t;
inline constexpr MemberSetId kNoMembers = 0;

class MemberSets {
 public:
  MemberSets() { clear(); }
  /// One bit per member; the last word, if there is any, is not 0. Valid until the next set is made.
  std::span<const uint64_t> bits(MemberSetId set) const {
    return std::span(words_).subspan(ends_[set], ends_[set + 1] - ends_[set]);
  }
  /// The set and more members, one bit each.
  MemberSetId with(MemberSetId set, std::span<const uint64_t> more);
  /// `bits` as bits() returned them, perhaps of other MemberSets.
  MemberSetId intern(std::span<const uint64_t> bits);
  void clear();
  size_t memory_bytes() const {
    return words_.capacity() * sizeof(uint64_t) + (ends_.capacity() + slots_.capacity()) * sizeof(uint32_t);
  }

 private:
  size_t slot_of(std::span<const uint64_t> bits) const;
  void grow();

  std::vector<uint64_t> words_;
  std::vector<uint32_t> ends_;       // set s is words ends_[s] to ends_[s + 1]
  std::vector<MemberSetId> slots_;   // open addressing; 0 is free, for the empty set is never looked up
  std::vector<uint64_t> scratch_;
};

}  // namespace surecall

#include "matcher/member_sets.h"

#include <algorithm>

#include "support/hash.h"

namespace surecall {

void MemberSets::clear() {
  words_.clear();
  ends_.assign(2, 0);
  slots_.assign(64, kNoMembers);
}

size_t MemberSets::slot_of(std::span<const uint64_t> bits) const {
  uint64_t hash = bits.size();
  for (const uint64_t word : bits) hash = hash_mix(hash, word);
  size_t i = hash & (slots_.size() - 1);
  while (slots_[i] != kNoMembers && !std::ranges::equal(this->bits(slots_[i]), bits)) i = (i + 1) & (slots_.size() - 1);
  return i;
}

void MemberSets::grow() {
  slots_.assign(slots_.size() * 2, kNoMembers);
  for (MemberSetId id = 1; id + 1 < ends_.size(); ++id) slots_[slot_of(bits(id))] = id;
}

MemberSetId MemberSets::with(MemberSetId set, std::span<const uint64_t> more) {
  const auto known = bits(set);
  scratch_.assign(more.begin(), more.end());
  scratch_.resize(std::max(scratch_.size(), known.size()));
  for (size_t w = 0; w < known.size(); ++w) scratch_[w] |= known[w];
  while (!scratch_.empty() && scratch_.back() == 0) scratch_.pop_back();
  return intern(scratch_);
}

MemberSetId MemberSets::intern(std::span<const uint64_t> bits) {
  if (bits.empty()) return kNoMembers;
  size_t slot = slot_of(bits);
  if (slots_[slot] != kNoMembers) return slots_[slot];
  if (ends_.size() * 2 >= slots_.size()) {
    grow();
    slot = slot_of(bits);
  }
  const MemberSetId id = static_cast<MemberSetId>(ends_.size() - 1);
  words_.insert(words_.end(), bits.begin(), bits.end());
  ends_.push_back(static_cast<uint32_t>(words_.size()));
  slots_[slot] = id;
  return id;
}

}  // namespace surecall

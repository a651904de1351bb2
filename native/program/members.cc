#include "program/members.h"

#include <bit>

namespace surecall {

namespace {

bool has_bit(std::span<const uint64_t> bits, uint32_t i) { return i / 64 < bits.size() && (bits[i / 64] >> (i % 64) & 1) != 0; }
void set_bit(std::span<uint64_t> bits, uint32_t i) { bits[i / 64] |= uint64_t{1} << (i % 64); }

}  // namespace

Members::Members(std::vector<Member> members, uint32_t min, uint32_t max, Position exit)
    : members_(std::move(members)), required_((members_.size() + 63) / 64), possible_(required_.size(), ~uint64_t{0}), min_(min), max_(max), exit_(exit) {
  const uint32_t count = static_cast<uint32_t>(members_.size());
  uses_.resize(count * words());
  all_.assign(words(), ~uint64_t{0});
  std::vector<uint32_t> in_order;
  for (uint32_t i = 0; i < count; ++i) {
    const Member& m = members_[i];
    if (m.required) {
      set_bit(required_, i);
    } else {
      by_cost_.push_back(i);
    }
    if (!m.repeats) set_bit(std::span(uses_).subspan(i * words(), words()), i);
    if (m.ordered) in_order.push_back(i);
    has_rest_ |= m.repeats;
  }
  is_ordered_ = !in_order.empty();
  if (!is_ordered_) return;
  std::ranges::sort(in_order, {}, [this](uint32_t i) { return members_[i].place; });
  // What was passed so far: every later member uses it up.
  std::vector<uint64_t> passed(words());
  for (const uint32_t i : in_order) {
    for (size_t w = 0; w < words(); ++w) uses_[i * words() + w] |= passed[w];
    set_bit(passed, i);
    if (!members_[i].required) continue;
    needed_in_order_.push_back(i);
    in_turn_.insert(in_turn_.end(), passed.begin(), passed.end());
  }
  for (uint32_t i = 0; i < count; ++i) {
    for (size_t w = 0; !members_[i].ordered && w < words(); ++w) uses_[i * words() + w] |= passed[w];
  }
}

/// The members that no missing one forbids: none may be passed over.
std::span<const uint64_t> Members::in_turn(const MembersSoFar& so_far) const {
  for (size_t r = 0; r < needed_in_order_.size(); ++r) {
    if (!so_far.has(needed_in_order_[r])) return std::span(in_turn_).subspan(r * words(), words());
  }
  return all_;
}

uint32_t Members::missing(const MembersSoFar& so_far) const {
  int missing = 0;
  for (size_t w = 0; w < required_.size(); ++w) {
    missing += std::popcount(required_[w] & ~(w < so_far.used.size() ? so_far.used[w] : 0));
  }
  return static_cast<uint32_t>(missing);
}

/// One that is not required may come before those that are.
bool Members::has_room(const MembersSoFar& so_far) const {
  return unbounded() || uint64_t{so_far.count} + missing(so_far) < max_;
}

bool Members::may_begin(const MembersSoFar& so_far, MemberRange range) const {
  if (range.first == range.last) return false;
  const bool any = has_room(so_far);
  const auto turn = in_turn(so_far);
  for (uint32_t w = range.first / 64; w <= (range.last - 1) / 64; ++w) {
    uint64_t bits = any ? possible_[w] & turn[w] : possible_[w] & turn[w] & required_[w];
    if (w < so_far.used.size()) bits &= ~so_far.used[w];
    if (w == range.first / 64) bits &= ~uint64_t{0} << (range.first % 64);
    if (w == range.last / 64) bits &= ~(~uint64_t{0} << (range.last % 64));
    for (; bits != 0; bits &= bits - 1) {
      if (leaves_enough(w * 64 + static_cast<uint32_t>(std::countr_zero(bits)), so_far)) return true;
    }
  }
  return false;
}

bool Members::may_come_next(uint32_t member, const MembersSoFar& so_far) const {
  if (so_far.has(member) || !has_bit(possible_, member) || !has_bit(in_turn(so_far), member)) return false;
  return (members_[member].required || has_room(so_far)) && leaves_enough(member, so_far);
}

/// Passing over ordered members may leave too few for the minimum.
bool Members::leaves_enough(uint32_t member, const MembersSoFar& so_far) const {
  if (!is_ordered_ || has_rest_ || so_far.count + 1 >= min_) return true;
  const auto uses = used_by(member);
  uint64_t reachable = uint64_t{so_far.count} + 1;
  for (size_t w = 0; w < words(); ++w) {
    const uint64_t used = uses[w] | (w < so_far.used.size() ? so_far.used[w] : 0);
    const uint64_t real = w + 1 < words() || members_.size() % 64 == 0 ? ~uint64_t{0} : ~(~uint64_t{0} << (members_.size() % 64));
    reachable += static_cast<uint64_t>(std::popcount(possible_[w] & real & ~used));
  }
  return reachable >= min_;
}

// Every member takes at least one byte, so a token of n bytes completes at most n of them. The largest of the counts that
// it cannot tell apart stands for them all: what can be completed from there can be completed from the others.
uint32_t Members::canonical_count(const MembersSoFar& so_far, uint32_t reach) const {
  const bool counts = !unbounded() && std::ranges::any_of(members_, &Member::repeats);
  if (!counts || so_far.count < min_) return so_far.count;
  const uint64_t margin = uint64_t{missing(so_far)} + reach + 1;
  return so_far.count + margin <= max_ ? static_cast<uint32_t>(max_ - margin) : so_far.count;
}

void Members::set_costs(std::span<const Cost> costs) {
  for (uint32_t i = 0; i < members_.size(); ++i) {
    members_[i].cost = add_costs(members_[i].head, costs[members_[i].entry]);
    const uint64_t bit = uint64_t{1} << (i % 64);
    possible_[i / 64] = members_[i].cost < kNever ? possible_[i / 64] | bit : possible_[i / 64] & ~bit;
  }
  has_rest_ = std::ranges::any_of(members_, [](const Member& m) { return m.repeats && m.cost < kNever; });
  separator_cost_ = again == begin ? 0 : costs[again];
  std::ranges::stable_sort(by_cost_, {}, [this](uint32_t i) { return members_[i].cost; });
}

/// The members that are missing, and the cheapest others that make up the minimum.
Members::Needed Members::needed(const MembersSoFar& so_far) const {
  Needed out;
  uint32_t missing = 0;
  for (size_t w = 0; w < required_.size(); ++w) {
    for (uint64_t bits = required_[w] & ~(w < so_far.used.size() ? so_far.used[w] : 0); bits != 0; bits &= bits - 1) {
      out.cost += uint64_t{separator_cost_} + members_[w * 64 + static_cast<size_t>(std::countr_zero(bits))].cost;
      ++missing;
    }
  }
  const uint64_t sure = uint64_t{so_far.count} + missing;
  out.extras = min_ > sure ? static_cast<uint32_t>(min_ - sure) : 0;
  uint32_t left = out.extras;
  for (size_t i = 0; left > 0 && i < by_cost_.size(); ++i) {
    const Member& m = members_[by_cost_[i]];
    if (so_far.has(by_cost_[i])) continue;
    const uint32_t times = m.repeats ? left : 1;
    out.cost += times * (uint64_t{separator_cost_} + m.cost);
    out.dearest = m.cost;
    left -= times;
  }
  return out;
}

uint64_t Members::cost_of_choice(const MembersSoFar& so_far, MemberRange range, uint32_t consumed) const {
  const Needed n = needed(so_far);
  const bool any = has_room(so_far);
  uint64_t best = ~uint64_t{0};
  for (uint32_t i = range.first; i < range.last; ++i) {
    const Member& m = members_[i];
    if (is_ordered_ ? !may_come_next(i, so_far) : so_far.has(i) || m.cost == kNever || !(any || m.required)) continue;
    if (is_ordered_ && n.extras > 0) {
      // It may use up some of the extras: count anew.
      std::vector<uint64_t> used(used_by(i).begin(), used_by(i).end());
      for (size_t w = 0; w < so_far.used.size(); ++w) used[w] |= so_far.used[w];
      best = std::min(best, m.cost + needed({used, capped(so_far.count + 1)}).cost - consumed);
      continue;
    }
    // What this member leaves out of the sum: itself, or the dearest of the extras, whose place it takes.
    const Cost instead = m.required ? m.cost : std::min(m.cost, n.dearest);
    const uint64_t spared = m.required || n.extras > 0 ? uint64_t{separator_cost_} + instead : 0;
    best = std::min(best, n.cost - spared + m.cost - consumed);
  }
  return best;
}

uint64_t Members::cost() const {
  const MembersSoFar nothing{{}, 0};
  const uint64_t cost = needed(nothing).cost;
  return cost == 0 ? 0 : cost - separator_cost_;
}

size_t Members::memory_bytes() const {
  return sizeof(*this) + members_.capacity() * sizeof(Member) + (required_.capacity() + possible_.capacity() + uses_.capacity() + in_turn_.capacity() + all_.capacity()) * sizeof(uint64_t) +
         by_cost_.capacity() * sizeof(uint32_t);
}

}  // namespace surecall

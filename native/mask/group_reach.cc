#include "mask/group_reach.h"

#include <algorithm>
#include <bit>

namespace surecall {
namespace {

/// Fewer tokens than this part of all are walked sooner than their bitmap is copied.
constexpr uint32_t kWorthwhile = 32;
/// Few tokens are longer: from here on, a reach rather ends than narrows.
constexpr uint32_t kLongToken = 12;
/// A state that takes fewer bytes takes few tokens.
constexpr int kFewBytes = 24;
/// So few tokens are longer that a search that has not come round by then had better end, and with a number of characters that
/// other states have as well.
constexpr uint32_t kFarEnough = 32;
/// More states than this are not looked at for one reach. Patterns that count words have some ten for each character.
constexpr size_t kMostStates = 1024;
/// So many tokens below a node make it worth asking for the reach of the state there.
constexpr size_t kManyTokens = 64;
/// Of a hash table's node, about.
constexpr size_t kEntryBytes = 32;

}  // namespace

void GroupReaches::clear() {
  branches_.clear();
  reaches_.clear();
  bytes_ = 0;
}

uint32_t GroupReaches::weight(CharGroupSet groups) const {
  uint32_t tokens = 0;
  for (; groups != 0; groups &= groups - 1) tokens += slice_.tokens_that_begin_with(static_cast<CharGroup>(std::countr_zero(groups)));
  return tokens;
}

bool GroupReaches::are_many(uint32_t tokens) const { return tokens >= slice_.tokens() / kWorthwhile; }

const std::vector<GroupReaches::Branch>& GroupReaches::branches(StateId from) {
  const auto [it, is_new] = branches_.try_emplace(from);
  if (is_new) {
    it->second = find_branches(from);
    bytes_ += kEntryBytes + sizeof *it + it->second.capacity() * sizeof(Branch);
  }
  return it->second;
}

std::vector<GroupReaches::Branch> GroupReaches::find_branches(StateId from) const {
  std::vector<Branch> out;
  CharGroupSet refused = 0;  // groups of which some character is
  auto note = [&](CharGroup group, StateId next) {
    if (next <= kFinishedState) {
      refused |= group_bit(group);
    } else if (const auto known = std::ranges::find(out, next, &Branch::to); known != out.end()) {
      known->groups |= group_bit(group);
    } else {
      out.push_back({next, group_bit(group)});
    }
  };
  const ByteSet first = states_.first_bytes(from);
  for (uint8_t c = 0; c < 0x80; ++c) {
    note(ascii_group(c), first.contains(c) ? states_.canonical(states_.step(from, c)) : kDeadState);
  }
  note(kBeyondAscii, states_.canonical(states_.step(from, Dfa::kBeyond)));
  for (Branch& branch : out) branch.groups &= ~refused;
  std::erase_if(out, [](const Branch& branch) { return branch.groups == 0; });
  return out;
}

CharGroupSet GroupReaches::accepted(StateId from) {
  CharGroupSet out = 0;
  for (const Branch& branch : branches(from)) out |= branch.groups;
  return out;
}

/// True if no character of the groups is accepted.
bool GroupReaches::refuses(StateId from, CharGroupSet groups) {
  const ByteSet first = states_.first_bytes(from);
  for (uint8_t c = 0; c < 0x80; ++c) {
    if ((groups & group_bit(ascii_group(c))) != 0 && first.contains(c)) return false;
  }
  return (groups & group_bit(kBeyondAscii)) == 0 || states_.step(from, Dfa::kBeyond) == kDeadState;
}

StateId GroupReaches::loop(StateId from) {
  // Of frequent characters, so that of a choice of names and other names one is likely not to begin a listed one.
  for (const uint8_t probe : {'e', 'z', '_', 'A', '0', ' '}) {
    if (!states_.first_bytes(from).contains(probe)) continue;
    const StateId to = states_.canonical(states_.step(from, probe));
    if (states_.first_bytes(to).contains(probe) && states_.canonical(states_.step(to, probe)) == to) return to;
  }
  return kDeadState;
}

const GroupReach& GroupReaches::reach(StateId from) {
  const auto known = reaches_.find(from);
  if (known != reaches_.end()) return known->second;
  GroupReach found = find_reach(from);
  // Whatever the length, so that few sets are asked for: hexadecimal digits are walked.
  if (found.characters > 0 && !are_many(slice_.mask(found.first, found.more, slice_.max_characters())->count)) found = {};
  bytes_ += kEntryBytes + sizeof(GroupReach);
  return reaches_.emplace(from, found).first->second;
}

GroupReach GroupReaches::find_reach(StateId from) {
  if (states_.first_bytes(from).size() < kFewBytes) return {};
  GroupReach reach{accepted(from), ~CharGroupSet{0}, 1};
  if (!are_many(weight(reach.first))) return {};
  std::vector<StateId> seen;
  is_seen_.clear();
  bool returns = false;        // one of them is reached by more characters as well
  std::vector<StateId> level;  // states after so many characters that have not been seen after fewer
  for (const Branch& branch : branches(from)) {
    // What a first character is worth, against what it leaves for the second.
    const CharGroupSet lost = reach.more & ~accepted(branch.to);
    if (weight(branch.groups) < weight(lost & reach.first)) {
      reach.first &= ~branch.groups;
    } else {
      level.push_back(branch.to);
    }
  }
  while (!level.empty()) {
    if (reach.characters >= kFarEnough) return reach;
    if (!narrow(reach, level, seen)) {
      reach.exact = !returns && std::ranges::all_of(level, [&](StateId state) { return refuses(state, reach.more); });
      // One character is too little to gain from.
      return reach.characters > 1 ? reach : GroupReach{};
    }
    ++reach.characters;
    seen.insert(seen.end(), level.begin(), level.end());
    for (const StateId state : level) is_seen_.insert(state);
    if (seen.size() > kMostStates) return reach;
    std::vector<StateId> next;
    for (const StateId state : level) {
      for (const Branch& branch : branches(state)) {
        if ((branch.groups & reach.more) == 0) continue;
        if (is_seen_.contains(branch.to)) {
          returns = true;
        } else if (std::ranges::find(next, branch.to) == next.end()) {
          next.push_back(branch.to);
        }
      }
    }
    level = std::move(next);
  }
  reach.characters = slice_.max_characters();
  return reach;
}

/// Leaves in reach.more what every state of the level accepts, or gives up the groups that led to the state. False if
/// the reach had better end here.
bool GroupReaches::narrow(GroupReach& reach, std::vector<StateId>& level, const std::vector<StateId>& seen) {
  CharGroupSet more = reach.more;
  std::vector<StateId> kept;
  for (const StateId state : level) {
    const CharGroupSet here = accepted(state);
    if ((more & ~here) == 0) {
      kept.push_back(state);
      continue;
    }
    // Groups by which the states seen so far lead here. At the first level find_reach() has decided.
    CharGroupSet way = 0;
    for (const StateId before : seen) {
      for (const Branch& branch : branches(before)) way |= branch.to == state ? branch.groups & more : 0;
    }
    if (!seen.empty() && weight(way) <= weight(more & ~here)) {
      more &= ~way;
    } else {
      more &= here;
      kept.push_back(state);
    }
  }
  if (more != reach.more && reach.characters >= kLongToken) return false;
  if (!are_many(weight(more))) return false;
  reach.more = more;
  level = std::move(kept);
  return true;
}

bool GroupReaches::takes_all_below(const TokenTrie& trie, uint32_t node, StateId state) {
  if (trie.tokens_below(node).size() < kManyTokens) return false;
  const GroupReach& known = reach(state);
  return (slice_.groups_below(node) & ~(known.first & known.more)) == 0 && slice_.max_characters(node) <= known.characters;
}

}  // namespace surecall

#pragma once
// Which tokens a state allows for their characters' groups alone, whatever states lie between.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "matcher/state_table.h"
#include "support/key_set.h"
#include "vocab/group_slice.h"

namespace surecall {

/// Every text whose first character is of some groups and whose others are of some groups is accepted, up to a length.
struct GroupReach {
  CharGroupSet first = 0, more = 0;
  uint32_t characters = 0;  ///< most that are known to be accepted; 0: nothing worth knowing
  bool exact = false;       ///< a longer such text is refused
};

/// Finds the reach of states, once for each. A breadth-first search over states by groups of characters: a group that would
/// lead where much less is accepted is given up, such as the backslash of a JSON string.
class GroupReaches {
 public:
  GroupReaches(StateTable& states, const GroupSlice& slice) : states_(states), slice_(slice) {}

  /// `from` is canonical, as all states here.
  const GroupReach& reach(StateId from);
  /// A state that many characters lead to and that they lead back to; kDeadState if there is none.
  StateId loop(StateId from);
  /// True if `state` accepts all tokens below a node of the vocabulary's trie from there on. Says no where finding out would
  /// cost more than a walk.
  bool takes_all_below(const TokenTrie& trie, uint32_t node, StateId state);
  /// To be called when the states' numbers change.
  void clear();
  size_t memory_bytes() const { return bytes_; }

 private:
  /// A state that characters of some groups lead to, of which no character is refused.
  struct Branch {
    StateId to;
    CharGroupSet groups;
  };
  const std::vector<Branch>& branches(StateId from);
  CharGroupSet accepted(StateId from);
  bool refuses(StateId from, CharGroupSet groups);
  std::vector<Branch> find_branches(StateId from) const;
  GroupReach find_reach(StateId from);
  bool narrow(GroupReach& reach, std::vector<StateId>& level, const std::vector<StateId>& seen);
  uint32_t weight(CharGroupSet groups) const;
  bool are_many(uint32_t tokens) const;

  StateTable& states_;
  const GroupSlice& slice_;
  std::unordered_map<StateId, std::vector<Branch>> branches_;
  std::unordered_map<StateId, GroupReach> reaches_;
  size_t bytes_ = 0;  // of what is remembered
  KeySet is_seen_;  // of the search at hand
};

}  // namespace surecall

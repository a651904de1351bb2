#pragma once
// What a state outside JSON strings accepts of plain text. In free text nearly every character leads to one and the same
// state, which it then leads back to; only those that could begin a trigger or an end are different. From this follows
// the mask of all tokens without such characters (vocab/free_slice.h), whatever they are.

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "matcher/state_table.h"

namespace surecall {

/// First bytes of the characters that do not do what the others do.
struct FreeReach {
  ByteSet later;  ///< all other characters lead the text that follows back to itself
  ByteSet now;    ///< and, here at the beginning, to that text; holds `later`
};

class FreeText {
 public:
  explicit FreeText(StateTable& states) : states_(states) {}

  /// Nothing if the (canonical) state is not of this kind.
  std::optional<FreeReach> reach(StateId state);
  void clear() { later_.clear(); }

 private:
  /// More exceptions than this are no longer exceptions.
  static constexpr int kMostExceptions = 40;

  StateId step(StateId state, uint32_t byte) { return states_.canonical(states_.step(state, byte)); }
  ByteSet exceptions(StateId state, StateId target);
  bool leads_to(StateId state, uint32_t first, uint32_t last, int more, StateId target);

  StateTable& states_;
  std::unordered_map<StateId, ByteSet> later_;
};

}  // namespace surecall

#pragma once
// The shortest text that completes what was written, spelled in the fewest tokens.
//
// Costs lead from state to state to the fewest bytes, so the text is found without a search, and of all its spellings the
// shortest by dynamic programming over its bytes. A longer text may take fewer tokens, but rarely and not many fewer, so
// what is found here answers nearly every question about budgets in microseconds.

#include <cstddef>
#include <vector>

#include "matcher/state_table.h"
#include "vocab/trie.h"

namespace surecall {

class ShortestText {
 public:
  /// Longer texts are not spelled.
  static constexpr size_t kMaxBytes = 1u << 17;

  ShortestText(const TokenTrie& trie, StateTable& states) : trie_(trie), states_(states) {}

  /// The canonical states before each token, `from` first, and that at the end. Empty if none is found.
  std::vector<StateId> spell(StateId from);

 private:
  static constexpr uint32_t kUnreached = 0xffffffff;

  /// A byte of the text, or a token that is taken as such.
  struct Symbol {
    uint8_t byte = 0;
    const TokenSet* tokens = nullptr;
  };
  /// Before a symbol, or at the end.
  struct Place {
    uint32_t tokens = kUnreached;  ///< fewest that lead here
    StateId state = kDeadState;    ///< where they lead
    size_t before = 0;             ///< place before the last of them
  };

  bool find_text(StateId from);
  StateId go_on(StateId at);
  void take_token(size_t at);
  void take_bytes(size_t at);
  void reach(size_t to, StateId state, size_t before);

  const TokenTrie& trie_;
  StateTable& states_;
  std::vector<Symbol> text_;
  std::vector<Place> places_;
};

}  // namespace surecall

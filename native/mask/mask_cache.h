#pragma once
// State -> mask, computed once.
//
// A miss asks how many plain characters the state accepts whatever they are (`text_reach`). Where that is known exactly
// the slice's bitmap for that length is the answer for all plain tokens at once, and only the few other tokens are
// walked, by their endings where plain text leads back to the state. A state that differs from such a one in few
// characters takes its mask and looks only at the tokens on which the two disagree. Otherwise it asks for which groups of
// characters all tokens are allowed (`GroupReach`): those are known from bitmaps as well, and the rest of the vocabulary's
// trie is walked.

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "mask/mask.h"
#include "mask/walker.h"
#include "matcher/state_table.h"
#include "vocab/vocabulary.h"

namespace surecall {

/// What a state accepts in plain characters.
struct TextReach {
  /// The number of plain characters, up to the slice's maximum, that are accepted one after another whatever they are.
  uint32_t characters = 0;
  /// True if that is all there is to say about plain text: what is longer is refused.
  bool exact = false;
};

class MaskCache {
 public:
  MaskCache(const Vocabulary& vocabulary, StateTable& states, size_t limit_bytes);

  /// Tokens that may come next. Shared, so that a mask in use survives clear().
  const std::shared_ptr<const Mask>& mask(StateId state);
  TextReach text_reach(StateId state);
  void clear();
  size_t memory_bytes() const { return bytes_ + groups_.memory_bytes() + scratch_.capacity() * sizeof(uint32_t); }
  uint32_t size() const { return static_cast<uint32_t>(masks_.size()); }

 private:
  /// Another state that allows the same but for tokens that begin with some bytes.
  struct Resemblance {
    StateId to = kDeadState;
    ByteSet differing;
    bool in_text = false;  ///< both allow all plain text
  };
  /// Tokens, in percent, up to which a state is said to resemble another.
  static constexpr uint32_t kMostThatMayDiffer = 40;

  const std::shared_ptr<const Mask>& mask_of(StateId canonical, bool may_resemble);
  Mask compute(StateId state, bool may_resemble);
  TokenBits walk(StateId state);
  bool is_free_text(StateId state);
  TokenBits walk_free_text(StateId state);
  InnerText find_inner_text(StateId state, const StateTable::InText& text);
  Resemblance find_model(StateId state);
  Mask like(StateId state, const Resemblance& model);
  Mask all_but(StateId state, const TokenSet& excluded, std::span<const StateTable::TokenEdge> edges);
  bool allows_text(StateId state, TokenId id);
  Mask unite(TokenBits base, std::vector<TokenId>& others) const;

  const Vocabulary& vocabulary_;
  StateTable& states_;
  const size_t limit_bytes_;
  size_t bytes_ = 0;
  Walker walker_;
  GroupReaches groups_;
  std::unordered_map<StateId, std::shared_ptr<const Mask>> masks_;
  std::unordered_map<StateId, TextReach> reaches_;
  std::vector<TokenId> scratch_;
};

}  // namespace surecall

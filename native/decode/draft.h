#pragma once
// Drafts: tokens that probably follow, evaluated ahead together with what must be evaluated anyway. The model's own
// choices then confirm or refuse them, so that drafts change how many steps an answer takes and never its text.
//
// Argument values are mostly copied from the prompt (prompt-lookup decoding). Tokens of a value differ from those in the
// prompt at their edges ("Paris" after a quote, " Paris" in a sentence), so the lookup is in text: where the end of the
// answer occurs in the prompt, what stands there next is proposed; at the beginning of a value, the first number or name
// that was not used yet; where the mask refuses what the prompt says, the value probably ends. What the mask forces in
// between belongs to the draft and needs no guess.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/draft_policy.h"
#include "matcher/matcher.h"
#include "vocab/vocabulary.h"

namespace surecall {

struct Draft {
  struct Token {
    TokenId id = 0;
    /// A choice comes after this token, so its logits are of use; what is forced next needs none.
    bool row = true;
    GuessKind kind = GuessKind::none;
  };
  std::vector<Token> tokens;
  bool row_before = true;  ///< the same for what precedes the draft

  bool empty() const { return tokens.empty(); }
  size_t size() const { return tokens.size(); }
  void clear();
  void add(std::span<const TokenId> ids, bool rows);
};

/// Finds what an answer may copy.
class PromptLookup {
 public:
  /// `source` is what the user said. Kept.
  explicit PromptLookup(std::string source);

  struct Guess {
    std::string text;  ///< empty: none
    GuessKind kind = GuessKind::none;
  };
  /// What may follow `answer`, a text so far whose choices since byte `value` made up the value at hand.
  Guess next(std::string_view answer, size_t value) const;
  /// Beginnings of a value, likeliest first: `quoted` for text, else for numbers.
  std::vector<std::string_view> beginnings(std::string_view answer, bool quoted) const;

 private:
  struct Span {
    size_t begin, end;
  };
  Span word_at(size_t begin) const;

  std::string source_;
  std::vector<Span> names_, numbers_;  // capitalised or quoted stretches; numbers
};

/// Writes drafts for one answer.
class Drafter {
 public:
  Drafter(std::string source, const Vocabulary& vocabulary, Drafting& drafting);

  /// Lengthens `draft`, whose tokens the matcher admits, up to `limit` tokens. The matcher is left as it was. `value` is the
  /// byte where the text that was last forced ended.
  void extend(Draft& draft, Matcher& matcher, size_t value, size_t limit);
  Drafting& drafting() { return drafting_; }

 private:
  struct Walk;
  bool follow_forced(Walk& walk);
  bool guess(Walk& walk);
  std::string closing(Matcher& matcher);
  bool take(Walk& walk, std::string_view text, GuessKind kind);

  const Vocabulary& vocabulary_;
  Drafting& drafting_;
  PromptLookup lookup_;
};

}  // namespace surecall

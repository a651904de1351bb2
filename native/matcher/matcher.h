#pragma once
// A matcher: one text in the making. It knows which state the text so far is in, what may follow, and how to go back.

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mask/mask.h"
#include "matcher/state_table.h"
#include "vocab/vocabulary.h"

namespace surecall {

class CaptureTrace;
class Template;

/// Where a captured part of the text stands, in bytes.
struct Capture {
  std::string name;
  size_t begin, end;
};

/// What follows whatever the model says.
struct Forced {
  std::string bytes;            ///< every continuation starts with these
  std::vector<TokenId> tokens;  ///< canonical tokens of `bytes` that no continuation can change
  /// Canonical tokens of the rest of `bytes`, held back because they could merge with what follows (token healing).
  /// A good guess at the next tokens: verify them against the model before accepting.
  std::vector<TokenId> held_back;
};

/// One of the texts that lead somewhere.
struct Way {
  std::string text;
  TokenId token = kNoToken;  ///< a token that must follow as such, if there is one
  uint32_t capture = Automaton::kNoCapture;  ///< into which it leads, by index of its name
  static constexpr TokenId kNoToken = 0xffffffff;
  auto operator<=>(const Way&) const = default;
};

/// Where ways end, by index of the capture's name.
struct WaysEnd {
  std::vector<bool> into;    ///< inside one of these
  std::vector<bool> within;  ///< inside one of these, before a token that must follow as such
};

/// Each method locks the template. A matcher is used by one thread at a time.
class Matcher {
 public:
  explicit Matcher(std::shared_ptr<Template> shared);
  ~Matcher();
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  /// Appends a token. False, and nothing changes, if it is not allowed here or its id is out of range. An
  /// end-of-generation token is allowed where accepting(); after it the matcher is finished().
  bool accept_token(TokenId id);
  /// Appends bytes as one step of the history, all or none. Where tokens are counted they are one.
  bool accept_bytes(std::string_view bytes);
  /// True if accept_token(id) would succeed.
  bool allows(TokenId id);
  /// The text so far is complete.
  bool accepting();
  /// Complete, and nothing may follow but the end.
  bool at_end();
  /// The text was complete at every place from byte `begin` to byte `end`, read by its bytes from the step before.
  bool could_end(size_t begin, size_t end);
  /// Takes back what was written from byte `begin` on. The text before must be allowed by itself.
  void cut(size_t begin);
  /// An end-of-generation token was accepted.
  bool finished() const;
  /// Tokens that may come next. Valid until the next call of mask() on this matcher.
  const Mask& mask();

  /// The bytes that every continuation starts with (at most kMaxForcedBytes).
  std::string forced_bytes();
  /// The same as tokens, ready for fast-forward. A forced token edge (special token) is one token with no bytes.
  Forced forced();

  /// The texts that lead from here to an end, sorted. None unless what follows is one of finitely many literal texts up to there, or
  /// if this is beyond the end.
  std::vector<Way> ways_to(const WaysEnd& end);
  /// Canonical tokens of a text that is allowed here, after what was written.
  std::vector<TokenId> tokens_of(std::string_view text) const { return tokenize_after_context(text); }
  /// How many of these tokens no continuation of the text can change.
  size_t settled_tokens(std::string_view text, std::span<const TokenId> tokens);

  /// Fewest tokens from here to completion (end-of-generation token not counted), or `limit` + 1 if more are needed.
  uint32_t tokens_to_accept(uint32_t limit);
  /// True if the text can be completed in `tokens_left` further tokens. Much cheaper than their exact number.
  bool can_finish_within(uint32_t tokens_left);
  /// True if after `id` the text can still be completed in `tokens_left` further tokens.
  bool can_finish_after(TokenId id, uint32_t tokens_left);
  /// The mask without the tokens after which `tokens_left` - 1 further tokens would not be enough. Copies.
  Mask mask_within(uint32_t tokens_left);

  /// Takes back the last `steps` accepted tokens or byte strings. Throws Error SURECALL_INVALID_OPTION if there are fewer.
  void rollback(size_t steps);
  void reset();
  /// Accepted tokens and byte strings so far.
  size_t steps() const { return history_.size() - 1; }
  /// The text so far; control tokens add nothing.
  const std::string& text() const { return text_; }
  /// Captured parts of the text so far, in the order in which they open; open ones end at the end of the text. Reads the
  /// whole text.
  std::vector<Capture> captures() const;
  /// Gives `trace`, which has read the steps before, those that it has not read yet. What it has read must not be rolled back.
  void trace(CaptureTrace& trace) const;
  /// True if the end of the text lies inside a capture of this name, in some reading of it.
  bool in_capture(std::string_view name);
  /// Bytes of memory held by this matcher alone.
  size_t memory_bytes() const;
  /// For Template::trim: the places where this matcher keeps states.
  void collect_states(std::vector<StateId*>& out);
  StateId state() const { return history_.back().state; }

  static constexpr size_t kMaxForcedBytes = 4096;

 private:
  struct Step {
    StateId state;
    uint32_t text_size;  // of the text after this step
    TokenId token;       // kNoToken for bytes
  };
  static constexpr TokenId kNoToken = 0xffffffff;

  /// The template's lock, with its memory trimmed.
  std::unique_lock<std::mutex> lock();
  /// The last step whose text ends at or before a byte.
  size_t step_before(size_t offset) const;
  StateId step_bytes(StateId from, std::string_view bytes);
  StateId step_token(TokenId id);
  std::string_view left_context() const;
  std::vector<TokenId> tokenize_after_context(std::string_view bytes) const;
  size_t tokens_that_stay(std::string_view bytes, std::span<const TokenId> tokens, StateId end);

  std::shared_ptr<Template> template_;
  std::vector<Step> history_;
  std::string text_;
  std::shared_ptr<const Mask> mask_;
};

}  // namespace surecall

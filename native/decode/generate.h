#pragma once
// What a caller asks of a session and what it gets back. Plain data: the addon turns it into JavaScript
// objects.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decode/copy_bias.h"
#include "mask/template.h"
#include "matcher/matcher.h"
#include "vocab/vocabulary.h"

namespace surecall {

class Progress;

/// How a token is drawn from the allowed ones.
struct Sampling {
  float temperature = 0;  ///< 0: always the likeliest
  uint32_t top_k = 0;     ///< draw from the k likeliest; 0: from all
  float top_p = 1;        ///< draw from the likeliest that together have this probability
  uint64_t seed = 0;      ///< the same seed draws the same tokens, however they are batched
};

struct GenerateRequest {
  /// The prompt as tokens, or, if empty, `prompt_text` tokenised with the names of control tokens recognised
  /// and the beginning-of-sequence token put in front where the model wants one.
  std::vector<TokenId> prompt_tokens;
  std::string prompt_text;
  /// What the answer must look like.
  std::shared_ptr<Template> answer;
  /// Tokens of the answer, forced ones included, the end-of-generation token not.
  uint32_t max_tokens = 512;
  /// Evaluate forced tokens together. Off, every token costs a model step; the answer is the same.
  bool fast_forward = true;
  /// Settle bare quotes in strings by what the model would write next (quote.cc). For templates that capture
  /// the bodies of their strings as "string".
  bool lenient = false;
  /// Reuse what other requests left in the KV cache.
  bool prefix_cache = true;
  /// Evaluate tokens ahead that the answer probably copies from the prompt (draft.h). The answer is the same.
  bool drafts = true;
  /// What answers copy from; empty: the whole prompt.
  std::string draft_source;
  /// What is added to the logits of tokens that go on copying `draft_source` inside a string, for templates that capture the bodies
  /// of their strings as "string" (copy_bias.h). 0: nothing.
  float copy_bias = 0;
  /// Values out of lists, such as enumerated ones, that the source mentions: `copy_bias` holds for them, too.
  std::vector<std::string> mentioned;
  /// What is added where a copy begins, by place in the source and by member of the call.
  CopyPlaces places;
  /// Where the answer goes on with one of a list of texts, each up to a capture: what is added to the logits of tokens that begin the
  /// way to the capture of this name (way_bias.h).
  std::vector<std::pair<std::string, float>> capture_bias;
  /// For benchmarks and replays: the answer to write (teacher.h).
  std::optional<std::string> teacher;
  bool trace = false;
  Sampling sampling;
  /// Where the answer goes on with one of a few texts up to a capture whose name begins with one of `until`, or, in a capture named
  /// `within`, up to a token that must follow as such: compare the texts as a whole (comparison.h).
  struct Compare {
    std::vector<std::string> until;  ///< empty: nowhere
    std::string within;
  } compare;
  /// Strings that end the answer before them (stop_strings.h).
  std::vector<std::string> stop;
  /// Hears of the answer while it is written; may be null.
  std::shared_ptr<Progress> progress;
  /// For tests: pseudo-random logits instead of the model's (random_evaluator.h). Nothing is evaluated.
  std::optional<uint64_t> random_logits_seed;
};

/// A token that was or could have been chosen.
struct Alternative {
  TokenId token = 0;
  double logprob = 0;  ///< log probability among the allowed tokens
};

/// One choice of the model.
struct Choice {
  TokenId token = 0;
  double logprob = 0;       ///< log probability among the allowed tokens, at temperature 1
  double removed_mass = 0;  ///< probability that the model gave to tokens that were not allowed
  uint32_t allowed = 0;     ///< how many tokens were allowed
  size_t begin = 0;         ///< the bytes of the text that came of it
  size_t end = 0;
  bool escaped = false;  ///< a closing quote that was taken for content: `\"` was written instead
  bool ends = false;     ///< an end-of-generation token: not part of text or tokens
};

struct TraceStep {
  bool is_choice = false;
  std::vector<TokenId> tokens;            ///< one for a choice; those of a forced stretch
  Choice choice;                          ///< only of a choice
  std::vector<Alternative> alternatives;  ///< the five best of a choice, best first
};

enum class FinishReason {
  /// The text is complete and nothing may follow, or the model or a stop string ended it where it was complete.
  stop,
  length,  ///< the text is complete, and the budget ended it
};

struct GenerateResult {
  std::string text;
  std::vector<TokenId> tokens;
  std::vector<Capture> captures;
  std::vector<Choice> choices;
  std::vector<TraceStep> trace;
  FinishReason finish = FinishReason::stop;

  uint32_t prompt_tokens = 0;
  uint32_t cached_tokens = 0;     ///< prompt tokens that were in the KV cache already
  uint32_t forwarded_tokens = 0;  ///< answer tokens that were determined, never chosen
  uint32_t sampled_tokens = 0;    ///< answer tokens that the model chose, and an end-of-generation token
  /// Evaluations of the model: 1 for the prompt with all that is forced after it (in however many chunks),
  /// and 1 for each later one, however many tokens it carries. 0 if the whole answer was determined.
  uint32_t model_steps = 0;
  uint32_t draft_tokens = 0;  ///< tokens that were evaluated ahead, on the guess that they would follow
  uint32_t accepted_draft_tokens = 0;  ///< of these, the ones that did follow
  uint32_t compared_tokens = 0;        ///< tokens that were evaluated to compare whole texts
  uint32_t escaped_quotes = 0;
  double removed_mass = 0;  ///< mean over the choices

  double queued_ms = 0;   ///< waiting for a slot
  double prefill_ms = 0;  ///< from then until the first logits, other answers' shares of the batches included
  double decode_ms = 0;   ///< waiting for later logits
  double mask_ms = 0;     ///< masks, choices, drafts
  double total_ms = 0;    ///< the sum
};

}  // namespace surecall

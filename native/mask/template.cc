#include "mask/template.h"

#include <algorithm>
#include <string>

#include "matcher/matcher.h"
#include "program/program.h"
#include "support/error.h"

namespace surecall {

namespace {

/// Checks the ids of token sets; "any token but ..." never means one that ends generation or stands for nothing.
void bind_token_sets(Automaton& automaton, const Vocabulary& vocabulary) {
  if (automaton.token_sets().empty()) return;
  std::vector<TokenId> never;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.kind(id) == TokenKind::unused || vocabulary.ends_generation(id)) never.push_back(id);
  }
  automaton.forbid_tokens(never);
  for (const TokenSet& set : automaton.token_sets()) {
    if (!set.ids.empty() && set.ids.back() >= vocabulary.size()) {
      throw Error("SURECALL_INVALID_PROGRAM", "invalid program: token " + std::to_string(set.ids.back()) + " is not in the vocabulary");
    }
    if (set.negated && set.ids.size() == vocabulary.size()) {
      throw Error("SURECALL_INVALID_PROGRAM", "invalid program: every token is excluded");
    }
  }
}

}  // namespace

std::shared_ptr<Template> Template::compile(std::shared_ptr<const Vocabulary> vocabulary, std::span<const uint8_t> program,
                                            const TemplateOptions& options) {
  Automaton automaton = surecall::compile(Program::parse(program));
  // No dead ends: whatever the tokens chosen so far, the rest can be spelled byte by byte.
  automaton.alphabet().for_each([&](uint8_t byte) {
    if (vocabulary->has_byte(byte)) return;
    throw Error("SURECALL_MODEL_LOAD", "the vocabulary has no token for the single byte " + std::to_string(byte) +
                                           ", which these tools need");
  });
  bind_token_sets(automaton, *vocabulary);
  return std::shared_ptr<Template>(new Template(std::move(vocabulary), std::move(automaton), options));
}

Template::Template(std::shared_ptr<const Vocabulary> vocabulary, Automaton automaton, const TemplateOptions& options)
    : vocabulary_(std::move(vocabulary)),
      automaton_(std::move(automaton)),
      options_(options),
      // At least 4: so many bytes of a character can be missing where a token ends (Closure::at_boundary).
      states_(automaton_, std::max(4u, vocabulary_->trie().max_depth())),
      masks_(*vocabulary_, states_, options.mask_bytes),
      budget_(*vocabulary_, states_, masks_) {}

void Template::trim() {
  // What the matchers themselves hold may be more than the allowance: dropping it again and again would gain nothing.
  const size_t allowance = std::max(options_.state_bytes, 2 * bytes_after_trim_);
  if (states_.memory_bytes() + budget_.memory_bytes() <= allowance) return;
  std::vector<StateId*> in_use;
  std::vector<StateId> current;
  for (Matcher* matcher : matchers_) {
    matcher->collect_states(in_use);
    current.push_back(matcher->state());
  }
  std::vector<Budget::Promise> promises = budget_.promises(in_use, current);
  for (Budget::Promise& promise : promises) in_use.push_back(&promise.state);
  states_.rebuild(in_use);
  masks_.clear();
  budget_.clear(promises);
  bytes_after_trim_ = states_.memory_bytes();
}

TemplateStats Template::stats() {
  const std::lock_guard guard(mutex_);
  return {automaton_.memory_bytes(),
          states_.memory_bytes() + budget_.memory_bytes(),
          masks_.memory_bytes(),
          static_cast<uint32_t>(automaton_.instructions().size()),
          states_.size(),
          masks_.size()};
}

}  // namespace surecall

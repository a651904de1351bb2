#pragma once
// A template: one program compiled against one vocabulary, with everything that its matchers share: the automaton,
// the interned states, the masks computed so far.

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "mask/budget.h"
#include "mask/mask_cache.h"
#include "matcher/state_table.h"
#include "program/automaton.h"
#include "vocab/vocabulary.h"

namespace surecall {

class Matcher;

struct TemplateOptions {
  /// Bytes that interned states, and cached masks, may hold before they are dropped and built anew.
  size_t state_bytes = size_t{32} << 20;
  size_t mask_bytes = size_t{32} << 20;
};

struct TemplateStats {
  size_t automaton_bytes = 0, state_bytes = 0, mask_bytes = 0;
  uint32_t instructions = 0, states = 0, masks = 0;
};

/// Shared by any number of matchers. Not thread-safe by itself: matchers of one template that live on different
/// threads hold `mutex()` while they work (Matcher does).
class Template {
 public:
  /// Throws Error: SURECALL_INVALID_PROGRAM, SURECALL_UNSUPPORTED_SCHEMA (see Program::parse and compile), or
  /// SURECALL_MODEL_LOAD if the vocabulary lacks single-byte tokens that the program needs.
  static std::shared_ptr<Template> compile(std::shared_ptr<const Vocabulary> vocabulary, std::span<const uint8_t> program,
                                           const TemplateOptions& options = {});

  const std::shared_ptr<const Vocabulary>& shared_vocabulary() const { return vocabulary_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  const Automaton& automaton() const { return automaton_; }
  StateTable& states() { return states_; }
  MaskCache& masks() { return masks_; }
  Budget& budget() { return budget_; }
  std::mutex& mutex() { return mutex_; }
  /// Matchers tell the template which states they hold, so that trim() can keep them.
  void enter(Matcher* matcher) { matchers_.push_back(matcher); }
  void leave(Matcher* matcher) { std::erase(matchers_, matcher); }
  /// Drops interned states and what hangs on them if they have outgrown the allowance. State numbers change: call it
  /// only where none is held outside a matcher.
  void trim();
  /// Locks.
  TemplateStats stats();

 private:
  Template(std::shared_ptr<const Vocabulary> vocabulary, Automaton automaton, const TemplateOptions& options);

  std::shared_ptr<const Vocabulary> vocabulary_;
  Automaton automaton_;
  TemplateOptions options_;
  StateTable states_;
  MaskCache masks_;
  Budget budget_;
  std::vector<Matcher*> matchers_;
  size_t bytes_after_trim_ = 0;
  std::mutex mutex_;
};

}  // namespace surecall

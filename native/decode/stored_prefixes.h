#pragma once
// Between the prefixes in the KV cache and those on disk: what a prompt could begin from is fetched before it starts, and
// what two prompts turn out to have in common - system text and tools - is saved.

#include <span>

#include "decode/batch_model.h"
#include "decode/prefix_cache.h"
#include "decode/prefix_store.h"

namespace surecall {

class StoredPrefixes {
 public:
  /// Shorter ones are evaluated faster than they are read.
  static constexpr size_t kLeastTokens = 64;

  /// `scratch` is a sequence id of its own. All must outlive this object.
  StoredPrefixes(BatchModel& model, PrefixCache& cache, PrefixStore& store, SequenceId scratch)
      : model_(model), cache_(cache), store_(store), scratch_(scratch) {}

  /// Brings the stored beginning of a prompt into the cache, if there is more of it than the cache has.
  void fetch(std::span<const TokenId> prompt);
  /// Saves a prefix that was found to be common since the last call.
  void save_common();
  /// Saves the last prompt, unless most of it is stored: a process that answers a single prompt leaves something, too.
  void save_last();

 private:
  void save(std::span<const TokenId> tokens);

  BatchModel& model_;
  PrefixCache& cache_;
  PrefixStore& store_;
  const SequenceId scratch_;
};

}  // namespace surecall

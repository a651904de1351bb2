#pragma once
// Prefixes in the KV cache. A prefix tree says which tokens are in cells; each of its nodes has a sequence id of its own
// that keeps its cells alive, and a prompt that begins alike becomes a further owner of them: nothing is copied, and what
// is common to many prompts is evaluated once, whether they run now or later. What was not used for the longest time goes
// first, from its end.

#include <span>
#include <utility>
#include <vector>

#include "decode/batch_model.h"
#include "decode/prefix_tree.h"

namespace surecall {

class PrefixCache {
 public:
  /// Uses the sequence ids from `first` on. The model must outlive it. `most_tokens`: kept at most.
  PrefixCache(BatchModel& model, SequenceId first, size_t most_tokens);

  /// How many of the tokens are known.
  size_t known(std::span<const TokenId> tokens) const { return tree_.find(tokens).length; }
  /// Gives the cells of the longest known prefix to `sequence`, which must be empty. Returns its length.
  size_t take(SequenceId sequence, std::span<const TokenId> tokens);
  /// Keeps the first tokens of `sequence`, whose cells hold them.
  void keep(SequenceId sequence, std::span<const TokenId> tokens);
  /// Frees the end of a prompt that has been answered, if it is short beside what it shares with others: it is what the
  /// user said, and will hardly be asked again.
  void forget_end(std::span<const TokenId> prompt);
  /// A prefix that two prompts have in common, found since the last call; empty if there is none.
  std::vector<TokenId> take_common() { return std::exchange(common_, {}); }
  /// The prompt that was kept last.
  const std::vector<TokenId>& last() const { return last_; }
  /// Frees what was not used for the longest time. False if nothing is left.
  bool evict();
  /// Forgets everything.
  void clear();

  size_t tokens() const { return tree_.tokens(); }

 private:
  void drop(PrefixTree::Node* leaf);
  bool claim(SequenceId& id);

  BatchModel& model_;
  const SequenceId first_;
  const size_t most_tokens_;
  PrefixTree tree_;
  std::vector<SequenceId> free_;
  std::vector<TokenId> common_, last_;
};

}  // namespace surecall

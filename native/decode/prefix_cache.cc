#include "decode/prefix_cache.h"

#include <algorithm>

namespace surecall {

PrefixCache::PrefixCache(BatchModel& model, SequenceId first, size_t most_tokens)
    : model_(model), first_(first), most_tokens_(most_tokens) {
  clear();
}

void PrefixCache::clear() {
  for (SequenceId id = first_; id < static_cast<SequenceId>(model_.limits().sequences); ++id) {
    if (std::find(free_.begin(), free_.end(), id) == free_.end()) model_.cut(id, 0);
  }
  tree_.clear();
  free_.clear();
  if (!model_.limits().shares) return;
  for (auto id = static_cast<SequenceId>(model_.limits().sequences); id-- > first_;) free_.push_back(id);
}

size_t PrefixCache::take(SequenceId sequence, std::span<const TokenId> tokens) {
  if (!model_.limits().shares) return 0;
  const PrefixTree::Match match = tree_.find(tokens);
  tree_.touch(match);
  for (const PrefixTree::Node* node : match.path) {
    model_.share(node->id, sequence, node->begin, std::min(node->end(), match.length));
  }
  if (match.length == 0 || model_.holds(sequence, match.length)) return match.length;
  // llama.cpp reuses cells that a sliding window has left behind: then there is nothing to begin from.
  model_.cut(sequence, 0);
  clear();
  return 0;
}

void PrefixCache::keep(SequenceId sequence, std::span<const TokenId> tokens) {
  if (!model_.limits().shares) return;
  PrefixTree::Match match = tree_.find(tokens);
  tree_.touch(match);
  last_.assign(tokens.begin(), tokens.end());
  if (match.length == tokens.size()) return;
  SequenceId id = -1;
  PrefixTree::Node* above = match.path.empty() ? nullptr : match.path.back();
  const bool ends_leaf = above != nullptr && above->is_leaf() && above->end() == match.length;
  if (ends_leaf) {
    model_.share(sequence, above->id, match.length, tokens.size());
    tree_.extend(above, tokens.subspan(match.length));
  } else {
    // What is on the way was used just now, so making room does not touch it unless there is nothing else.
    if (free_.size() < 2 && (!evict() || !evict())) return;
    match = tree_.find(tokens);
    above = match.path.empty() ? nullptr : match.path.back();
    if (above != nullptr && match.length < above->end()) {
      if (!claim(id)) return;
      model_.share(above->id, id, match.length, above->end());
      model_.cut(above->id, match.length);
      tree_.split(above, match.length, id);
      common_.assign(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(match.length));
    }
    if (!claim(id)) return;
    model_.share(sequence, id, match.length, tokens.size());
    tree_.add(above, tokens.subspan(match.length), id);
  }
  while (tree_.tokens() > most_tokens_ && tree_.least_used()->end() != tokens.size() && evict()) {
  }
}

void PrefixCache::forget_end(std::span<const TokenId> prompt) {
  const PrefixTree::Match match = tree_.find(prompt);
  if (match.path.empty() || match.length < prompt.size()) return;
  PrefixTree::Node* const end = match.path.back();
  if (end->is_leaf() && end->end() == prompt.size() && end->tokens.size() < end->begin) drop(end);
}

bool PrefixCache::claim(SequenceId& id) {
  if (free_.empty()) return false;
  id = free_.back();
  free_.pop_back();
  return true;
}

bool PrefixCache::evict() {
  PrefixTree::Node* const leaf = tree_.least_used();
  if (leaf == nullptr) return false;
  drop(leaf);
  return true;
}

void PrefixCache::drop(PrefixTree::Node* leaf) {
  model_.cut(leaf->id, 0);
  free_.push_back(leaf->id);
  tree_.remove(leaf);
}

}  // namespace surecall

#include "decode/comparison.h"

#include <algorithm>

namespace surecall {
namespace {

/// Builds one tree, candidate by candidate. Those with common beginnings come one after another.
class TreeBuilder {
 public:
  explicit TreeBuilder(size_t most) : most_(most) {}

  bool is_empty() const { return tree_.terms.empty(); }

  /// False, and nothing changed, if there is no room.
  bool add(size_t index, std::span<const TokenId> tokens) {
    const std::span<const TokenId> evaluated = tokens.first(tokens.size() - 1);
    size_t shared = 0;
    while (shared < std::min(evaluated.size(), path_.size()) && tree_.nodes[path_[shared]].token == evaluated[shared]) ++shared;
    // A candidate that adds no node lies on the path of the one before.
    const bool new_path = evaluated.size() > shared;
    if (tree_.nodes.size() + evaluated.size() - shared > most_ || paths_ + new_path > most_) return false;
    if (new_path) {
      // The path before goes on, unless this one prolongs it.
      const bool prolongs = shared == path_.size() && paths_ > 0 && shared > 0;
      if (!prolongs) ++paths_;
      path_.resize(shared);
      for (size_t i = shared; i < evaluated.size(); ++i) {
        const uint32_t parent = i == 0 ? Branch::kRoot : path_[i - 1];
        path_.push_back(static_cast<uint32_t>(tree_.nodes.size()));
        tree_.nodes.push_back({evaluated[i], parent, static_cast<uint32_t>(i), paths_ - 1, 0});
      }
    }
    for (size_t i = 0; i < tokens.size(); ++i) tree_.terms.push_back({index, i == 0 ? Branch::kRoot : path_[i - 1], tokens[i]});
    return true;
  }

  CandidateTree take() {
    // Children come behind their parents: the last path through a node is the last one through its last child.
    for (size_t i = tree_.nodes.size(); i-- > 0;) {
      Branch& node = tree_.nodes[i];
      node.paths = std::max(node.paths, 1u);
      if (node.parent == Branch::kRoot) continue;
      Branch& parent = tree_.nodes[node.parent];
      parent.paths = std::max(parent.paths, node.first_path + node.paths - parent.first_path);
    }
    CandidateTree done = std::move(tree_);
    tree_ = {};
    path_.clear();
    paths_ = 0;
    return done;
  }

 private:
  size_t most_;
  CandidateTree tree_;
  std::vector<uint32_t> path_;  // nodes of the last candidate
  uint32_t paths_ = 0;
};

}  // namespace

std::vector<CandidateTree> trees_of(std::span<const Candidate> candidates, size_t most, std::vector<size_t>& others) {
  std::vector<CandidateTree> trees;
  TreeBuilder builder(most);
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (builder.add(i, candidates[i].tokens)) continue;
    if (!builder.is_empty()) trees.push_back(builder.take());
    if (!builder.add(i, candidates[i].tokens)) others.push_back(i);
  }
  if (!builder.is_empty()) trees.push_back(builder.take());
  return trees;
}

}  // namespace surecall

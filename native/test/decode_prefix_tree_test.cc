// The prefix tree against a list of all prefixes.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "decode/prefix_tree.h"

namespace surecall {
namespace {

using Tokens = std::vector<TokenId>;

Tokens random_tokens(std::mt19937& random) {
  Tokens tokens(1 + random() % 12);
  for (TokenId& token : tokens) token = random() % 3;
  return tokens;
}

/// Makes the tree hold `tokens`, as PrefixCache::keep does.
void insert(PrefixTree& tree, const Tokens& tokens, int32_t& id) {
  const PrefixTree::Match match = tree.find(tokens);
  tree.touch(match);
  if (match.length == tokens.size()) return;
  PrefixTree::Node* above = match.path.empty() ? nullptr : match.path.back();
  if (above != nullptr && match.length < above->end()) tree.split(above, match.length, ++id);
  const auto rest = std::span(tokens).subspan(match.length);
  if (above != nullptr && above->is_leaf()) {
    tree.extend(above, rest);
  } else {
    tree.add(above, rest, ++id);
  }
}

TEST(PrefixTree, HoldsEveryPrefixOnce) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    PrefixTree tree;
    std::set<Tokens> prefixes;  // all that is held, by definition
    int32_t id = 0;
    for (int i = 0; i < 20; ++i) {
      const Tokens tokens = random_tokens(random);
      insert(tree, tokens, id);
      for (size_t n = 1; n <= tokens.size(); ++n) prefixes.insert(Tokens(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(n)));
      EXPECT_EQ(tree.tokens(), prefixes.size());
      const Tokens asked = random_tokens(random);
      size_t longest = 0;
      while (longest < asked.size() && prefixes.contains(Tokens(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(longest + 1)))) ++longest;
      const PrefixTree::Match match = tree.find(asked);
      EXPECT_EQ(match.length, longest);
      // The path spells what matched, without gaps.
      Tokens spelled;
      std::set<int32_t> ids;
      for (const PrefixTree::Node* node : match.path) {
        EXPECT_EQ(node->begin, spelled.size());
        spelled.insert(spelled.end(), node->tokens.begin(), node->tokens.end());
        EXPECT_TRUE(ids.insert(node->id).second);
      }
      ASSERT_GE(spelled.size(), longest);
      EXPECT_TRUE(std::equal(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(longest), spelled.begin()));
    }
    // Leaves go one by one, and take exactly their own tokens along.
    while (PrefixTree::Node* leaf = tree.least_used()) {
      const size_t before = tree.tokens(), own = leaf->tokens.size();
      tree.remove(leaf);
      EXPECT_EQ(tree.tokens(), before - own);
    }
    EXPECT_EQ(tree.tokens(), 0u);
    EXPECT_EQ(tree.nodes(), 0u);
  }
}

TEST(PrefixTree, ForgetsTheLeastUsedEndFirst) {
  PrefixTree tree;
  int32_t id = 0;
  insert(tree, {1, 2, 3, 4}, id);
  insert(tree, {1, 2, 5, 6}, id);
  insert(tree, {7, 8}, id);
  tree.touch(tree.find(Tokens{1, 2, 3, 4}));
  const auto forget = [&] {
    PrefixTree::Node* const leaf = tree.least_used();
    const Tokens tokens = leaf->tokens;
    tree.remove(leaf);
    return tokens;
  };
  EXPECT_EQ(forget(), (Tokens{5, 6}));
  EXPECT_EQ(forget(), (Tokens{7, 8}));
  EXPECT_EQ(forget(), (Tokens{3, 4}));
  EXPECT_EQ(forget(), (Tokens{1, 2}));
  EXPECT_EQ(tree.least_used(), nullptr);
}

}  // namespace
}  // namespace surecall

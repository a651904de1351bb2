#include "decode/prefix_tree.h"

#include <algorithm>

namespace surecall {

size_t common_prefix(std::span<const TokenId> a, std::span<const TokenId> b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

PrefixTree::Match PrefixTree::find(std::span<const TokenId> tokens) const {
  Match match;
  const Node* at = &root_;
  while (match.length < tokens.size()) {
    const auto child = at->children.find(tokens[match.length]);
    if (child == at->children.end()) break;
    Node* const node = child->second.get();
    const size_t same = common_prefix(tokens.subspan(match.length), node->tokens);
    match.path.push_back(node);
    match.length += same;
    if (same < node->tokens.size()) break;
    at = node;
  }
  return match;
}

void PrefixTree::touch(const Match& match) {
  ++clock_;
  for (Node* node : match.path) node->used = clock_;
}

PrefixTree::Node* PrefixTree::split(Node* node, size_t length, int32_t id) {
  auto lower = std::make_unique<Node>();
  const auto middle = node->tokens.begin() + static_cast<std::ptrdiff_t>(length - node->begin);
  lower->tokens.assign(middle, node->tokens.end());
  lower->begin = length;
  lower->parent = node;
  lower->id = id;
  lower->used = node->used;
  lower->children = std::move(node->children);
  for (auto& [token, child] : lower->children) child->parent = lower.get();
  node->tokens.erase(middle, node->tokens.end());
  node->children.clear();
  Node* const made = lower.get();
  node->children.emplace(made->tokens.front(), std::move(lower));
  ++nodes_;
  return made;
}

PrefixTree::Node* PrefixTree::add(Node* parent, std::span<const TokenId> tokens, int32_t id) {
  Node* const above = parent == nullptr ? &root_ : parent;
  auto leaf = std::make_unique<Node>();
  leaf->tokens.assign(tokens.begin(), tokens.end());
  leaf->begin = above->end();
  leaf->parent = parent;
  leaf->id = id;
  leaf->used = ++clock_;
  tokens_ += tokens.size();
  ++nodes_;
  Node* const made = leaf.get();
  above->children.emplace(tokens.front(), std::move(leaf));
  return made;
}

void PrefixTree::extend(Node* leaf, std::span<const TokenId> tokens) {
  leaf->tokens.insert(leaf->tokens.end(), tokens.begin(), tokens.end());
  leaf->used = ++clock_;
  tokens_ += tokens.size();
}

PrefixTree::Node* PrefixTree::least_used() const {
  Node* best = nullptr;
  std::vector<const Node*> open = {&root_};
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    for (const auto& [token, child] : node->children) {
      if (!child->is_leaf()) {
        open.push_back(child.get());
      } else if (best == nullptr || child->used < best->used) {
        best = child.get();
      }
    }
  }
  return best;
}

void PrefixTree::remove(Node* leaf) {
  tokens_ -= leaf->tokens.size();
  --nodes_;
  Node* const above = leaf->parent == nullptr ? &root_ : leaf->parent;
  above->children.erase(leaf->tokens.front());
}

void PrefixTree::clear() {
  root_.children.clear();
  tokens_ = nodes_ = 0;
}

}  // namespace surecall

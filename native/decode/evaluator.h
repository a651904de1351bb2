#pragma once
// Where logits come from. The decoder asks for them by sequence and never says what to compute: what is in
// the cache, what has to be cut off and what has to be evaluated follows from the tokens alone.

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocab/vocabulary.h"

namespace surecall {

/// A node of a tree of tokens.
struct Branch {
  static constexpr uint32_t kRoot = 0xffffffff;
  TokenId token = 0;
  uint32_t parent = kRoot;  ///< an earlier node
  uint32_t depth = 0;       ///< 0 for those that follow the tokens of the demand
  /// The paths through this node: from `first_path` on, numbered from 0 without gaps.
  uint32_t first_path = 0, paths = 0;
};

/// What an answer needs before it can go on: the logits after the first n of `tokens`, for each n of `lengths`
/// (ascending, from 1 on, the last being tokens.size()).
struct Demand {
  /// Most lengths of one demand, and most tokens from the first of them to the end. Bounds the memory for logits (one row
  /// of Qwen's vocabulary is 600 KB): all rows of a demand come from one batch.
  static constexpr size_t kMaxRows = 32;
  static constexpr size_t kMaxDraft = 64;

  std::span<const TokenId> tokens;
  std::span<const size_t> lengths;
  /// Instead of lengths: ways to go on after the tokens, as a tree. The logits after each of its nodes are wanted.
  std::span<const Branch> tree = {};
};

/// The logits of what was evaluated last.
class Rows {
 public:
  virtual ~Rows() = default;
  /// Logits of the token that follows the first `length` tokens of the last demand, which must have asked for them.
  /// Valid until the next evaluation.
  virtual const float* row(size_t length) = 0;
  /// The same after a node of the demand's tree. Null if there was no room for the tree.
  virtual const float* row_of_branch(size_t) { return nullptr; }
  /// Most nodes and paths that a tree may have; 0 if there are no trees.
  virtual size_t most_branches() const { return 0; }
};

/// Evaluates one answer by itself.
class Evaluator : public Rows {
 public:
  /// What is in the cache is not evaluated again, but for the tokens that need logits. Returns how many tokens the cache
  /// provided. Throws Error.
  virtual size_t evaluate(const Demand& demand) = 0;
};

}  // namespace surecall

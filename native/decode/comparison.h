#pragma once
// Comparing texts as a whole: where an answer goes on with one of a list of names, the likeliest name need not begin with the
// likeliest token, and a name whose beginning many share is at an advantage when tokens are chosen one by one. Here the log
// probabilities of all tokens of each text are added up, each among all tokens of the vocabulary, and the sums are compared.
//
// What all texts end with, from the end of the word that tells them apart on, is not compared: only the first token of it is, which
// says that the word ends there.
//
// The texts form a tree of tokens. Its nodes are evaluated in few batches over the one prefix (Demand::tree), or, where the
// model cannot do that, text by text.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "decode/evaluator.h"

namespace surecall {

/// One of the texts.
struct Candidate {
  std::vector<TokenId> tokens;
  double logprob = 0;  ///< the sum over the tokens, and a bias (way_bias.h)
};

/// The tree of some candidates, and where their log probabilities come from: the last token of each needs no evaluation.
struct CandidateTree {
  std::vector<Branch> nodes;
  struct Term {
    size_t candidate;
    uint32_t node;  ///< after whose logits, Branch::kRoot being those after the prefix
    TokenId token;
  };
  std::vector<Term> terms;
};

/// Trees of at most `most` nodes and paths that together hold the candidates, whose tokens must be sorted. A candidate that is too
/// long for any tree is left out and appended to `others`.
std::vector<CandidateTree> trees_of(std::span<const Candidate> candidates, size_t most, std::vector<size_t>& others);

}  // namespace surecall

// Choosing between whole texts (comparison.h) in the course of an answer.

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "decode/decoder.h"
#include "support/error.h"

namespace surecall {

namespace {

bool in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-' || c == '.';
}

/// Where the texts differ from each other no more, from the end of a word on: how many bytes that leaves at their ends.
size_t common_tail(std::span<const Way> ways) {
  const std::string_view first = ways.front().text;
  size_t common = first.size();
  for (const Way& way : ways) {
    size_t same = 0;
    while (same < std::min(common, way.text.size()) && way.text[way.text.size() - 1 - same] == first[first.size() - 1 - same]) ++same;
    common = same;
  }
  while (common > 0 && in_word(first[first.size() - common])) --common;
  return common;
}

/// How many tokens it takes to spell `bytes` bytes.
size_t tokens_for(const Vocabulary& vocabulary, std::span<const TokenId> tokens, size_t bytes) {
  size_t count = 0;
  for (size_t at = 0; at < bytes && count < tokens.size(); ++count) at += vocabulary.bytes(tokens[count]).size();
  return count;
}

}  // namespace

void Decoder::mark_compared() {
  const std::vector<std::string>& names = request_.answer->automaton().capture_names();
  const GenerateRequest::Compare& compare = request_.compare;
  compared_.emplace();
  for (const std::string& name : names) {
    compared_->into.push_back(std::ranges::any_of(compare.until, [&](const std::string& start) { return name.starts_with(start); }));
    compared_->within.push_back(name == compare.within);
  }
}

/// If here begins one of several such texts: writes the likeliest of those that the budget allows.
Task<bool> Decoder::compare() {
  const std::vector<Way> ways = matcher_.ways_to(*compared_);
  if (ways.size() < 2) co_return false;
  std::vector<Candidate> all = candidates(ways);
  co_await score(all);
  const bool accepted = co_await accept_best(all);
  co_return accepted;
}

/// The texts as tokens, sorted: up to the token that ends what they differ in, or to where what follows could change them, but so
/// far that none begins another.
std::vector<Candidate> Decoder::candidates(std::span<const Way> ways) {
  struct Spelled {
    std::vector<TokenId> tokens;
    size_t settled;
    float bias;
  };
  std::vector<Spelled> spelled;
  const size_t tail = common_tail(ways);
  for (const Way& way : ways) {
    std::vector<TokenId> tokens = matcher_.tokens_of(way.text);
    size_t settled = matcher_.settled_tokens(way.text, tokens);
    if (tail > 0) settled = std::min(settled, tokens_for(vocabulary(), tokens, way.text.size() - tail + 1));
    if (way.token != Way::kNoToken) {
      tokens.push_back(way.token);
      settled = tokens.size();
    }
    spelled.push_back({std::move(tokens), settled, way_bias_ ? way_bias_->of(way) : 0});
  }
  std::ranges::sort(spelled, {}, &Spelled::tokens);
  std::vector<Candidate> all;
  const auto shared_with = [&](size_t i, size_t j) {
    const auto& a = spelled[i].tokens;
    const auto& b = spelled[j].tokens;
    return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  };
  for (size_t i = 0; i < spelled.size(); ++i) {
    auto& [tokens, settled, bias] = spelled[i];
    size_t shared = 0;
    if (i > 0) shared = shared_with(i, i - 1);
    if (i + 1 < spelled.size()) shared = std::max(shared, shared_with(i, i + 1));
    const size_t length = std::min(tokens.size(), std::max(settled, shared + 1));
    all.push_back({{tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(length)}, bias});
  }
  return all;
}

Task<> Decoder::score(std::vector<Candidate>& candidates) {
  std::vector<size_t> others;
  std::vector<CandidateTree> trees;
  if (const size_t most = rows_.most_branches(); most > 0) {
    trees = trees_of(candidates, most, others);
  } else {
    others.resize(candidates.size());
    std::iota(others.begin(), others.end(), size_t{0});
  }
  // The logits after the prefix are gone when the next batch is evaluated.
  std::vector<float> root;
  if (!trees.empty()) {
    const float* row = co_await logits();
    root.assign(row, row + vocabulary().size());
  }
  for (CandidateTree& tree : trees) co_await score_tree(candidates, std::move(tree), root.data());
  for (const size_t i : others) co_await score_alone(candidates[i]);
}

Task<> Decoder::score_tree(std::vector<Candidate>& candidates, CandidateTree tree, const float* root) {
  std::vector<double> totals(tree.nodes.size());
  if (!tree.nodes.empty()) {
    count_accepted_drafts();
    lengths_.clear();
    tree_ = tree;
    result_.compared_tokens += static_cast<uint32_t>(tree.nodes.size());
    co_await evaluate();
    tree_ = {};
    if (rows_.row_of_branch(0) == nullptr) {
      std::set<size_t> held;
      for (const CandidateTree::Term& term : tree.terms) held.insert(term.candidate);
      for (const size_t i : held) co_await score_alone(candidates[i]);
      co_return;
    }
    for (size_t i = 0; i < totals.size(); ++i) totals[i] = chooser_.log_total(rows_.row_of_branch(i));
  }
  const double root_total = chooser_.log_total(root);
  for (const auto& [candidate, node, token] : tree.terms) {
    const bool at_root = node == Branch::kRoot;
    const float* row = at_root ? root : rows_.row_of_branch(node);
    candidates[candidate].logprob += static_cast<double>(row[token]) - (at_root ? root_total : totals[node]);
  }
}

/// One candidate by itself, in as many steps as its rows need.
Task<> Decoder::score_alone(Candidate& candidate) {
  const size_t length = sequence_.size();
  const std::span<const TokenId> tokens = candidate.tokens;
  for (size_t done = 0; done < tokens.size(); done += Demand::kMaxRows) {
    const size_t count = std::min(tokens.size() - done, Demand::kMaxRows);
    count_accepted_drafts();
    sequence_.insert(sequence_.end(), tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(done + count - 1));
    lengths_.resize(count);
    std::iota(lengths_.begin(), lengths_.end(), length + done);
    result_.compared_tokens += static_cast<uint32_t>(done == 0 ? count - 1 : count);
    co_await evaluate();
    for (size_t i = 0; i < count; ++i) {
      const float* row = rows_.row(lengths_[i]);
      candidate.logprob += static_cast<double>(row[tokens[done + i]]) - chooser_.log_total(row);
    }
    sequence_.resize(length);
    lengths_.clear();
  }
}

/// Writes the best candidate after which the budget suffices; of equal ones the first. False if there is none.
Task<bool> Decoder::accept_best(std::span<const Candidate> candidates) {
  std::vector<Alternative> order;
  for (uint32_t i = 0; i < candidates.size(); ++i) {
    const double logprob = candidates[i].logprob;
    order.push_back({i, std::isnan(logprob) ? -std::numeric_limits<double>::infinity() : logprob});
  }
  std::ranges::stable_sort(order, std::greater<>{}, &Alternative::logprob);
  const double best = order.front().logprob;
  double sum = 0, mass = 0;
  for (const Alternative& each : order) {
    sum += std::exp(each.logprob - best);
    mass += std::exp(each.logprob);
  }
  const double total = std::isfinite(best) ? best + std::log(sum) : 0;

  for (const Alternative& each : order) {
    if (teacher_ && !teacher_->follows(matcher_.text(), vocabulary().detokenize(candidates[each.token].tokens))) continue;
    const std::span<const TokenId> tokens = candidates[each.token].tokens;
    Choice choice;
    choice.token = tokens.front();
    choice.logprob = std::isfinite(best) ? each.logprob - total : -std::log(static_cast<double>(order.size()));
    choice.removed_mass = std::isfinite(best) ? std::clamp(1 - mass, 0.0, 1.0) : 1;
    choice.allowed = static_cast<uint32_t>(order.size());
    choice.begin = matcher_.text().size();
    draft_.clear();
    const bool accepted = co_await accept_stretch(tokens);
    if (!accepted) continue;
    choice.end = matcher_.text().size();
    result_.forwarded_tokens -= static_cast<uint32_t>(tokens.size());
    result_.sampled_tokens += static_cast<uint32_t>(tokens.size());
    if (request_.trace) {
      TraceStep& step = result_.trace.back();
      step.is_choice = true;
      step.choice = choice;
      for (size_t i = 0; i < std::min<size_t>(order.size(), 5); ++i) {
        step.alternatives.push_back({candidates[order[i].token].tokens.front(), order[i].logprob - total});
      }
    }
    result_.choices.push_back(choice);
    co_return true;
  }
  co_return false;
}

}  // namespace surecall

#include "decode/way_bias.h"

#include <algorithm>
#include <unordered_map>

namespace surecall {

WayBias::WayBias(std::span<const std::pair<std::string, float>> biases, const Automaton& automaton, const Vocabulary& vocabulary)
    : vocabulary_(vocabulary) {
  const std::unordered_map<std::string, float> by_name(biases.begin(), biases.end());
  for (const std::string& name : automaton.capture_names()) {
    const auto known = by_name.find(name);
    ends_.into.push_back(known != by_name.end());
    ends_.within.push_back(false);
    bias_.push_back(known == by_name.end() ? 0 : known->second);
  }
}

const float* WayBias::raise(const float* row, std::span<const Way> ways) {
  std::unordered_map<TokenId, float> most;
  for (const Way& way : ways) {
    vocabulary_.trie().each_token_along(way.text, [&](TokenId token) {
      float& bias = most[token];
      bias = std::max(bias, of(way));
    });
  }
  raised_.assign(row, row + vocabulary_.size());
  for (const auto& [token, bias] : most) raised_[token] += bias;
  return raised_.data();
}

}  // namespace surecall

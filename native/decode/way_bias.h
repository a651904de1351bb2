#pragma once
// Which of a list of texts the answer goes on with - mostly, which tool it calls - can be known in part from elsewhere: a request that
// shares rare words with what a tool is described as probably means that tool. Each text leads into a capture, and captures have a
// bias; what begins the way to one is that much likelier. No token is forbidden, and where all captures have the same bias nothing changes.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "matcher/matcher.h"
#include "vocab/vocabulary.h"

namespace surecall {

class WayBias {
 public:
  /// `biases` by name of capture; names that the automaton does not have are ignored.
  WayBias(std::span<const std::pair<std::string, float>> biases, const Automaton& automaton, const Vocabulary& vocabulary);

  /// Where the ways end that raise() is asked about.
  const WaysEnd& ends() const { return ends_; }
  /// What the text as a whole is likelier by.
  float of(const Way& way) const { return way.capture < bias_.size() ? bias_[way.capture] : 0; }
  /// `row` with the bias: a token gets the largest of the ways that it begins. Valid until the next call.
  const float* raise(const float* row, std::span<const Way> ways);

 private:
  const Vocabulary& vocabulary_;
  WaysEnd ends_;
  std::vector<float> bias_;  // by index of the capture's name
  std::vector<float> raised_;
};

}  // namespace surecall

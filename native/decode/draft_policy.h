#pragma once
// When a draft pays: what a step costs, how many guesses come true, and how long a draft is therefore worth.

#include <array>
#include <cstddef>
#include <cstdint>

namespace surecall {

/// Why a token was guessed; each kind comes true at a rate of its own. `none`: not guessed, but held back or forced.
enum class GuessKind : uint8_t { none, start, copy, close };

/// Time of a step as a + b * tokens, learnt from the steps themselves: on a GPU b is next to nothing, on two cores a third
/// of a.
class StepCost {
 public:
  /// One step evaluated so many tokens.
  void add(size_t tokens, double milliseconds);
  /// What a step costs whatever it carries, in tokens: a / b.
  double fixed() const;

 private:
  // Before anything is known: a CPU whose memory is the bottleneck for a single token.
  static constexpr double kUsual = 4;
  struct Mean {
    double tokens = 0, milliseconds = 0, weight = 0;
    void add(double n, double ms);
  };
  Mean few_, many_;
};

/// Shared by the answers of an engine.
class Drafting {
 public:
  StepCost cost;
  /// Answers that advance together: they share the fixed cost of a step.
  size_t active = 1;

  /// True if one more guess of this kind is worth its evaluation, where everything before it in the draft comes true with
  /// probability `before`. Lowers `before`.
  bool pays(GuessKind kind, double& before) const;
  /// A guess came true or not.
  void learn(GuessKind kind, bool right);
  /// A guess was not made because it does not pay: opinions fade, so that it is tried again some time.
  void pass(GuessKind kind);
  double rate(GuessKind kind) const { return rates_[static_cast<size_t>(kind)]; }

 private:
  static constexpr std::array<double, 4> kPrior = {1, 0.5, 0.8, 0.6};
  std::array<double, 4> rates_ = kPrior;
};

}  // namespace surecall

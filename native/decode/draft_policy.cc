#include "decode/draft_policy.h"

#include <algorithm>

namespace surecall {

void StepCost::Mean::add(double n, double ms) {
  constexpr double kMemory = 0.95;
  weight = weight * kMemory + 1;
  tokens += (n - tokens) / weight;
  milliseconds += (ms - milliseconds) / weight;
}

// Two means are enough for a line, and cannot be led astray by steps of one size.
void StepCost::add(size_t tokens, double milliseconds) {
  constexpr size_t kFew = 4, kMany = 32, kMost = 512;
  if (tokens > kMost) return;
  if (tokens <= kFew) few_.add(static_cast<double>(tokens), milliseconds);
  if (tokens >= kMany) many_.add(static_cast<double>(tokens), milliseconds);
}

double StepCost::fixed() const {
  constexpr double kLeast = 0.25, kMost = 1000;
  if (few_.weight == 0 || many_.weight == 0) return kUsual;
  const double each = (many_.milliseconds - few_.milliseconds) / (many_.tokens - few_.tokens);
  const double fixed = few_.milliseconds - each * few_.tokens;
  if (each <= 0) return kMost;
  return std::clamp(fixed / each, kLeast, kMost);
}

// A guess that comes true saves the answer a step, that is its share of the fixed cost; one that does not has cost one
// token.
bool Drafting::pays(GuessKind kind, double& before) const {
  const double right = before * rate(kind);
  if (right * cost.fixed() / static_cast<double>(std::max<size_t>(active, 1)) < 1 - right) return false;
  before = right;
  return true;
}

void Drafting::learn(GuessKind kind, bool right) {
  constexpr double kStep = 1.0 / 24;
  double& rate = rates_[static_cast<size_t>(kind)];
  rate += ((right ? 1.0 : 0.0) - rate) * kStep;
}

void Drafting::pass(GuessKind kind) {
  constexpr double kStep = 1.0 / 128;
  double& rate = rates_[static_cast<size_t>(kind)];
  rate += (kPrior[static_cast<size_t>(kind)] - rate) * kStep;
}

}  // namespace surecall

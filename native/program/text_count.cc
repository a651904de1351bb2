// How many texts there are: paths of the DFA over characters, counted by length, each class as often as it has members.
//
// Counts stop at the limit, so they settle soon wherever a loop is; from then on every length adds the same.

#include <algorithm>
#include <utility>
#include <vector>

#include "program/text.h"

namespace surecall {
namespace {

constexpr uint32_t kUnbounded = 0xffffffff;

/// Sums and products that stop at a limit.
class Saturating {
 public:
  explicit Saturating(uint64_t limit) : limit_(limit) {}
  uint64_t add(uint64_t a, uint64_t b) const { return a >= limit_ - std::min(b, limit_) ? limit_ : a + b; }
  uint64_t multiply(uint64_t a, uint64_t b) const { return b != 0 && a > limit_ / b ? limit_ : std::min(a * b, limit_); }

 private:
  uint64_t limit_;
};

struct Edge {
  uint32_t from, to;
  uint64_t characters;
};

std::vector<Edge> edges_of(const TextPatterns& patterns) {
  std::vector<uint64_t> members(patterns.dfa.classes);
  for (const auto& [first, last, c] : patterns.classes.stretches()) members[c] += uint64_t{last} - first + 1;
  std::vector<Edge> edges;
  std::vector<uint64_t> weight(patterns.dfa.size());
  for (uint32_t s = 0; s < patterns.dfa.size(); ++s) {
    std::vector<uint32_t> targets;
    for (uint32_t c = 0; c < patterns.dfa.classes; ++c) {
      const uint32_t t = patterns.dfa.to(s, c);
      if (t == CharDfa::kDead) continue;
      if (weight[t] == 0) targets.push_back(t);
      weight[t] += members[c];
    }
    for (const uint32_t t : targets) edges.push_back({s, t, std::exchange(weight[t], 0)});
  }
  return edges;
}

/// A trimmed DFA without a longest text.
bool has_cycle(const std::vector<Edge>& edges, uint32_t states) {
  // States that nothing enters are taken away until none is left, or a cycle.
  std::vector<uint32_t> entered(states);
  for (const Edge& e : edges) ++entered[e.to];
  std::vector<uint32_t> first(states + 1), work;
  for (const Edge& e : edges) ++first[e.from + 1];  // edges are ordered by `from`
  for (uint32_t s = 0; s < states; ++s) first[s + 1] += first[s];
  for (uint32_t s = 0; s < states; ++s) {
    if (entered[s] == 0) work.push_back(s);
  }
  uint32_t left = states;
  while (!work.empty()) {
    const uint32_t s = work.back();
    work.pop_back();
    --left;
    for (uint32_t e = first[s]; e < first[s + 1]; ++e) {
      if (--entered[edges[e].to] == 0) work.push_back(edges[e].to);
    }
  }
  return left > 0;
}

}  // namespace

uint64_t count_texts(const TextSpec& spec, const TextPatterns& patterns, uint64_t limit, const RegexLimits& limits) {
  if (limit == 0 || spec.min > spec.max || patterns.dfa.size() == 0) return 0;
  const Saturating at_most(limit);
  const std::vector<Edge> edges = edges_of(patterns);
  const uint32_t states = patterns.dfa.size();
  // Trimmed: whatever the minimum, going round once more makes another text.
  if (spec.max == kUnbounded && has_cycle(edges, states)) return limit;

  size_t steps = 0;
  const CharDfaContext context{limits, steps, "a text value"};
  std::vector<uint64_t> ways(states), next(states);
  ways[0] = 1;
  uint64_t total = 0;
  for (uint64_t length = 0;; ++length) {
    uint64_t here = 0;
    for (uint32_t s = 0; s < states; ++s) {
      if (patterns.dfa.accepting[s]) here = at_most.add(here, ways[s]);
    }
    if (length >= spec.min) total = at_most.add(total, here);
    if (total >= limit || length == spec.max) return total;
    std::ranges::fill(next, 0);
    for (const Edge& e : edges) next[e.to] = at_most.add(next[e.to], at_most.multiply(ways[e.from], e.characters));
    if (std::ranges::all_of(next, [](uint64_t n) { return n == 0; })) return total;
    if (next == ways) {
      // Every further length has as many: those from here, or from the minimum, to the maximum.
      const uint64_t more = spec.max - std::max<uint64_t>(length, spec.min) + (length < spec.min ? 1 : 0);
      return at_most.add(total, at_most.multiply(here, more));
    }
    ways.swap(next);
    context.spend(edges.size() + states);
  }
}

}  // namespace surecall

#include "program/text_machine.h"

#include <algorithm>
#include <compare>
#include <queue>

namespace surecall {
namespace {

/// A longer loop than this is worth a counter: its states would each be spelled.
constexpr uint32_t kFewIterations = 8;
constexpr uint32_t kUnbounded = 0xffffffff;

/// Lengths in characters of what a DFA accepts; `longest` is kUnbounded if there is no limit.
struct Lengths {
  uint32_t shortest, longest;
};

Lengths lengths_of(const CharDfa& dfa) {
  std::vector<uint32_t> depth(dfa.size(), kUnbounded);
  std::vector<uint32_t> queue{0};
  depth[0] = 0;
  uint32_t shortest = kUnbounded;
  for (size_t i = 0; i < queue.size(); ++i) {
    const uint32_t s = queue[i];
    if (dfa.accepting[s]) shortest = std::min(shortest, depth[s]);
    for (uint32_t c = 0; c < dfa.classes; ++c) {
      const uint32_t t = dfa.to(s, c);
      if (t == CharDfa::kDead || depth[t] != kUnbounded) continue;
      depth[t] = depth[s] + 1;
      queue.push_back(t);
    }
  }
  // Longest path by taking away states without predecessors; a state that stays is on or behind a cycle.
  std::vector<uint32_t> predecessors(dfa.size(), 0), longest_to(dfa.size(), 0);
  for (const uint32_t t : dfa.next) {
    if (t != CharDfa::kDead) ++predecessors[t];
  }
  std::vector<uint32_t> work;
  if (predecessors[0] == 0) work.push_back(0);
  uint32_t longest = 0;
  size_t done = 0;
  for (; !work.empty(); ++done) {
    const uint32_t s = work.back();
    work.pop_back();
    longest = std::max(longest, longest_to[s]);
    for (uint32_t c = 0; c < dfa.classes; ++c) {
      const uint32_t t = dfa.to(s, c);
      if (t == CharDfa::kDead) continue;
      longest_to[t] = std::max(longest_to[t], longest_to[s] + 1);
      if (--predecessors[t] == 0) work.push_back(t);
    }
  }
  return {shortest, done < dfa.size() ? kUnbounded : longest};
}

/// The cheapest way to an accepting state: fewest bytes, then fewest characters.
struct Distance {
  uint32_t bytes = kUnbounded, characters = kUnbounded;
  auto operator<=>(const Distance&) const = default;
};

std::vector<Distance> distances(const CharDfa& dfa, std::span<const uint32_t> bytes_of_class) {
  struct Edge {
    uint32_t from, bytes;
  };
  std::vector<std::vector<Edge>> incoming(dfa.size());
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    for (uint32_t c = 0; c < dfa.classes; ++c) {
      if (dfa.to(s, c) != CharDfa::kDead) incoming[dfa.to(s, c)].push_back({s, bytes_of_class[c]});
    }
  }
  std::vector<Distance> out(dfa.size());
  using Entry = std::pair<Distance, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  for (uint32_t s = 0; s < dfa.size(); ++s) {
    if (dfa.accepting[s]) queue.push({out[s] = {0, 0}, s});
  }
  while (!queue.empty()) {
    const auto [distance, t] = queue.top();
    queue.pop();
    if (distance != out[t]) continue;
    for (const auto [s, bytes] : incoming[t]) {
      const Distance through{distance.bytes + bytes, distance.characters + 1};
      if (through < out[s]) queue.push({out[s] = through, s});
    }
  }
  return out;
}

/// `dfa` with the number of characters so far as part of the state. With `max` unbounded, numbers stop at `min`.
CharDfa unroll(const CharDfa& dfa, uint32_t min, uint32_t max, const CharDfaContext& context) {
  CharDfa out;
  out.classes = dfa.classes;
  const uint64_t last = max == kUnbounded ? min : max;
  std::vector<uint32_t> known, layer{0}, following;  // states of `dfa` reached with the current number, in order
  const bool stays = max == kUnbounded;
  uint32_t base = 0;  // of the layer in `out`
  out.add(min == 0 && dfa.accepting[0]);
  for (uint64_t n = 0;; ++n) {
    const bool is_last = n == last;
    if (is_last && !stays) break;
    known.assign(dfa.size(), CharDfa::kDead);
    following.clear();
    if (is_last) {
      for (uint32_t i = 0; i < layer.size(); ++i) known[layer[i]] = base + i;
    }
    for (uint32_t i = 0; i < layer.size(); ++i) {
      for (uint32_t c = 0; c < dfa.classes; ++c) {
        const uint32_t t = dfa.to(layer[i], c);
        if (t == CharDfa::kDead) continue;
        if (known[t] == CharDfa::kDead) {
          known[t] = out.add(n + 1 >= min && dfa.accepting[t]);
          context.check_states(out.size());
          context.spend(dfa.classes);
          (is_last ? layer : following).push_back(t);
        }
        out.next[size_t{base + i} * out.classes + c] = known[t];
      }
    }
    if (is_last || following.empty()) break;
    base += static_cast<uint32_t>(layer.size());
    layer.swap(following);
  }
  return minimise(trim(out));
}

TextMachine plain_machine(CharDfa dfa, std::span<const uint32_t> bytes_of_class) {
  TextMachine m;
  for (const Distance& d : distances(dfa, bytes_of_class)) m.costs.push_back(d.bytes);
  m.in_loop.assign(dfa.size(), false);
  m.rows = std::move(dfa);
  return m;
}

// Three parts. The head has the number of characters in its states, up to the minimum. The loop is the DFA itself, with
// a counter beside it. The tail has the number of characters that are still allowed in its states; it begins where some
// state might need all of them to get to an accepting one. So the loop needs no conditions on its edges: from wherever
// it is left, a way to the end remains, and it is the cheapest way in bytes.
TextMachine counted_machine(const CharDfa& dfa, uint32_t min, uint32_t iterations, uint32_t reserve, const CharDfaContext& context) {
  const uint32_t q = dfa.size();
  TextMachine m;
  m.rows.classes = dfa.classes;
  m.iterations = iterations;
  // Rows: the loop, then the tail by number of characters left, then the head by number of characters read.
  const uint64_t size = uint64_t{q} * (uint64_t{reserve} + 2 + min);
  context.check_states(size);
  context.spend(size * dfa.classes);
  auto tail = [&](uint32_t s, uint32_t left) { return q + left * q + s; };
  const uint32_t head = q + (reserve + 1) * q;
  const uint32_t rows = head + min * q;
  auto enter = [&](uint32_t s) { return rows + s; };
  auto count = [&](uint32_t s) { return rows + q + s; };
  for (uint32_t r = 0; r < rows; ++r) m.rows.add(false);
  m.in_loop.assign(rows, false);
  for (uint32_t s = 0; s < q; ++s) {
    m.rows.accepting[s] = dfa.accepting[s];
    m.in_loop[s] = true;
    for (uint32_t c = 0; c < dfa.classes; ++c) {
      const uint32_t t = dfa.to(s, c);
      if (t == CharDfa::kDead) continue;
      auto link = [&](uint32_t from, uint32_t to) { m.rows.next[size_t{from} * dfa.classes + c] = to; };
      link(s, count(t));
      for (uint32_t left = 1; left <= reserve; ++left) link(tail(s, left), tail(t, left - 1));
      for (uint32_t n = 0; n < min; ++n) link(head + n * q + s, n + 1 == min ? enter(t) : head + (n + 1) * q + t);
    }
  }
  for (uint32_t s = 0; s < q; ++s) {
    for (uint32_t left = 0; left <= reserve; ++left) m.rows.accepting[tail(s, left)] = dfa.accepting[s];
    m.arrivals.push_back({true, s, 0});
  }
  for (uint32_t s = 0; s < q; ++s) m.arrivals.push_back({false, s, tail(s, reserve)});
  m.start = min == 0 ? enter(0) : head;
  return m;
}

/// Computes the costs; leaves out rows that lead nowhere or are not reached. Nothing is left if the start leads nowhere.
TextMachine tidy(TextMachine m, std::span<const uint32_t> bytes_of_class) {
  const uint32_t rows = m.rows.size();
  std::vector<uint32_t> cost(rows, kUnbounded);
  std::vector<std::vector<std::pair<uint32_t, uint32_t>>> incoming(rows);
  using Entry = std::pair<uint32_t, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  auto row_of = [&](uint32_t target) { return target < rows ? target : m.arrivals[target - rows].row; };
  for (uint32_t r = 0; r < rows; ++r) {
    for (uint32_t c = 0; c < m.rows.classes; ++c) {
      if (m.rows.to(r, c) != CharDfa::kDead) incoming[row_of(m.rows.to(r, c))].emplace_back(r, bytes_of_class[c]);
    }
    if (m.rows.accepting[r]) queue.push({cost[r] = 0, r});
  }
  while (!queue.empty()) {
    const auto [bytes, t] = queue.top();
    queue.pop();
    if (bytes != cost[t]) continue;
    for (const auto& [s, more] : incoming[t]) {
      if (bytes + more < cost[s]) queue.push({cost[s] = bytes + more, s});
    }
  }
  for (uint32_t& to : m.rows.next) {
    if (to != CharDfa::kDead && cost[row_of(to)] == kUnbounded) to = CharDfa::kDead;
  }
  if (cost[row_of(m.start)] == kUnbounded) return {};
  // What is reached, in order; an arrival reaches the rows that it names.
  std::vector<uint32_t> row_number(rows, CharDfa::kDead), arrival_number(m.arrivals.size(), CharDfa::kDead), row_order, arrival_order;
  auto reach_row = [&](uint32_t r) {
    if (row_number[r] != CharDfa::kDead) return;
    row_number[r] = static_cast<uint32_t>(row_order.size());
    row_order.push_back(r);
  };
  auto reach = [&](uint32_t target) {
    if (target < rows) return reach_row(target);
    const uint32_t a = target - rows;
    if (arrival_number[a] != CharDfa::kDead) return;
    arrival_number[a] = static_cast<uint32_t>(arrival_order.size());
    arrival_order.push_back(a);
    reach_row(m.arrivals[a].row);
    if (!m.arrivals[a].enters) reach_row(m.arrivals[a].end_row);
  };
  reach(m.start);
  for (size_t i = 0; i < row_order.size(); ++i) {
    for (uint32_t c = 0; c < m.rows.classes; ++c) {
      if (m.rows.to(row_order[i], c) != CharDfa::kDead) reach(m.rows.to(row_order[i], c));
    }
  }
  auto renumbered = [&](uint32_t target) {
    return target < rows ? row_number[target] : static_cast<uint32_t>(row_order.size()) + arrival_number[target - rows];
  };
  TextMachine out;
  out.iterations = m.iterations;
  out.rows.classes = m.rows.classes;
  for (const uint32_t r : row_order) {
    out.rows.add(m.rows.accepting[r]);
    out.in_loop.push_back(m.in_loop[r]);
    out.costs.push_back(cost[r]);
    for (uint32_t c = 0; c < m.rows.classes; ++c) {
      const uint32_t to = m.rows.to(r, c);
      out.rows.next[out.rows.next.size() - m.rows.classes + c] = to == CharDfa::kDead ? to : renumbered(to);
    }
  }
  for (const uint32_t a : arrival_order) {
    const auto& [enters, row, end_row] = m.arrivals[a];
    out.arrivals.push_back({enters, row_number[row], enters ? 0 : row_number[end_row]});
  }
  out.start = renumbered(m.start);
  return out;
}

}  // namespace

TextMachine bound_lengths(CharDfa dfa, uint32_t min, uint32_t max, std::span<const uint32_t> bytes_of_class,
                          const CharDfaContext& context) {
  const Lengths lengths = lengths_of(dfa);
  if (max < lengths.shortest || min > lengths.longest) return {};
  // Bounds that every text keeps anyway cost nothing.
  if (min <= lengths.shortest) min = 0;
  if (max >= lengths.longest) max = kUnbounded;
  if (min == 0 && max == kUnbounded) return plain_machine(std::move(dfa), bytes_of_class);
  if (max != kUnbounded) {
    const std::vector<Distance> distance = distances(dfa, bytes_of_class);
    const uint32_t reserve = std::ranges::max(distance, {}, &Distance::characters).characters;
    const uint32_t span = max - min;
    if (span >= reserve && span - reserve > kFewIterations) {
      return tidy(counted_machine(dfa, min, span - reserve, reserve, context), bytes_of_class);
    }
  }
  return plain_machine(unroll(dfa, min, max, context), bytes_of_class);
}

}  // namespace surecall

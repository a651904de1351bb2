// The smallest DFA by partition refinement, after A. Valmari, "Fast brief practical DFA minimization" (2012): states
// and edges are split against each other until no block of edges tells states of one block apart. O(m log n) for m
// edges; edges that do not exist cost nothing, which suits trimmed DFAs.

#include <algorithm>
#include <numeric>

#include "program/char_dfa.h"

namespace surecall {
namespace {

/// Elements 0..n-1 in blocks, refined by marking some elements and splitting every block with marks in two.
class Partition {
 public:
  explicit Partition(uint32_t n) : elements_(n), place_(n), block_(n, 0), first_(n + 1), end_(n + 1), marked_(n + 1, 0) {
    std::iota(elements_.begin(), elements_.end(), 0);
    std::iota(place_.begin(), place_.end(), 0);
    if (n > 0) end_[blocks_++] = n;
  }
  /// Blocks of equal `key`.
  template <class Key>
  void group_by(Key&& key) {
    std::ranges::sort(elements_, {}, key);
    blocks_ = 0;
    for (uint32_t i = 0; i < elements_.size(); ++i) {
      const bool begins = i == 0 || key(elements_[i]) != key(elements_[i - 1]);
      if (begins) first_[blocks_++] = i;
      place_[elements_[i]] = i;
      block_[elements_[i]] = blocks_ - 1;
      end_[blocks_ - 1] = i + 1;
    }
  }
  void mark(uint32_t element) {
    const uint32_t b = block_[element];
    const uint32_t from = place_[element];
    const uint32_t to = first_[b] + marked_[b];
    if (from < to) return;  // already marked
    std::swap(elements_[from], elements_[to]);
    place_[elements_[from]] = from;
    place_[elements_[to]] = to;
    if (marked_[b]++ == 0) touched_.push_back(b);
  }
  /// The smaller part of each touched block becomes a new block.
  void split() {
    for (const uint32_t b : touched_) {
      const uint32_t middle = first_[b] + marked_[b];
      marked_[b] = 0;
      if (middle == end_[b]) continue;
      if (middle - first_[b] <= end_[b] - middle) {
        first_[blocks_] = first_[b];
        end_[blocks_] = first_[b] = middle;
      } else {
        end_[blocks_] = end_[b];
        first_[blocks_] = end_[b] = middle;
      }
      for (uint32_t i = first_[blocks_]; i < end_[blocks_]; ++i) block_[elements_[i]] = blocks_;
      ++blocks_;
    }
    touched_.clear();
  }
  uint32_t blocks() const { return blocks_; }
  uint32_t block_of(uint32_t element) const { return block_[element]; }
  std::span<const uint32_t> block(uint32_t b) const { return std::span(elements_).subspan(first_[b], end_[b] - first_[b]); }

 private:
  std::vector<uint32_t> elements_, place_, block_, first_, end_, marked_, touched_;
  uint32_t blocks_ = 0;
};

}  // namespace

CharDfa minimise(const CharDfa& dfa) {
  const uint32_t count = dfa.size();
  if (count == 0) return dfa;
  std::vector<uint32_t> tail, label, head;
  for (uint32_t s = 0; s < count; ++s) {
    for (uint32_t c = 0; c < dfa.classes; ++c) {
      if (dfa.to(s, c) == CharDfa::kDead) continue;
      tail.push_back(s);
      label.push_back(c);
      head.push_back(dfa.to(s, c));
    }
  }
  const uint32_t edges = static_cast<uint32_t>(tail.size());
  // Edges by head, as one array.
  std::vector<uint32_t> first(count + 2, 0), incoming(edges);
  for (const uint32_t h : head) ++first[h + 2];
  std::partial_sum(first.begin(), first.end(), first.begin());
  for (uint32_t e = 0; e < edges; ++e) incoming[first[head[e] + 1]++] = e;

  Partition states(count);
  states.group_by([&](uint32_t s) { return dfa.accepting[s]; });
  Partition cords(edges);
  cords.group_by([&](uint32_t e) { return label[e]; });
  uint32_t done = 0;
  auto split_cords = [&] {
    for (; done < states.blocks(); ++done) {
      for (const uint32_t s : states.block(done)) {
        for (uint32_t i = first[s]; i < first[s + 1]; ++i) cords.mark(incoming[i]);
      }
      cords.split();
    }
  };
  split_cords();
  for (uint32_t c = 0; c < cords.blocks(); ++c) {
    for (const uint32_t e : cords.block(c)) states.mark(tail[e]);
    states.split();
    split_cords();
  }

  CharDfa out;
  out.classes = dfa.classes;
  for (uint32_t b = 0; b < states.blocks(); ++b) out.add(dfa.accepting[states.block(b)[0]]);
  for (uint32_t e = 0; e < edges; ++e) {
    out.next[size_t{states.block_of(tail[e])} * out.classes + label[e]] = states.block_of(head[e]);
  }
  // The start becomes state 0.
  const uint32_t start = states.block_of(0);
  if (start != 0) {
    std::swap_ranges(out.next.begin(), out.next.begin() + out.classes, out.next.begin() + static_cast<ptrdiff_t>(size_t{start} * out.classes));
    std::swap(out.accepting[0], out.accepting[start]);
    for (uint32_t& t : out.next) {
      if (t == 0 || t == start) t = t == 0 ? start : 0;
    }
  }
  return out;
}

}  // namespace surecall

#include "program/speller.h"

#include <algorithm>
#include <array>
#include <string>

#include "support/hash.h"
#include "vocab/text_slice.h"

namespace surecall {
namespace {

/// Shapes are dropped when they have this many edges (8 bytes each): a row with none makes its own.
constexpr size_t kShapeEdges = 1 << 20;

}  // namespace

Speller::Speller(const CharClasses& classes, TextSpelling spelling, uint32_t rows, uint32_t targets, const CharDfaContext& context)
    : classes_(classes), spelling_(spelling), rows_(rows), targets_(targets), context_(context), label_of_target_(targets) {
  row_ends_.reserve(rows);
}

void Speller::add_row(std::span<const uint32_t> by_class) {
  const SpellingShape& shape = shape_of(by_class);
  made_.clear();
  for (uint32_t n = 0; n < shape.nodes().size(); ++n) {
    draft_.clear();
    draft(shape.nodes().edges(n));
    made_.push_back(targets_ + nodes_.intern(draft_));
  }
  if (row_count() > context_.limits.text_states) {
    context_.refuse("needs more than " + std::to_string(context_.limits.text_states) + " states");
  }
  draft_.clear();
  draft(shape.row());
  row_edges_.insert(row_edges_.end(), draft_.begin(), draft_.end());
  row_ends_.push_back(static_cast<uint32_t>(row_edges_.size()));
  text_.push_back(place(shape.text()));
  beyond_.push_back(place(shape.beyond()));
}

/// The shape of a row. Its targets are numbered in the order in which they come first.
const SpellingShape& Speller::shape_of(std::span<const uint32_t> by_class) {
  labels_.clear();
  targets_of_label_.clear();
  for (const uint32_t target : by_class) {
    if (target == kDead) {
      labels_.push_back(kDead);
      continue;
    }
    uint32_t& label = label_of_target_[target];
    if (label >= targets_of_label_.size() || targets_of_label_[label] != target) {
      label = static_cast<uint32_t>(targets_of_label_.size());
      targets_of_label_.push_back(target);
    }
    labels_.push_back(label);
  }
  if (const auto known = shapes_.find(labels_); known != shapes_.end()) return known->second;
  if (shape_edges_ > kShapeEdges) {
    shapes_.clear();
    shape_edges_ = 0;
  }
  const uint32_t count = static_cast<uint32_t>(targets_of_label_.size());
  const SpellingShape& made = shapes_.try_emplace(labels_, classes_, spelling_, labels_, count).first->second;
  shape_edges_ += made.nodes().edge_count();
  return made;
}

/// Appends edges of the shape of the row in work, with the row's own targets.
void Speller::draft(std::span<const ByteEdge> edges) {
  const uint32_t labels = static_cast<uint32_t>(targets_of_label_.size());
  for (const auto [low, high, target] : edges) {
    draft_.push_back({low, high, target < labels ? targets_of_label_[target] : made_[target - labels]});
  }
}

/// Of an added row, or of a node behind them.
std::span<const ByteEdge> Speller::edges(uint32_t row) const {
  if (row >= rows_) return nodes_.edges(row - rows_);
  const uint32_t first = row == 0 ? 0 : row_ends_[row - 1];
  return std::span(row_edges_).subspan(first, row_ends_[row] - first);
}

uint32_t Speller::local(uint32_t target) const {
  if (target == kDead || target < rows_) return target;
  return target < targets_ ? target + nodes_.size() : target - targets_ + rows_;
}

/// Bytes that lead to the same everywhere become one class.
void Speller::compress(TextDfa& out) const {
  std::array<bool, 257> cut{};
  cut[0] = true;
  for (uint32_t r = 0; r < row_count(); ++r) {
    for (const ByteEdge& e : edges(r)) cut[e.low] = cut[e.high + 1u] = true;
  }
  std::array<uint32_t, 256> stretch_of;
  uint32_t stretches = 0;
  for (uint32_t b = 0; b < 256; ++b) {
    stretches += cut[b];
    stretch_of[b] = stretches - 1;
  }
  // Sums of well-mixed numbers: what is written is compared below.
  std::vector<uint64_t> hash(stretches);
  for (uint32_t r = 0; r < row_count(); ++r) {
    for (const ByteEdge& e : edges(r)) {
      const uint64_t mixed = hash_mix(r, e.target);
      for (uint32_t i = stretch_of[e.low]; i <= stretch_of[e.high]; ++i) hash[i] += mixed;
    }
  }
  std::vector<uint32_t> like(stretches);  // the first stretch that seems equal
  for (uint32_t i = 0; i < stretches; ++i) like[i] = static_cast<uint32_t>(std::ranges::find(hash, hash[i]) - hash.begin());
  if (write_table(out, stretch_of, like)) return;
  for (uint32_t i = 0; i < stretches; ++i) like[i] = i;
  write_table(out, stretch_of, like);
}

/// Writes classes and table, in which each stretch of bytes shares the column of the one that it is like. False where one of
/// them leads elsewhere.
bool Speller::write_table(TextDfa& out, std::span<const uint32_t> stretch_of, std::span<const uint32_t> like) const {
  const uint32_t stretches = static_cast<uint32_t>(like.size());
  std::vector<uint32_t> kept, class_of(stretches);
  for (uint32_t i = 0; i < stretches; ++i) {
    class_of[i] = like[i] == i ? static_cast<uint32_t>(kept.size()) : class_of[like[i]];
    if (like[i] == i) kept.push_back(i);
  }
  for (uint32_t b = 0; b < 256; ++b) out.byte_class[b] = static_cast<uint8_t>(class_of[stretch_of[b]]);
  out.columns = static_cast<uint32_t>(kept.size()) + 2;
  out.next.resize(size_t{row_count()} * out.columns);
  std::array<uint32_t, 256> targets;
  for (uint32_t r = 0; r < row_count(); ++r) {
    std::ranges::fill(targets, Dfa::kDead);
    for (const ByteEdge& e : edges(r)) {
      std::fill(targets.begin() + stretch_of[e.low], targets.begin() + stretch_of[e.high] + 1, local(e.target));
    }
    bool alike = true;
    for (uint32_t i = 0; i < stretches; ++i) alike &= targets[i] == targets[like[i]];
    if (!alike) return false;
    uint32_t* row = &out.next[size_t{r} * out.columns];
    for (uint32_t c = 0; c < kept.size(); ++c) row[c] = targets[kept[c]];
  }
  return true;
}

void Speller::finish(TextDfa& out) {
  const uint32_t rows = row_count();
  out.accepting.resize(rows);
  compress(out);
  const uint32_t text = out.columns - 2;
  auto shown = [this](uint32_t target) { return target == kSeveral ? Dfa::kMixed : local(target); };
  for (uint32_t r = 0; r < rows; ++r) {
    uint32_t target, beyond = Dfa::kDead;
    if (r < rows_) {
      target = shown(text_[r]);
      beyond = shown(beyond_[r]);
    } else {
      // Between characters: in an escape some plain characters may lead on; in the midst of UTF-8 none does.
      const bool leads_on = std::ranges::any_of(edges(r), [](const ByteEdge& e) {
        return e.low < 0x80 && (is_plain_json_character(e.low) || is_plain_json_character(e.high));
      });
      target = leads_on ? Dfa::kMixed : Dfa::kDead;
    }
    out.next[size_t{r} * out.columns + text] = target;
    out.next[size_t{r} * out.columns + text + 1] = beyond;
  }
  // Rows between characters were made after those that they lead to.
  out.costs.resize(rows, kSeveral);
  out.in_loop.resize(rows);
  for (uint32_t r = rows_; r < rows; ++r) {
    for (const ByteEdge& e : edges(r)) {
      const uint32_t to = local(e.target);
      const bool arrives = to >= rows;
      const TextDfa::Arrival arrival = arrives ? out.arrivals[to - rows] : TextDfa::Arrival{};
      out.costs[r] = std::min(out.costs[r], 1 + out.costs[arrives ? arrival.row : to]);
      out.in_loop[r] |= arrives ? !arrival.enters : out.in_loop[to];
    }
  }
}

}  // namespace surecall

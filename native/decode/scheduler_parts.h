#pragma once
// What the scheduler's two files share: a slot, and the batch that is being planned. Private to them.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "decode/scheduler.h"

namespace surecall {

struct Scheduler::Slot final : Rows {
  Slot(BatchModel& model, SequenceId sequence, size_t most_paths) : model(model), sequence(sequence), most_paths(most_paths) {}

  const float* row(size_t length) override {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& each) { return each.first == length; });
    if (found == rows.end()) throw Error("SURECALL_INTERNAL", "there are no logits for what was evaluated");
    return model.row(found->second);
  }
  const float* row_of_branch(size_t node) override {
    return branch_row ? model.row(*branch_row + node) : nullptr;
  }
  size_t most_branches() const override { return most_paths; }
  bool stopped() const { return job->stop != nullptr && job->stop->load(std::memory_order_relaxed); }

  BatchModel& model;
  const SequenceId sequence;
  const size_t most_paths;  // of trees
  std::optional<Job> job;
  std::optional<Decoder> decoder;
  uint64_t order = 0;           // by start
  uint64_t served = 0;          // the last step that it took part in, or could not have
  bool paused = false;          // has no cells until others have ended
  bool begun = false;           // it has looked for its prefix
  std::vector<TokenId> cells;   // what the model holds of this sequence
  std::vector<std::pair<size_t, size_t>> rows;  // length, index in the last batch
  std::optional<size_t> branch_row;             // index in the last batch of the first node of the tree
};

struct Scheduler::Plan {
  struct Part {
    Slot* slot;
    size_t begin, end;  // tokens of its demand
    size_t at;          // in the batch
    bool is_tree = false;
  };
  std::vector<BatchToken> batch;
  std::vector<Part> parts;
  size_t rows = 0;
  size_t most = 0;    // tokens
  size_t tokens = 0;  // without the padding behind them
};

}  // namespace surecall

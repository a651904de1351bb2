#pragma once
// Many answers at once (continuous batching). Each request has a slot: a decoder and a sequence of the model. A step
// gathers what the slots need - tokens of prompts, forced tokens, chosen ones, drafts - into one batch, evaluates it, and
// resumes those whose logits came; a slot that falls free is filled again before the next step.
//
// The order in a batch is fair: first the slots that the last one had no room for, then those that need little, which are those in the middle of an answer; then prompts,
// oldest first, in chunks. How many tokens a step has depends on what the backend does best (step_shape.h). A prompt that begins like an older one still being evaluated waits until that part is in the
// cache. When the cells run out, prefixes are forgotten, then the newest slots are paused: their cells are freed and
// evaluated again later. A request that fails fails alone.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "decode/batch_model.h"
#include "decode/decoder.h"
#include "decode/prefix_cache.h"
#include "decode/step_shape.h"
#include "support/error.h"

namespace surecall {

/// A request on its way. The scheduler keeps it until `done` was called, once.
struct Job {
  GenerateRequest request;
  std::vector<TokenId> prompt;              ///< not empty, all in the vocabulary
  const std::atomic<bool>* stop = nullptr;  ///< set from outside to end it: SURECALL_ABORTED
  /// Must not throw.
  std::function<void(std::variant<GenerateResult, Error>)> done;
  double queued_ms = 0;
};

/// Since the scheduler was made.
struct EngineStats {
  uint64_t answers = 0, failures = 0;
  uint64_t steps = 0;   ///< batches evaluated
  uint64_t tokens = 0;  ///< tokens evaluated
  uint64_t rows = 0;    ///< logits computed
  uint64_t cached_tokens = 0;  ///< prompt tokens that were found in the cache
  uint64_t paused = 0;         ///< times that a slot gave up its cells
  double evaluate_ms = 0;      ///< inside the model
  double busy_ms = 0;          ///< inside the model, and everything around it
};

class Scheduler {
 public:
  /// The model must outlive it. Uses the sequence ids below `slots` for answers and those from `first_prefix` on for
  /// paths of trees and for prefixes, of which about `kept_tokens` tokens stay in the cache.
  Scheduler(BatchModel& model, size_t slots, size_t first_prefix, size_t kept_tokens);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// True if another request can start now.
  bool has_room() const;
  /// Requests that have started and not ended.
  size_t active() const;
  /// Starts a request; it may end at once. Only if has_room().
  void start(Job job);
  /// One batch. False if there was nothing to do.
  bool step();
  /// Ends everything with this error.
  void fail_all(const Error& error);

  PrefixCache& prefixes() { return prefixes_; }
  const EngineStats& stats() const { return stats_; }
  /// True if every request in the batch being evaluated was told to stop. From any thread, during evaluate().
  bool batch_is_stopped() const;

 private:
  struct Slot;
  struct Plan;

  void begin(Slot& slot);
  void advance(Slot& slot);
  void end(Slot& slot, std::variant<GenerateResult, Error> outcome);
  void free_cells(Slot& slot);

  void fail_stopped();
  bool align(Slot& slot);
  bool waits(const Slot& slot) const;
  Plan plan();
  BatchModel::Status evaluate(Plan& plan);
  StepShape shape_of(const Plan& plan) const;
  void place(Plan& plan, Slot& slot, size_t most);
  void place_tree(Plan& plan, Slot& slot);
  void cut_branches();
  void commit(const Plan& plan);
  bool make_room(const Plan& plan);
  std::vector<Slot*> busy_slots() const;
  void count_time();

  BatchModel& model_;
  SequenceId first_branch_;  // ids of the paths of the tree in the batch
  PrefixCache prefixes_;
  Drafting drafting_;
  std::vector<std::unique_ptr<Slot>> slots_;
  uint64_t started_ = 0;
  size_t branches_ = 0;  // paths of the tree in the batch being planned or evaluated
  EngineStats stats_;
  std::chrono::steady_clock::time_point busy_since_;
  std::vector<const std::atomic<bool>*> in_batch_;
};

}  // namespace surecall

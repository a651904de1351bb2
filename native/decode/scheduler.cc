#include "decode/scheduler.h"

#include <algorithm>
#include <chrono>

#include "decode/scheduler_parts.h"

namespace surecall {
namespace {

/// Sequence ids for the paths of a tree, of which a batch has one at most. The others are for prefixes.
size_t ids_of_paths(const BatchModel::Limits& limits, size_t first) {
  return limits.shares ? std::min(limits.rows, (limits.sequences - first) / 4) : 0;
}

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

Scheduler::Scheduler(BatchModel& model, size_t slots, size_t first_prefix, size_t kept_tokens)
    : model_(model),
      first_branch_(static_cast<SequenceId>(first_prefix)),
      prefixes_(model, static_cast<SequenceId>(first_prefix + ids_of_paths(model.limits(), first_prefix)), kept_tokens) {
  for (size_t i = 0; i < slots; ++i) {
    slots_.push_back(std::make_unique<Slot>(model, static_cast<SequenceId>(i), ids_of_paths(model.limits(), first_prefix)));
  }
}

Scheduler::~Scheduler() = default;

bool Scheduler::has_room() const {
  const bool any_paused = std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) { return slot->paused; });
  return !any_paused && active() < slots_.size();
}

size_t Scheduler::active() const {
  return static_cast<size_t>(std::count_if(slots_.begin(), slots_.end(), [](const auto& slot) { return slot->job.has_value(); }));
}

std::vector<Scheduler::Slot*> Scheduler::busy_slots() const {
  std::vector<Slot*> busy;
  for (const auto& slot : slots_) {
    if (slot->job) busy.push_back(slot.get());
  }
  std::sort(busy.begin(), busy.end(), [](const Slot* a, const Slot* b) { return a->order < b->order; });
  return busy;
}

// --- the life of a request
// -------------------------------------------------------------------------------------------

void Scheduler::start(Job job) {
  const auto free = std::find_if(slots_.begin(), slots_.end(), [](const auto& slot) { return !slot->job; });
  Slot& slot = **free;
  slot.job.emplace(std::move(job));
  slot.order = ++started_;
  slot.served = stats_.steps;
  slot.begun = slot.paused = false;
  busy_since_ = Clock::now();
  begin(slot);
  count_time();
}

void Scheduler::begin(Slot& slot) {
  try {
    Job& job = *slot.job;
    Drafting* const drafting = model_.limits().rewinds ? &drafting_ : nullptr;
    slot.decoder.emplace(job.request, std::move(job.prompt), slot, job.stop, drafting);
  } catch (const Error& error) {
    return end(slot, error);
  } catch (const std::exception& error) {
    return end(slot, Error("SURECALL_NATIVE", error.what()));
  }
  advance(slot);
}

void Scheduler::advance(Slot& slot) {
  drafting_.active = active();
  try {
    if (slot.decoder->resume()) end(slot, slot.decoder->take_result());
  } catch (const Error& error) {
    end(slot, error);
  } catch (const std::exception& error) {
    end(slot, Error("SURECALL_NATIVE", error.what()));
  }
}

void Scheduler::end(Slot& slot, std::variant<GenerateResult, Error> outcome) {
  count_time();
  free_cells(slot);
  if (slot.decoder && active() > 1) prefixes_.forget_end(slot.decoder->prompt());
  slot.decoder.reset();
  const Job job = std::move(*slot.job);
  slot.job.reset();
  // Its cells are another's now: the oldest that was paused comes back.
  for (Slot* other : busy_slots()) {
    if (!other->paused) continue;
    other->paused = false;
    break;
  }
  if (auto* result = std::get_if<GenerateResult>(&outcome)) {
    ++stats_.answers;
    result->queued_ms = job.queued_ms;
    result->total_ms += job.queued_ms;
  } else {
    ++stats_.failures;
  }
  job.done(std::move(outcome));
}

void Scheduler::free_cells(Slot& slot) {
  if (!slot.cells.empty()) model_.cut(slot.sequence, 0);
  slot.cells.clear();
  slot.rows.clear();
}

void Scheduler::fail_stopped() {
  for (Slot* slot : busy_slots()) {
    if (slot->stopped()) end(*slot, Error("SURECALL_ABORTED", "the call was aborted"));
  }
}

void Scheduler::fail_all(const Error& error) {
  busy_since_ = Clock::now();
  for (Slot* slot : busy_slots()) end(*slot, error);
}

// --- one step
// --------------------------------------------------------------------------------------------------------

bool Scheduler::step() {
  busy_since_ = Clock::now();
  fail_stopped();
  for (;;) {
    Plan next = plan();
    if (next.batch.empty()) {
      // All that is left was paused, or waits for one that was.
      const std::vector<Slot*> busy = busy_slots();
      const auto paused = std::find_if(busy.begin(), busy.end(), [](const Slot* slot) { return slot->paused; });
      if (paused == busy.end()) return false;
      (*paused)->paused = false;
      continue;
    }
    in_batch_.clear();
    for (const Plan::Part& part : next.parts) in_batch_.push_back(part.slot->job->stop);
    const auto evaluating = Clock::now();
    BatchModel::Status status;
    try {
      status = evaluate(next);
    } catch (const Error& error) {
      cut_branches();
      for (const Plan::Part& part : next.parts) end(*part.slot, error);
      for (Slot* slot : busy_slots()) free_cells(*slot);
      prefixes_.clear();
      model_.clear();
      break;
    }
    cut_branches();
    const double took = milliseconds_since(evaluating);
    stats_.evaluate_ms += took;
    if (status == BatchModel::Status::full && make_room(next)) continue;
    if (status == BatchModel::Status::ok) {
      drafting_.cost.add(next.tokens, took);
      commit(next);
    }
    break;
  }
  count_time();
  return true;
}

void Scheduler::count_time() {
  const auto now = Clock::now();
  stats_.busy_ms += std::chrono::duration<double, std::milli>(now - busy_since_).count();
  busy_since_ = now;
}

void Scheduler::commit(const Plan& plan) {
  ++stats_.steps;
  stats_.tokens += plan.tokens;
  stats_.rows += plan.rows;
  for (const Plan::Part& part : plan.parts) {
    Slot& slot = *part.slot;
    const Demand demand = slot.decoder->demand();
    slot.served = stats_.steps;
    if (part.is_tree) continue;
    slot.cells.assign(demand.tokens.begin(), demand.tokens.begin() + static_cast<std::ptrdiff_t>(part.end));
    slot.rows.clear();
    if (!slot.decoder->in_prompt()) continue;
    const std::span<const TokenId> prompt = slot.decoder->prompt();
    prefixes_.keep(slot.sequence, prompt.first(std::min(prompt.size(), part.end)));
  }
  // Only now: who is resumed may end and free its slot, and rows are read until the next batch.
  for (const Plan::Part& part : plan.parts) {
    const Demand demand = part.slot->decoder->demand();
    if (part.end < demand.tokens.size()) continue;
    if (part.is_tree) {
      part.slot->branch_row = part.at;
    } else if (!demand.tree.empty()) {
      continue;  // what the tree grows on was evaluated again
    }
    for (const size_t length : demand.lengths) part.slot->rows.emplace_back(length, part.at + length - 1 - part.begin);
    advance(*part.slot);
  }
}

/// Frees cells for a batch that did not fit. False if it never will: then who needs them has failed.
bool Scheduler::make_room(const Plan& plan) {
  if (prefixes_.evict()) return true;
  const auto newest = std::max_element(plan.parts.begin(), plan.parts.end(),
                                       [](const Plan::Part& a, const Plan::Part& b) { return a.slot->order < b.slot->order; });
  // Others that are not in this batch may hold cells as well.
  Slot* victim = newest->slot;
  for (Slot* slot : busy_slots()) {
    if (slot->order > victim->order && !slot->cells.empty()) victim = slot;
  }
  const std::vector<Slot*> busy = busy_slots();
  if (victim == busy.front() && !victim->decoder->demand().tree.empty()) {
    advance(*victim);  // it can do without
    return true;
  }
  if (victim == busy.front()) {
    end(*victim, Error("SURECALL_CONTEXT_TOO_SMALL", "the KV cache has no room for the prompt and its answer"));
    return true;
  }
  free_cells(*victim);
  victim->paused = true;
  victim->begun = false;
  ++stats_.paused;
  return true;
}

bool Scheduler::batch_is_stopped() const {
  return !in_batch_.empty() &&
         std::all_of(in_batch_.begin(), in_batch_.end(), [](const auto* stop) { return stop != nullptr && stop->load(std::memory_order_relaxed); });
}

}  // namespace surecall

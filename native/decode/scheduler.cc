#include "decode/scheduler.h"

#include <algorithm>
#include <chrono>

namespace surecall {
namespace {

/// A shorter common beginning is not worth waiting for.
constexpr size_t kWorthWaiting = 16;
/// What needs more tokens than this is a prompt, and comes after what needs fewer.
constexpr size_t kFew = Demand::kMaxDraft;

/// Sequence ids for the paths of a tree, of which a batch has one at most. The others are for prefixes.
size_t ids_of_paths(const BatchModel::Limits& limits, size_t first) {
  return limits.shares ? std::min(limits.rows, (limits.sequences - first) / 4) : 0;
}

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

namespace {

/// The first token that must be evaluated in the batch that gives the rows. None, where the rows are those of a tree.
size_t first_row_of(const Demand& demand) { return demand.tree.empty() ? demand.lengths.front() - 1 : demand.tokens.size(); }

}  // namespace

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
};

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
    const Plan next = plan();
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
      status = model_.evaluate(next.batch);
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
      drafting_.cost.add(next.batch.size(), took);
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

/// Makes the cells a beginning of what is demanded. False if the slot cannot go on yet.
bool Scheduler::align(Slot& slot) {
  const Demand demand = slot.decoder->demand();
  const size_t first_row = first_row_of(demand);
  if (!slot.begun) {
    if (slot.job->request.prefix_cache) {
      if (waits(slot)) return false;
      const size_t known = prefixes_.take(slot.sequence, slot.decoder->prompt());
      slot.cells.assign(demand.tokens.begin(), demand.tokens.begin() + static_cast<std::ptrdiff_t>(known));
      const size_t cached = std::min(known, first_row);
      if (slot.decoder->in_prompt()) slot.decoder->note_cached(cached);
      stats_.cached_tokens += cached;
    }
    slot.begun = true;
  }
  const size_t valid = std::min(common_prefix(demand.tokens, slot.cells), first_row);
  if (valid < slot.cells.size()) {
    // Recurrent models keep one state and cannot go back: they start again.
    const bool cut = model_.cut(slot.sequence, valid);
    if (!cut) model_.cut(slot.sequence, 0);
    slot.cells.resize(cut ? valid : 0);
  }
  return true;
}

/// True while an older prompt is being evaluated whose beginning is this one's, too.
bool Scheduler::waits(const Slot& slot) const {
  if (!model_.limits().shares) return false;
  const std::span<const TokenId> prompt = slot.decoder->prompt();
  std::optional<size_t> known;
  for (const auto& other : slots_) {
    if (!other->job || other->order >= slot.order || !other->decoder || !other->decoder->in_prompt()) continue;
    const size_t common = common_prefix(prompt, other->decoder->prompt());
    if (common < kWorthWaiting) continue;
    if (!known) known = prefixes_.known(prompt);
    if (common >= *known + kWorthWaiting) return true;
  }
  return false;
}

Scheduler::Plan Scheduler::plan() {
  Plan next;
  std::vector<Slot*> prompts;
  std::vector<Slot*> ready;
  for (Slot* slot : busy_slots()) {
    if (slot->paused || !align(*slot)) continue;
    ready.push_back(slot);
  }
  // First, for a tree needs its rows in one batch, and one batch has one tree.
  const auto tree = std::find_if(ready.begin(), ready.end(), [](const Slot* slot) {
    const Demand demand = slot->decoder->demand();
    return !demand.tree.empty() && slot->cells.size() == demand.tokens.size();
  });
  if (tree != ready.end()) place_tree(next, **tree);
  for (Slot* slot : ready) {
    const Demand demand = slot->decoder->demand();
    if (slot->cells.size() == demand.tokens.size()) continue;  // a tree
    if (slot->decoder->demand().tokens.size() - slot->cells.size() > kFew) {
      prompts.push_back(slot);
    } else {
      place(next, *slot, kFew);
    }
  }
  for (Slot* slot : prompts) place(next, *slot, model_.limits().tokens);
  return next;
}

void Scheduler::place(Plan& plan, Slot& slot, size_t most) {
  const Demand demand = slot.decoder->demand();
  const size_t begin = slot.cells.size(), total = demand.tokens.size(), first_row = first_row_of(demand);
  size_t end = std::min({total, begin + most, begin + model_.limits().tokens - plan.batch.size()});
  // All rows of a demand come from one batch: the next one discards those of the one before.
  const bool rows_fit = plan.rows + demand.lengths.size() <= model_.limits().rows;
  if ((end < total || !rows_fit) && end > first_row) end = first_row;
  if (end <= begin) return;
  plan.parts.push_back({&slot, begin, end, plan.batch.size(), false});
  for (size_t i = begin; i < end; ++i) {
    plan.batch.push_back({demand.tokens[i], static_cast<uint32_t>(i), slot.sequence, 1, false});
  }
  if (end < total) return;
  for (const size_t length : demand.lengths) plan.batch[plan.parts.back().at + length - 1 - begin].row = true;
  plan.rows += demand.lengths.size();
}

/// The nodes of a tree, each in the sequences of the paths through it. All of them begin with the slot's own tokens.
void Scheduler::place_tree(Plan& plan, Slot& slot) {
  const Demand demand = slot.decoder->demand();
  const size_t begin = demand.tokens.size();
  plan.parts.push_back({&slot, begin, begin, plan.batch.size(), true});
  slot.branch_row.reset();
  for (const Branch& node : demand.tree) {
    const auto sequence = static_cast<SequenceId>(first_branch_ + static_cast<SequenceId>(node.first_path));
    plan.batch.push_back({node.token, static_cast<uint32_t>(begin + node.depth), sequence, node.paths, true});
    branches_ = std::max(branches_, size_t{node.first_path} + node.paths);
  }
  plan.rows += demand.tree.size();
  for (size_t path = 0; path < branches_; ++path) {
    model_.share(slot.sequence, static_cast<SequenceId>(first_branch_ + static_cast<SequenceId>(path)), 0, begin);
  }
}

/// The logits of a tree outlive its cells.
void Scheduler::cut_branches() {
  for (; branches_ > 0; --branches_) model_.cut(static_cast<SequenceId>(first_branch_ + static_cast<SequenceId>(branches_ - 1)), 0);
}

void Scheduler::commit(const Plan& plan) {
  ++stats_.steps;
  stats_.tokens += plan.batch.size();
  stats_.rows += plan.rows;
  for (const Plan::Part& part : plan.parts) {
    Slot& slot = *part.slot;
    const Demand demand = slot.decoder->demand();
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

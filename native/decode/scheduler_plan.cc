// What the scheduler evaluates next: from the demands of all slots to one batch.

#include <algorithm>

#include "decode/scheduler_parts.h"

namespace surecall {
namespace {

/// A shorter common beginning is not worth waiting for.
constexpr size_t kWorthWaiting = 16;
/// What needs more tokens than this is a prompt, and comes after what needs fewer.
constexpr size_t kFew = Demand::kMaxDraft;

/// The first token that must be evaluated in the batch that gives the rows. None, where the rows are those of a tree.
size_t first_row_of(const Demand& demand) { return demand.tree.empty() ? demand.lengths.front() - 1 : demand.tokens.size(); }

}  // namespace

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
    if (slot->paused || !align(*slot)) {
      slot->served = stats_.steps + 1;
      continue;
    }
    ready.push_back(slot);
  }
  // First, for a tree needs its rows in one batch, and one batch has one tree.
  const auto tree = std::find_if(ready.begin(), ready.end(), [](const Slot* slot) {
    const Demand demand = slot->decoder->demand();
    return !demand.tree.empty() && slot->cells.size() == demand.tokens.size();
  });
  if (tree != ready.end()) place_tree(next, **tree);
  std::vector<Slot*> waited, answers;
  size_t wanted = next.batch.size();
  for (Slot* slot : ready) {
    const size_t missing = slot->decoder->demand().tokens.size() - slot->cells.size();
    if (missing == 0) continue;  // a tree
    wanted += missing;
    (slot->served < stats_.steps ? waited : missing > kFew ? prompts : answers).push_back(slot);
  }
  const BatchModel::Limits& limits = model_.limits();
  next.most = std::max(next.batch.size(), step_size({limits.tokens, limits.tile}, wanted, ready.size()));
  for (Slot* slot : waited) place(next, *slot, kFew);
  for (Slot* slot : answers) place(next, *slot, kFew);
  for (Slot* slot : prompts) place(next, *slot, limits.tokens);
  next.tokens = next.batch.size();
  return next;
}

/// Pads the batch where that is cheaper: with tokens of a sequence of their own, which goes when it was evaluated. Not where one answer
/// is alone: it would take another route through ggml's attention than without fast-forward, and part from itself at ties.
BatchModel::Status Scheduler::evaluate(Plan& plan) {
  if (branches_ == 0 && plan.parts.size() > 1 && model_.limits().tile > 1) {
    const size_t padded = plan.tokens + padding(shape_of(plan), model_.limits().tile, model_.limits().token_cells);
    for (uint32_t i = 0; plan.batch.size() < padded; ++i) plan.batch.push_back({plan.batch.front().id, i, first_branch_, 1, false});
    if (padded > plan.tokens) branches_ = 1;
  }
  const BatchModel::Status status = model_.evaluate(plan.batch);
  if (status != BatchModel::Status::full || plan.batch.size() == plan.tokens) return status;
  cut_branches();
  plan.batch.resize(plan.tokens);
  return model_.evaluate(plan.batch);
}

StepShape Scheduler::shape_of(const Plan& plan) const {
  StepShape shape{plan.tokens};
  const Slot* last = nullptr;
  for (const Plan::Part& part : plan.parts) {
    shape.cells += part.end - (last == nullptr ? 0 : common_prefix(last->cells, part.slot->cells));
    last = part.slot;
  }
  for (const BatchToken& token : plan.batch) shape.attended += token.position + size_t{1};
  return shape;
}

void Scheduler::place(Plan& plan, Slot& slot, size_t most) {
  const Demand demand = slot.decoder->demand();
  const size_t begin = slot.cells.size(), total = demand.tokens.size(), first_row = first_row_of(demand);
  size_t end = std::min({total, begin + most, begin + plan.most - plan.batch.size()});
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

}  // namespace surecall

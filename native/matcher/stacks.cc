#include "matcher/stacks.h"

namespace surecall {

void Stacks::clear() {
  frames_.assign(1, {{kEmptyStack, 0, 0}, 0, kEmptyStack});
  sets_.clear();
  slots_.assign(256, 0);
}

size_t Stacks::slot_of(const Frame& frame) const {
  uint64_t hash = hash_mix(frame.parent, frame.link);
  hash = hash_mix(hash, uint64_t{frame.used} << 32 | frame.count);
  size_t i = hash & (slots_.size() - 1);
  while (slots_[i] != 0 && !(frames_[slots_[i]].frame == frame)) i = (i + 1) & (slots_.size() - 1);
  return i;
}

void Stacks::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (StackId id = 1; id < frames_.size(); ++id) slots_[slot_of(frames_[id].frame)] = id;
}

StackId Stacks::push(const Frame& frame) {
  size_t slot = slot_of(frame);
  if (slots_[slot] != 0) return slots_[slot];
  if (frames_.size() * 2 >= slots_.size()) {
    grow();
    slot = slot_of(frame);
  }
  const StackId id = static_cast<StackId>(frames_.size());
  frames_.push_back({frame, cost_above(frame), kUnknown});
  slots_[slot] = id;
  return id;
}

StackId Stacks::count_one(StackId stack, uint32_t loop) {
  const Frame frame = top(stack);
  if (frame.link != (Frame::kLoop | loop)) return push({count_one(frame.parent, loop), frame.link, frame.count});
  return push({frame.parent, frame.link, frame.count + 1});
}

uint32_t Stacks::tokens_left(StackId stack, uint32_t loop) const {
  while (top(stack).link != (Frame::kLoop | loop)) stack = top(stack).parent;
  return automaton_->loop(loop).max - top(stack).count;
}

Cost Stacks::cost_above(const Frame& frame) const {
  const Cost below = cost(frame.parent);
  if (frame.is_members()) {
    const Members& members = automaton_->members(frame.members());
    const MembersSoFar at = so_far(frame);
    const Cost exit = add_costs(automaton_->cost(members.exit()), below);
    return add_costs(frame.is_choosing() ? members.cost_of_choice(at, members.all(), 0) : members.cost_of_rest(at), exit);
  }
  if (!frame.is_loop()) return add_costs(automaton_->cost(frame.link), below);
  const Loop& loop = automaton_->loop(frame.loop());
  const uint64_t missing = loop.min > frame.count + 1 ? loop.min - frame.count - 1 : 0;
  const Cost exit = add_costs(automaton_->cost(loop.exit), below);
  return add_costs(missing * automaton_->iteration_cost(loop), exit);
}

Cost Stacks::cost_of_choice(const MemberChoice& choice, StackId stack) const {
  const Frame& frame = top(stack);
  const Members& members = automaton_->members(choice.members);
  const Cost exit = add_costs(automaton_->cost(members.exit()), cost(frame.parent));
  return add_costs(members.cost_of_choice(so_far(frame), choice.range, choice.consumed), exit);
}

Frame Stacks::with_member(const Frame& choosing, uint32_t number) {
  const Members& members = automaton_->members(choosing.members());
  return {choosing.parent, choosing.link & ~Frame::kChoosing, members.capped(choosing.count + 1),
          sets_.with(choosing.used, members.used_by(number))};
}

Position Stacks::outside(const Frame& frame) const {
  if (frame.is_members()) return automaton_->members(frame.members()).exit();
  return frame.is_loop() ? automaton_->loop(frame.loop()).exit : frame.link;
}

StackId Stacks::copy(const Stacks& other, StackId from) {
  std::vector<Frame> frames;
  for (StackId s = from; s != kEmptyStack; s = other.top(s).parent) frames.push_back(other.top(s));
  StackId stack = kEmptyStack;
  for (size_t i = frames.size(); i-- > 0;) {
    frames[i].parent = stack;
    frames[i].used = sets_.intern(other.sets_.bits(frames[i].used));
    stack = push(frames[i]);
  }
  return stack;
}

// Every iteration takes at least one byte (empty ones are dropped), so a token of n bytes completes at most n of them:
// a count that has reached the minimum and is further than that from the maximum may as well be the minimum itself.
StackId Stacks::canonical(StackId stack, uint32_t reach) {
  if (stack == kEmptyStack) return stack;
  // Innermost known ancestor first, without recursion: stacks can be deep.
  std::vector<StackId> path;
  StackId known = stack;
  for (; frames_[known].canonical == kUnknown; known = frames_[known].frame.parent) path.push_back(known);
  StackId result = frames_[known].canonical;
  for (size_t i = path.size(); i-- > 0;) {
    Frame frame = frames_[path[i]].frame;
    frame.parent = result;
    if (frame.is_loop()) {
      const Loop& loop = automaton_->loop(frame.loop());
      if (frame.count >= loop.min && loop.max - frame.count > reach) frame.count = loop.min;
    }
    if (frame.is_members()) frame.count = automaton_->members(frame.members()).canonical_count(so_far(frame), reach);
    result = push(frame);
    frames_[path[i]].canonical = result;
  }
  return result;
}

}  // namespace surecall

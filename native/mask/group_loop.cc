// Which characters a state takes over and over.

#include <array>

#include "mask/walker.h"

namespace surecall {
namespace {

constexpr StateId kUnknown = 0xffffffff;
/// Fewer tokens are walked sooner than a loop is looked for; also, an early sign that there is none.
constexpr uint32_t kFewTokens = 8;

/// Where each group leads, canonical; kMixedState if its characters disagree.
std::array<StateId, 64> targets_of_groups(StateTable& states, StateId from) {
  std::array<StateId, 64> out;
  out.fill(kUnknown);
  for (uint32_t c = 0; c < 0x80; ++c) {
    StateId& target = out[ascii_group(static_cast<uint8_t>(c))];
    const StateId next = states.canonical(states.step(from, c));
    target = target == kUnknown || target == next ? next : kMixedState;
  }
  out[kBeyondAscii] = states.canonical(states.step(from, Dfa::kBeyond));
  return out;
}

}  // namespace

GroupLoop Walker::find_loop(const GroupSlice& slice, StateId from) {
  const std::array<StateId, 64> targets = targets_of_groups(states_, from);
  auto is_state = [](StateId s) { return s != kUnknown && s > kFinishedState; };
  // The target of the most tokens.
  GroupLoop loop;
  uint32_t most = 0;
  for (CharGroup g = 0; g < 64; ++g) {
    if (!is_state(targets[g])) continue;
    uint32_t tokens = 0;
    for (CharGroup h = 0; h < 64; ++h) tokens += targets[h] == targets[g] ? slice.tokens_that_begin_with(h) : 0;
    if (tokens <= most) continue;
    most = tokens;
    loop.to = targets[g];
  }
  if (most < kFewTokens) return {};
  const std::array<StateId, 64> again = loop.to == from ? targets : targets_of_groups(states_, loop.to);
  for (CharGroup g = 0; g < 64; ++g) {
    if (targets[g] == loop.to) loop.first |= group_bit(g);
    if (again[g] == loop.to) loop.more |= group_bit(g);
  }
  return loop.more == 0 ? GroupLoop{} : loop;
}

}  // namespace surecall

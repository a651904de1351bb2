#include "mask/free_text.h"

#include <bit>

namespace surecall {
namespace {

int count(const ByteSet& bytes) {
  int all = 0;
  for (const uint64_t word : bytes) all += std::popcount(word);
  return all;
}

}  // namespace

std::optional<FreeReach> FreeText::reach(StateId state) {
  // A character that hardly any trigger begins with, and no JSON either, shows where the others might lead.
  const StateId target = step(state, '~');
  if (target <= kFinishedState || states_.end_token(target) == kDeadState) return std::nullopt;
  auto known = later_.find(target);
  if (known == later_.end()) known = later_.emplace(target, exceptions(target, target)).first;
  FreeReach reach{known->second, known->second};
  if (count(reach.later) > kMostExceptions) return std::nullopt;
  if (state != target) {
    const ByteSet now = exceptions(state, target);
    for (int i = 0; i < 4; ++i) reach.now[i] |= now[i];
    if (count(reach.now) > 2 * kMostExceptions) return std::nullopt;
  }
  return reach;
}

/// First bytes of the characters that do not lead from `state` to `target`.
ByteSet FreeText::exceptions(StateId state, StateId target) {
  ByteSet out{};
  const auto except = [&](uint32_t byte) { out[byte >> 6] |= uint64_t{1} << (byte & 63); };
  for (uint32_t byte = 0; byte < 0x80; ++byte) {
    if (step(state, byte) != target) except(byte);
  }
  for (uint32_t lead = 0xc2; lead <= 0xf4; ++lead) {
    // The first continuation byte is what keeps overlong forms, surrogates and too large numbers out.
    const uint32_t first = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const uint32_t last = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    const int more = lead < 0xe0 ? 0 : lead < 0xf0 ? 1 : 2;
    if (!leads_to(step(state, lead), first, last, more, target)) except(lead);
  }
  return out;
}

/// True if every byte first..last, and `more` continuation bytes after it, lead to `target`.
bool FreeText::leads_to(StateId state, uint32_t first, uint32_t last, int more, StateId target) {
  if (state == kDeadState) return false;
  StateId known = kDeadState;
  for (uint32_t byte = first; byte <= last; ++byte) {
    const StateId next = step(state, byte);
    if (more == 0 && next != target) return false;
    if (more == 0 || next == known) continue;
    if (!leads_to(next, 0x80, 0xbf, more - 1, target)) return false;
    known = next;
  }
  return true;
}

}  // namespace surecall

#include "decode/step_shape.h"

#include <algorithm>

namespace surecall {
namespace {

/// Fewer answers leave nothing for the next step to fill its tiles with.
constexpr size_t kMany = 4;
/// A tile of 64 tokens costs as much for each of its cells as so many tokens that go by themselves. (Measured: 9.6.)
constexpr size_t kTokensPerTile = 12;

}  // namespace

size_t step_size(const StepLimits& limits, size_t wanted, size_t answers) {
  const size_t tile = limits.tile, most = std::min(wanted, limits.tokens);
  if (tile <= 1 || most < tile) return most;
  // The end of a prompt alone: neither short nor padded.
  if (answers == 1 && wanted > most && wanted - most < tile && wanted > 2 * tile) return wanted - tile;
  const size_t rest = most % tile;
  const bool nearly_full = rest >= tile - tile / 4;
  return answers < kMany || nearly_full ? most : most - rest;
}

size_t padding(const StepShape& step, size_t tile, size_t token_cells) {
  if (step.tokens == 0 || step.tokens >= tile) return 0;
  const size_t missing = tile - step.tokens;
  return step.attended > kTokensPerTile * step.cells + missing * token_cells ? missing : 0;
}

}  // namespace surecall

#pragma once
// How many tokens a step should have.
//
// ggml's flash attention on the CPU multiplies the tokens of a batch with the cells in tiles of 64 by 64, but only where
// there are 64 tokens; with fewer it goes token by token and takes some seven times as long for each. The last tile costs as
// much as a full one, and a tile costs all cells of all its tokens' sequences. So tokens that would begin a tile without
// filling it wait for the next step, where there are others for that step to go on with; and a step of nearly a tile is padded
// to one.

#include <cstddef>

namespace surecall {

struct StepShape {
  size_t tokens = 0;
  size_t attended = 0;  ///< cells that each token attends to, summed
  size_t cells = 0;     ///< cells that any of them attends to
};

struct StepLimits {
  size_t tokens = 512;
  size_t tile = 1;
};

/// How many of the `wanted` tokens, of so many answers and prompts, are best evaluated in one step.
size_t step_size(const StepLimits& limits, size_t wanted, size_t answers);

/// How many tokens of no use make the step cheaper: 0, or what is missing to a tile. `token_cells` as in BatchModel::Limits.
size_t padding(const StepShape& step, size_t tile, size_t token_cells);

}  // namespace surecall

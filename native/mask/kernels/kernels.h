#pragma once
// The loops that read a whole row of logits. Each has one plain version and, where the processor has AVX2, a vector
// version with the same signature and the same result; `kernels()` picks once.

#include <cstdint>
#include <span>

namespace surecall {

struct Best {
  uint32_t id;
  float logit;
};

struct Kernels {
  const char* name;
  /// Largest logit among the tokens whose bit is set; the lowest id wins a tie. At least one bit must be set below
  /// `size`, and bits from `size` on must be clear. NaN counts as minus infinity.
  Best (*masked_argmax)(const float* logits, uint32_t size, const uint32_t* words);
  /// Sum of exp(logit - shift) over all tokens, and over those whose bit is set (relative error below 1e-5).
  void (*exp_sums)(const float* logits, uint32_t size, const uint32_t* words, float shift, double* all, double* allowed);
};

/// The fastest kernels that this processor runs.
const Kernels& kernels();
/// The portable ones, for comparison.
const Kernels& plain_kernels();

}  // namespace surecall

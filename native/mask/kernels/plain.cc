#include <cmath>
#include <limits>

#include "mask/kernels/kernels.h"

namespace surecall {
namespace {

Best masked_argmax(const float* logits, uint32_t size, const uint32_t* words) {
  Best best{0xffffffff, -std::numeric_limits<float>::infinity()};
  for (uint32_t w = 0; w * 32 < size; ++w) {
    for (uint32_t bits = words[w]; bits != 0; bits &= bits - 1) {
      const uint32_t id = w * 32 + static_cast<uint32_t>(__builtin_ctz(bits));
      // The first allowed token stands until a larger one comes, even if all are minus infinity or NaN.
      if (best.id == 0xffffffff) best.id = id;
      if (logits[id] > best.logit) best = {id, logits[id]};
    }
  }
  return best;
}

void exp_sums(const float* logits, uint32_t size, const uint32_t* words, float shift, double* all, double* allowed) {
  *all = *allowed = 0;
  for (uint32_t id = 0; id < size; ++id) {
    const double e = std::isnan(logits[id]) ? 0 : std::exp(static_cast<double>(logits[id]) - shift);
    *all += e;
    if (words[id >> 5] >> (id & 31) & 1) *allowed += e;
  }
}

}  // namespace

const Kernels& plain_kernels() {
  static constexpr Kernels table{"plain", masked_argmax, exp_sums};
  return table;
}

}  // namespace surecall

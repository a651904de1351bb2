// AVX2 versions of the kernels, compiled for that target whatever the build's baseline is, and chosen at run time.

#include "mask/kernels/kernels.h"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))

#include <immintrin.h>

#include <algorithm>
#include <limits>

#define SURECALL_AVX2 __attribute__((target("avx2,fma")))

namespace surecall {
namespace {

/// All-ones lanes where the bits of `byte` are set.
SURECALL_AVX2 inline __m256 lanes(uint32_t byte) {
  const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i all = _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(byte)), bit);
  return _mm256_castsi256_ps(_mm256_cmpeq_epi32(all, bit));
}

SURECALL_AVX2 inline float largest_lane(__m256 v) {
  const __m128 half = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 quarter = _mm_max_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_max_ss(quarter, _mm_shuffle_ps(quarter, quarter, 1)));
}

// One pass finds the largest value and which block holds it; the id is then looked up in that block alone.
SURECALL_AVX2 Best masked_argmax(const float* logits, uint32_t size, const uint32_t* words) {
  constexpr uint32_t kBlockWords = 32;  // 1,024 tokens
  const __m256 low = _mm256_set1_ps(-std::numeric_limits<float>::infinity());
  const uint32_t full = size / 32;
  float best = -std::numeric_limits<float>::infinity();
  uint32_t best_block = 0;
  for (uint32_t block = 0; block < full; block += kBlockWords) {
    __m256 max0 = low, max1 = low, max2 = low, max3 = low;
    const uint32_t end = std::min(full, block + kBlockWords);
    for (uint32_t w = block; w < end; ++w) {
      const uint32_t bits = words[w];
      if (bits == 0) continue;
      const float* at = logits + size_t{w} * 32;
      // max(x, m) returns m when x is NaN: NaN never wins.
      max0 = _mm256_max_ps(_mm256_blendv_ps(low, _mm256_loadu_ps(at), lanes(bits & 0xff)), max0);
      max1 = _mm256_max_ps(_mm256_blendv_ps(low, _mm256_loadu_ps(at + 8), lanes(bits >> 8 & 0xff)), max1);
      max2 = _mm256_max_ps(_mm256_blendv_ps(low, _mm256_loadu_ps(at + 16), lanes(bits >> 16 & 0xff)), max2);
      max3 = _mm256_max_ps(_mm256_blendv_ps(low, _mm256_loadu_ps(at + 24), lanes(bits >> 24)), max3);
    }
    const float max = largest_lane(_mm256_max_ps(_mm256_max_ps(max0, max1), _mm256_max_ps(max2, max3)));
    if (max > best) {
      best = max;
      best_block = block;
    }
  }
  Best tail{0xffffffff, -std::numeric_limits<float>::infinity()};
  if (size % 32 != 0 && words[full] != 0) {
    tail = plain_kernels().masked_argmax(logits + size_t{full} * 32, size % 32, words + full);
    tail.id += full * 32;
  }
  if (best == -std::numeric_limits<float>::infinity() || tail.logit > best) {
    if (tail.logit > best) return tail;
    return plain_kernels().masked_argmax(logits, size, words);
  }
  for (uint32_t id = best_block * 32;; ++id) {
    if (logits[id] == best && (words[id >> 5] >> (id & 31) & 1) != 0) return {id, best};
  }
}

/// exp(x) for x <= 0 by splitting off a power of two and a polynomial of degree 5 on the rest (Cephes' expf).
SURECALL_AVX2 inline __m256 exp8(__m256 x) {
  x = _mm256_max_ps(x, _mm256_set1_ps(-87.0f));
  const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504088896341f)),
                                   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
  __m256 p = _mm256_set1_ps(1.9875691500e-4f);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.3981999507e-3f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(8.3334519073e-3f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(4.1665795894e-2f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.6666665459e-1f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(5.0000001201e-1f));
  p = _mm256_fmadd_ps(_mm256_mul_ps(p, r), r, _mm256_add_ps(r, _mm256_set1_ps(1.0f)));
  const __m256i power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
  return _mm256_mul_ps(p, _mm256_castsi256_ps(power));
}

SURECALL_AVX2 inline double sum_lanes(__m256 v) {
  alignas(32) float lane[8];
  _mm256_store_ps(lane, v);
  double sum = 0;
  for (const float x : lane) sum += x;
  return sum;
}

SURECALL_AVX2 void exp_sums(const float* logits, uint32_t size, const uint32_t* words, float shift, double* all,
                            double* allowed) {
  *all = *allowed = 0;
  const __m256 by = _mm256_set1_ps(shift);
  const uint32_t full = size / 32;
  constexpr uint32_t kBlockWords = 32;  // floats are summed per block, blocks in double
  for (uint32_t block = 0; block < full; block += kBlockWords) {
    __m256 sum_all = _mm256_setzero_ps(), sum_allowed = _mm256_setzero_ps();
    const uint32_t end = std::min(full, block + kBlockWords);
    for (uint32_t w = block; w < end; ++w) {
      for (uint32_t part = 0; part < 4; ++part) {
        const __m256 x = _mm256_loadu_ps(logits + size_t{w} * 32 + part * 8);
        const __m256 number = _mm256_cmp_ps(x, x, _CMP_ORD_Q);
        const __m256 e = _mm256_and_ps(exp8(_mm256_sub_ps(x, by)), number);
        sum_all = _mm256_add_ps(sum_all, e);
        sum_allowed = _mm256_add_ps(sum_allowed, _mm256_and_ps(e, lanes(words[w] >> (part * 8) & 0xff)));
      }
    }
    *all += sum_lanes(sum_all);
    *allowed += sum_lanes(sum_allowed);
  }
  if (size % 32 != 0) {
    double tail_all, tail_allowed;
    plain_kernels().exp_sums(logits + size_t{full} * 32, size % 32, words + full, shift, &tail_all, &tail_allowed);
    *all += tail_all;
    *allowed += tail_allowed;
  }
}

}  // namespace

const Kernels& kernels() {
  static constexpr Kernels avx2{"avx2", masked_argmax, exp_sums};
  static const bool supported = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return supported ? avx2 : plain_kernels();
}

}  // namespace surecall

#else

namespace surecall {
const Kernels& kernels() { return plain_kernels(); }
}  // namespace surecall

#endif

// The vector kernels against the plain ones.

#include "mask/kernels/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "test/support/random.h"

namespace surecall::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Row {
  std::vector<float> logits;
  std::vector<uint32_t> words;
  uint32_t size() const { return static_cast<uint32_t>(logits.size()); }
};

Row random_row(Random& random, uint32_t size, uint32_t allowed_percent) {
  Row row{std::vector<float>(size), std::vector<uint32_t>((size + 31) / 32)};
  for (uint32_t id = 0; id < size; ++id) {
    row.logits[id] = static_cast<float>(random.below(4000)) / 100 - 20;
    if (random.percent(allowed_percent)) row.words[id >> 5] |= 1u << (id & 31);
  }
  const uint32_t one = random.below(size);
  row.words[one >> 5] |= 1u << (one & 31);
  return row;
}

bool allowed(const Row& row, uint32_t id) { return (row.words[id >> 5] >> (id & 31) & 1) != 0; }

Best slow_argmax(const Row& row) {
  Best best{0xffffffff, -kInfinity};
  for (uint32_t id = 0; id < row.size(); ++id) {
    if (!allowed(row, id)) continue;
    if (best.id == 0xffffffff) best.id = id;
    if (row.logits[id] > best.logit) best = {id, row.logits[id]};
  }
  return best;
}

void expect_argmax(const Row& row) {
  const Best expected = slow_argmax(row);
  for (const Kernels* kernels : {&plain_kernels(), &surecall::kernels()}) {
    SCOPED_TRACE(kernels->name);
    const Best best = kernels->masked_argmax(row.logits.data(), row.size(), row.words.data());
    ASSERT_EQ(best.id, expected.id);
    ASSERT_EQ(best.logit, expected.logit);
  }
}

void expect_exp_sums(const Row& row, float shift) {
  double all = 0, part = 0;
  for (uint32_t id = 0; id < row.size(); ++id) {
    if (std::isnan(row.logits[id])) continue;
    const double e = std::exp(static_cast<double>(row.logits[id]) - shift);
    all += e;
    if (allowed(row, id)) part += e;
  }
  for (const Kernels* kernels : {&plain_kernels(), &surecall::kernels()}) {
    SCOPED_TRACE(kernels->name);
    double got_all = -1, got_part = -1;
    kernels->exp_sums(row.logits.data(), row.size(), row.words.data(), shift, &got_all, &got_part);
    ASSERT_NEAR(got_all, all, 1e-5 * all + 1e-30);
    ASSERT_NEAR(got_part, part, 1e-5 * part + 1e-30);
  }
}

std::vector<uint32_t> sizes() {
  std::vector<uint32_t> out;
  for (uint32_t n = 1; n <= 100; ++n) out.push_back(n);
  for (const uint32_t middle : {128u, 256u, 1024u, 2048u, 3200u}) {
    for (uint32_t n = middle - 2; n <= middle + 2; ++n) out.push_back(n);
  }
  out.push_back(151'936);
  return out;
}

TEST(MaskedArgmax, AgreesForEverySize) {
  Random random(1);
  for (const uint32_t size : sizes()) {
    SCOPED_TRACE(size);
    for (const uint32_t chance : {0u, 3u, 50u, 100u}) expect_argmax(random_row(random, size, chance));
  }
}

TEST(MaskedArgmax, LowestIdWinsATie) {
  Random random(2);
  for (const uint32_t size : sizes()) {
    SCOPED_TRACE(size);
    Row row = random_row(random, size, 40);
    for (float& logit : row.logits) logit = static_cast<float>(random.below(3));
    expect_argmax(row);
    for (float& logit : row.logits) logit = 1;
    expect_argmax(row);
  }
}

TEST(MaskedArgmax, NaNNeverWinsAndMinusInfinityOnlyAlone) {
  Random random(3);
  for (const uint32_t size : sizes()) {
    SCOPED_TRACE(size);
    Row row = random_row(random, size, 60);
    for (float& logit : row.logits) {
      if (random.percent(30)) logit = random.percent(50) ? kNaN : -kInfinity;
    }
    expect_argmax(row);
    for (float& logit : row.logits) logit = random.percent(50) ? kNaN : -kInfinity;
    expect_argmax(row);
    row.logits[random.below(size)] = kInfinity;
    expect_argmax(row);
    for (float& logit : row.logits) logit = -kInfinity;
    expect_argmax(row);
    for (float& logit : row.logits) logit = kNaN;
    expect_argmax(row);
  }
}

TEST(MaskedArgmax, TheBestOutsideTheMaskDoesNotCount) {
  Random random(4);
  for (const uint32_t size : {33u, 1000u, 5000u}) {
    Row row = random_row(random, size, 20);
    for (uint32_t id = 0; id < size; ++id) {
      if (!allowed(row, id)) row.logits[id] = 1e30f;
    }
    expect_argmax(row);
  }
}

TEST(ExpSums, AgreeForEverySize) {
  Random random(5);
  for (const uint32_t size : sizes()) {
    SCOPED_TRACE(size);
    for (const uint32_t chance : {0u, 10u, 100u}) {
      const Row row = random_row(random, size, chance);
      expect_exp_sums(row, *std::ranges::max_element(row.logits));
    }
  }
}

TEST(ExpSums, LeaveOutNaNAndMinusInfinity) {
  Random random(6);
  for (const uint32_t size : sizes()) {
    SCOPED_TRACE(size);
    Row row = random_row(random, size, 50);
    for (float& logit : row.logits) {
      if (random.percent(20)) logit = random.percent(50) ? kNaN : -kInfinity;
    }
    expect_exp_sums(row, 20);
  }
}

TEST(ExpSums, AreExactAcrossTheWholeRange) {
  for (float x = 0; x > -86; x -= 0.37f) {
    Row row{std::vector<float>(32, x), {0xffffffff}};
    SCOPED_TRACE(x);
    expect_exp_sums(row, 0);
  }
}

}  // namespace
}  // namespace surecall::test

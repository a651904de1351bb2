// How large steps are: full tiles where there is enough to do, and nothing changed where tiles do not matter.

#include "decode/step_shape.h"

#include <gtest/gtest.h>

namespace surecall {
namespace {

TEST(StepShape, WithoutTilesAStepTakesAllThatIsWanted) {
  for (const size_t wanted : {1, 63, 64, 74, 511}) EXPECT_EQ(step_size({512, 1}, wanted, 16), wanted);
  EXPECT_EQ(step_size({512, 1}, 2000, 16), 512u);
  EXPECT_EQ(padding({60, 60 * 1200, 1500}, 1, 400), 0u);
}

TEST(StepShape, WhatWouldBeginATileWaits) {
  struct Case {
    size_t wanted, answers, size;
  };
  for (const Case& each : {Case{20, 16, 20}, {63, 16, 63}, {64, 16, 64}, {74, 16, 64}, {111, 16, 64}, {112, 16, 112}, {128, 16, 128}, {146, 16, 128},
                           {600, 16, 512}, {74, 3, 74}, {74, 1, 74}}) {
    EXPECT_EQ(step_size({512, 64}, each.wanted, each.answers), each.size) << each.wanted << " of " << each.answers;
  }
}

TEST(StepShape, TheEndOfALonePromptIsAFullTile) {
  EXPECT_EQ(step_size({512, 64}, 569, 1), 505u);
  EXPECT_EQ(step_size({512, 64}, 576, 1), 512u);
  EXPECT_EQ(step_size({512, 64}, 1081, 1), 512u);
  EXPECT_EQ(step_size({64, 64}, 100, 1), 64u);  // steps are no larger than a tile
}

TEST(StepShape, PaddingPaysWhereManyAttendToTheSameCells) {
  EXPECT_EQ(padding({40, 40 * 1200, 1500}, 64, 400), 24u);
  EXPECT_EQ(padding({16, 16 * 1200, 1500}, 64, 400), 0u);   // too few
  EXPECT_EQ(padding({40, 40 * 500, 8000}, 64, 400), 0u);    // nothing in common
  EXPECT_EQ(padding({40, 40 * 1200, 1500}, 64, 3000), 0u);  // a large model: tokens cost more than attention
  EXPECT_EQ(padding({64, 64 * 1200, 1500}, 64, 400), 0u);
  EXPECT_EQ(padding({0, 0, 0}, 64, 0), 0u);
}

}  // namespace
}  // namespace surecall

// Choosing among allowed tokens: greedy, sampled, and what is reported about it.

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "decode/choice.h"

namespace surecall {
namespace {

constexpr uint32_t kTokens = 1000;

class ChooserTest : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<Token> tokens(kTokens);
    for (uint32_t id = 0; id < kTokens; ++id) tokens[id].bytes = "t" + std::to_string(id);
    tokens[7].kind = TokenKind::control;
    tokens[7].ends_generation = true;
    vocabulary_ = std::make_unique<Vocabulary>(tokens, nullptr);
    for (uint32_t id = 0; id < kTokens; ++id) {
      logits_.push_back(static_cast<float>(std::sin(id * 12.9898) * 3));
    }
  }

  /// The same set as a list and as a bitmap.
  std::vector<Mask> masks(const std::vector<TokenId>& ids) {
    std::vector<uint32_t> words(vocabulary_->mask_words());
    for (const TokenId id : ids) words[id >> 5] |= 1u << (id & 31);
    return {Mask(ids), Mask(words, static_cast<uint32_t>(ids.size()))};
  }

  std::unique_ptr<Vocabulary> vocabulary_;
  std::vector<float> logits_;
};

TEST_F(ChooserTest, ReportsTheProbabilities) {
  const std::vector<TokenId> ids = {3, 10, 11, 500, 999};
  double allowed = 0, all = 0;
  for (const float logit : logits_) all += std::exp(static_cast<double>(logit));
  for (const TokenId id : ids) allowed += std::exp(static_cast<double>(logits_[id]));
  TokenId best = ids[0];
  for (const TokenId id : ids) best = logits_[id] > logits_[best] ? id : best;
  for (const Mask& mask : masks(ids)) {
    Chooser chooser(*vocabulary_, {});
    const Choice choice = chooser.choose(logits_.data(), mask, 0);
    EXPECT_EQ(choice.token, best);
    EXPECT_EQ(choice.allowed, 5u);
    EXPECT_NEAR(choice.logprob, logits_[best] - std::log(allowed), 1e-4);
    EXPECT_NEAR(choice.removed_mass, 1 - allowed / all, 1e-4);
    const auto alternatives = chooser.alternatives(logits_.data(), mask, 3);
    ASSERT_EQ(alternatives.size(), 3u);
    EXPECT_EQ(alternatives[0].token, best);
    EXPECT_GE(alternatives[0].logprob, alternatives[1].logprob);
    EXPECT_GE(alternatives[1].logprob, alternatives[2].logprob);
    EXPECT_NEAR(alternatives[0].logprob, choice.logprob, 1e-4);
  }
}

TEST_F(ChooserTest, SurvivesLogitsThatAreNotNumbers) {
  const std::vector<TokenId> ids = {3, 10, 11};
  for (const float broken : {NAN, -INFINITY}) {
    for (const float temperature : {0.0f, 1.0f}) {
      for (const Mask& mask : masks(ids)) {
        std::vector<float> logits(kTokens, broken);
        Chooser chooser(*vocabulary_, {temperature, 0, 1, 0});
        const Choice choice = chooser.choose(logits.data(), mask, 0);
        EXPECT_TRUE(mask.contains(choice.token));
        EXPECT_TRUE(std::isfinite(choice.logprob));
        logits[10] = 1;
        EXPECT_EQ(chooser.choose(logits.data(), mask, 0).token, 10u);
      }
    }
  }
}

TEST_F(ChooserTest, DrawsInProportion) {
  const std::vector<TokenId> ids = {3, 10, 11, 500};
  for (const TokenId id : ids) logits_[id] = 0;
  logits_[10] = std::log(2.0f);
  logits_[11] = std::log(5.0f);
  for (const Mask& mask : masks(ids)) {
    Chooser chooser(*vocabulary_, {1, 0, 1, 42});
    std::map<TokenId, int> drawn;
    for (size_t position = 0; position < 9000; ++position) {
      ++drawn[chooser.choose(logits_.data(), mask, position).token];
    }
    EXPECT_NEAR(drawn[3], 1000, 150);
    EXPECT_NEAR(drawn[10], 2000, 200);
    EXPECT_NEAR(drawn[11], 5000, 250);
    Chooser best_two(*vocabulary_, {1, 2, 1, 42}), nucleus(*vocabulary_, {1, 0, 0.5f, 42});
    for (size_t position = 0; position < 200; ++position) {
      const TokenId one = best_two.choose(logits_.data(), mask, position).token;
      EXPECT_TRUE(one == 10 || one == 11);
      EXPECT_EQ(nucleus.choose(logits_.data(), mask, position).token, 11u);
    }
  }
}

TEST_F(ChooserTest, KnowsWhatTheModelItselfWouldWrite) {
  logits_[7] = 100;
  logits_[8] = 50;
  const Chooser chooser(*vocabulary_, {});
  EXPECT_EQ(chooser.unmasked(logits_.data(), false), 8u);
  EXPECT_EQ(chooser.unmasked(logits_.data(), true), 7u);
}

}  // namespace
}  // namespace surecall

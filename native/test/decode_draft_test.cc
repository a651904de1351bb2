// What drafts are made of: the lookup in the prompt, and when a guess pays.

#include <gtest/gtest.h>

#include "decode/draft.h"
#include "decode/draft_policy.h"

namespace surecall {
namespace {

using Kind = GuessKind;

TEST(PromptLookup, GoesOnWhereTheAnswerStandsInThePrompt) {
  struct Case {
    const char *source, *answer, *text;
    Kind kind;
  };
  const Case cases[] = {
      // A number to its end, and no further.
      {"What is the sum of 265 and 345?", "\"a\": 2", "65", Kind::copy},
      {"What is the sum of 265 and 345?", "\"a\": 265", "", Kind::close},
      {"at 37.8651 N", "\"x\": 37", ".8651", Kind::copy},
      // Only where a word begins.
      {"sum of 1265", "\"a\": 2", "", Kind::none},
      // A run of capitalised words is one name, a quoted stretch one value.
      {"weather in New York today", "\"city\": \"New", " York", Kind::copy},
      {"weather in New York today", "\"city\": \"New York", "", Kind::close},
      {"change 'chicken dish' now", "\"food\": \"chick", "en dish", Kind::copy},
      {"write to jane.doe@example.com now", "\"to\": \"jane", ".doe@example.com", Kind::copy},
      // One plain word is a value; a phrase goes on word by word.
      {"replace the cat with a dog", "\"old\": \"ca", "t", Kind::copy},
      {"replace the cat with a dog", "\"old\": \"cat", "", Kind::close},
      {"the text does not define it", "\"s\": \"the text", " does", Kind::copy},
      {"the text ends", "\"s\": \"the text ends", "", Kind::close},
      // Nothing of the kind.
      {"hello", "\"s\": \"goodb", "", Kind::none},
      {"", "\"s\": \"x", "", Kind::none},
      {"hello", "", "", Kind::none},
  };
  for (const Case& each : cases) {
    const PromptLookup::Guess guess = PromptLookup(each.source).next(each.answer, 0);
    EXPECT_EQ(guess.text, each.text) << each.source << " | " << each.answer;
    EXPECT_EQ(guess.kind, each.kind) << each.source << " | " << each.answer;
  }
}

TEST(PromptLookup, WhatCameBeforeTheValueDoesNotCount) {
  const PromptLookup lookup("cat and dog");
  EXPECT_EQ(lookup.next("cat", 0).kind, Kind::close);
  EXPECT_EQ(lookup.next("cat", 3).kind, Kind::none);
}

TEST(PromptLookup, ValuesBeginWithWhatWasNotUsed) {
  const PromptLookup lookup("Add 40 to -2.5 for Mr Smith or 'some one' in Rome");
  using Texts = std::vector<std::string_view>;
  EXPECT_EQ(lookup.beginnings("", false), (Texts{"40", "-2.5"}));
  EXPECT_EQ(lookup.beginnings("{\"a\": 40, \"b\": ", false), (Texts{"-2.5"}));
  EXPECT_EQ(lookup.beginnings("", true), (Texts{"Mr Smith", "some one", "Rome", "40", "-2.5"}));
}

TEST(StepCost, FindsTheLineBehindTheSteps) {
  StepCost cost;
  EXPECT_GT(cost.fixed(), 1);  // something to begin with
  for (int i = 0; i < 50; ++i) {
    for (const size_t tokens : {1, 3, 40, 200}) cost.add(tokens, 42 + 10.0 * static_cast<double>(tokens));
  }
  EXPECT_NEAR(cost.fixed(), 4.2, 0.01);
  // A machine on which more tokens cost nothing.
  for (int i = 0; i < 500; ++i) {
    for (const size_t tokens : {1, 40}) cost.add(tokens, 5);
  }
  EXPECT_GT(cost.fixed(), 100);
}

TEST(Drafting, GuessesThatComeTrueAreMadeMore) {
  const auto length = [](const Drafting& drafting) {
    double before = 1;
    size_t n = 0;
    while (n < 50 && drafting.pays(Kind::copy, before)) ++n;
    return n;
  };
  Drafting good, bad;
  for (int i = 0; i < 100; ++i) {
    good.learn(Kind::copy, true);
    bad.learn(Kind::copy, false);
  }
  const Drafting fresh;
  EXPECT_GT(length(fresh), 0u);
  EXPECT_GT(length(good), length(fresh));
  EXPECT_EQ(length(bad), 0u);
  // What does not pay is tried again some time.
  for (int i = 0; i < 300; ++i) bad.pass(Kind::copy);
  EXPECT_GT(length(bad), 0u);
  // Where many share a step there is less to save.
  Drafting shared = good, busy = fresh;
  shared.active = busy.active = 64;
  EXPECT_LE(length(shared), length(good));
  EXPECT_LT(length(busy), length(fresh));
}

}  // namespace
}  // namespace surecall

// Comparing whole texts: what the trees hold, and that they give what every text by itself would.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "decode/llama_vocabulary.h"
#include "decode/scheduler.h"
#include "decode_fake_model.h"
#include "decode_support.h"

namespace surecall {
namespace {

TEST(Comparison, TreesHoldEveryCandidateOnce) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<Candidate> candidates;
    const size_t count = 1 + random() % 40;
    for (size_t i = 0; i < count; ++i) {
      Candidate one;
      for (size_t length = 1 + random() % 6; length > 0; --length) one.tokens.push_back(static_cast<TokenId>(random() % 3));
      one.tokens.push_back(static_cast<TokenId>(100 + i));  // none begins another
      candidates.push_back(std::move(one));
    }
    std::ranges::sort(candidates, {}, &Candidate::tokens);
    const size_t most = 4 + random() % 30;
    std::vector<size_t> others;
    std::vector<std::vector<TokenId>> read(count);
    for (const CandidateTree& tree : trees_of(candidates, most, others)) {
      ASSERT_LE(tree.nodes.size(), most);
      std::vector<std::vector<uint32_t>> on_path;  // nodes by path
      for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
        const Branch& node = tree.nodes[i];
        ASSERT_EQ(node.depth, node.parent == Branch::kRoot ? 0 : tree.nodes[node.parent].depth + 1);
        ASSERT_GE(node.paths, 1u);
        for (uint32_t path = node.first_path; path < node.first_path + node.paths; ++path) {
          if (on_path.size() <= path) on_path.resize(path + 1);
          // Each path is a chain: a node follows its parent.
          ASSERT_EQ(on_path[path].empty() ? Branch::kRoot : on_path[path].back(), node.parent);
          on_path[path].push_back(i);
        }
      }
      ASSERT_LE(on_path.size(), most);
      for (const auto& [candidate, node, token] : tree.terms) {
        std::vector<TokenId> before;
        for (uint32_t at = node; at != Branch::kRoot; at = tree.nodes[at].parent) before.insert(before.begin(), tree.nodes[at].token);
        ASSERT_EQ(before, read[candidate]);
        read[candidate].push_back(token);
      }
    }
    for (size_t i = 0; i < count; ++i) {
      const bool is_other = std::ranges::find(others, i) != others.end();
      ASSERT_EQ(is_other, candidates[i].tokens.size() - 1 > most);
      if (!is_other) ASSERT_EQ(read[i], candidates[i].tokens);
    }
  }
}

class CompareTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test::test_model().empty()) GTEST_SKIP() << "models/surecall-nano.gguf is not there and SURECALL_TEST_MODEL is not set";
    static const auto loaded = load_vocabulary(test::test_model());
    vocabulary_ = loaded;
  }

  /// `<NAME>` and a digit: the digit is captured under the name.
  std::shared_ptr<Template> names_template(const std::vector<std::string>& names) {
    test::ProgramWriter w;
    std::vector<test::ProgramWriter::Node> ways;
    for (const std::string& name : names) ways.push_back(w.sequence({w.bytes("<" + name + ">"), w.capture("of:" + name, w.regex("[0-9]"))}));
    return Template::compile(vocabulary_, w.finish(w.alternatives(ways)));
  }

  /// Log probability of a text after the prompt, straight from the model's own words.
  double logprob(std::vector<TokenId> tokens, std::span<const TokenId> text) {
    const test::HashLogits logits(*vocabulary_);
    std::vector<float> row;
    double sum = 0;
    for (const TokenId token : text) {
      logits.fill(tokens, row);
      double all = 0;
      for (const float logit : row) all += std::exp(static_cast<double>(logit));
      sum += row[token] - std::log(all);
      tokens.push_back(token);
    }
    return sum;
  }

  std::shared_ptr<const Vocabulary> vocabulary_;
};

std::vector<std::string> some_names(size_t count, std::mt19937& random) {
  std::vector<std::string> names;
  const std::vector<std::string> verbs = {"get", "get_all", "set", "fn_add", "remove"}, nouns = {"user", "users", "file", "weather", "x"};
  while (names.size() < count) {
    std::string name = verbs[random() % 5] + "_" + nouns[random() % 5] + (random() % 2 ? std::to_string(random() % 50) : "");
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

TEST_F(CompareTest, TheBestNameIsTheOneThatIsBestAlone) {
  std::mt19937 random(5);
  size_t differs = 0;
  for (const size_t count : {2, 5, 17, 60}) {
    for (const bool shares : {true, false}) {
      const std::vector<std::string> names = some_names(count, random);
      GenerateRequest request;
      request.answer = names_template(names);
      request.compare.until = {"of:"};
      request.trace = true;
      const std::vector<TokenId> prompt = vocabulary_->tokenize(test::call_prompt("names " + std::to_string(random() % 1000)), true);

      BatchModel::Limits limits;
      limits.sequences = shares ? 128 : 4;
      limits.rows = 40;
      limits.shares = limits.rewinds = shares;
      test::FakeBatchModel model(*vocabulary_, limits, 4000);
      Scheduler scheduler(model, 4, 4, 100);
      std::vector<std::variant<GenerateResult, Error>> outcomes;
      // Two at once, so that trees and other tokens share batches.
      for (int i = 0; i < 2; ++i) {
        std::vector<TokenId> its_own = prompt;
        its_own.insert(its_own.begin(), static_cast<size_t>(i), TokenId{40});
        scheduler.start({request, its_own, nullptr, [&](auto outcome) { outcomes.push_back(std::move(outcome)); }, 0});
      }
      while (scheduler.step()) {
      }
      ASSERT_EQ(outcomes.size(), 2u);
      for (auto& outcome : outcomes) {
        ASSERT_TRUE(std::holds_alternative<GenerateResult>(outcome)) << std::get<Error>(outcome).what();
        const GenerateResult& result = std::get<GenerateResult>(outcome);
        std::vector<TokenId> its_own = prompt;
        its_own.insert(its_own.begin(), result.prompt_tokens - prompt.size(), TokenId{40});
        const Choice& choice = result.choices.front();
        // Everything after `<`, which is forced, or is held back to be merged.
        const std::string before = result.text.substr(0, choice.begin);
        std::vector<TokenId> context = its_own;
        size_t bytes = 0;
        for (size_t i = 0; bytes < before.size(); ++i) {
          context.push_back(result.tokens[i]);
          bytes += vocabulary_->bytes(result.tokens[i]).size();
        }
        std::vector<std::pair<double, std::string>> sums;
        for (const std::string& name : names) {
          Matcher matcher(request.answer);
          if (!before.empty()) ASSERT_TRUE(matcher.accept_bytes(before));
          const std::string text = ("<" + name + ">").substr(before.size());
          const std::vector<TokenId> tokens = matcher.tokens_of(text);
          sums.emplace_back(logprob(context, std::span(tokens).first(matcher.settled_tokens(text, tokens))), name);
        }
        std::ranges::sort(sums, std::greater<>{});
        const std::string chosen = result.text.substr(1, result.text.find('>') - 1);
        EXPECT_EQ(chosen, sums.front().second);
        double all = 0;
        for (const auto& [sum, name] : sums) all += std::exp(sum);
        EXPECT_NEAR(choice.logprob, sums.front().first - std::log(all), 1e-3);
        EXPECT_NEAR(choice.removed_mass, 1 - all, 1e-6);
        EXPECT_EQ(choice.allowed, count);
        EXPECT_GT(result.compared_tokens, 0u);
        EXPECT_EQ(result.forwarded_tokens + result.sampled_tokens, result.tokens.size());
        EXPECT_EQ(vocabulary_->detokenize(result.tokens), result.text);

        GenerateRequest by_token = request;
        by_token.compare.until.clear();
        test::HashEvaluator evaluator(*vocabulary_);
        differs += Decoder(by_token, its_own, evaluator, nullptr).run(evaluator).text != result.text;
      }
      EXPECT_LE(model.used(), 220u) << "cells of branches were not freed";
    }
  }
  EXPECT_GT(differs, 0u) << "comparing whole names never made a difference";
}

std::vector<std::string> texts(const std::vector<Way>& ways) {
  std::vector<std::string> out;
  for (const Way& way : ways) out.push_back(way.text + (way.token == Way::kNoToken ? "" : "|" + std::to_string(way.token)));
  return out;
}

TEST_F(CompareTest, OnlyListsOfTextsAreCompared) {
  test::ProgramWriter w;
  const auto tail = [&](const char* name) { return w.capture(name, w.regex("[0-9]")); };
  const auto free_text = w.sequence({w.regex("[a-z]*"), w.bytes(":"), tail("x")});
  const auto listed = w.sequence({w.bytes("list "), w.alternatives({w.sequence({w.bytes("aa"), tail("a")}), w.sequence({w.bytes("ab"), tail("b")})})});
  const auto answer = Template::compile(vocabulary_, w.finish(w.alternatives({free_text, listed})));
  const WaysEnd end = {std::vector<bool>(3, true), std::vector<bool>(3, false)};
  Matcher open(answer);
  EXPECT_TRUE(open.ways_to(end).empty());
  ASSERT_TRUE(open.accept_bytes("list "));
  EXPECT_EQ(texts(open.ways_to(end)), (std::vector<std::string>{"aa", "ab"}));
  ASSERT_TRUE(open.accept_bytes("a"));
  EXPECT_EQ(texts(open.ways_to(end)), (std::vector<std::string>{"a", "b"}));
  ASSERT_TRUE(open.accept_bytes("a"));
  EXPECT_TRUE(open.ways_to(end).empty()) << "already inside";
}

TEST_F(CompareTest, AWayMayEndBeforeAToken) {
  TokenId control = 0;
  while (vocabulary_->kind(control) != TokenKind::control) ++control;
  test::ProgramWriter w;
  const auto call = [&](const char* name) { return w.sequence({w.bytes(name), w.token(control), w.capture("of", w.regex("[0-9]"))}); };
  const auto answer = Template::compile(vocabulary_, w.finish(w.capture("call", w.alternatives({call("get"), call("get_all"), call("set")}))));
  const std::vector<std::string>& names = answer->automaton().capture_names();
  WaysEnd end;
  for (const std::string& name : names) {
    end.into.push_back(name == "of");
    end.within.push_back(name == "call");
  }
  const std::string token = "|" + std::to_string(control);
  EXPECT_EQ(texts(Matcher(answer).ways_to(end)), (std::vector<std::string>{"get" + token, "get_all" + token, "set" + token}));

  GenerateRequest request;
  request.answer = answer;
  request.compare = {{"of"}, "call"};
  test::HashEvaluator evaluator(*vocabulary_);
  const GenerateResult result = Decoder(request, {1, 2, 3}, evaluator, nullptr).run(evaluator);
  EXPECT_EQ(result.choices.front().allowed, 3u);
  EXPECT_EQ(result.choices.size(), 2u);
}

TEST_F(CompareTest, WhatAllTextsEndWithIsNotEvaluated) {
  test::ProgramWriter w;
  std::vector<test::ProgramWriter::Node> ways;
  for (const std::string& name : {"get_it", "set_it", "remove_it"}) {
    ways.push_back(w.sequence({w.bytes("\"" + name + "\", \"and so it goes on and on and on, for all of them\": "), w.capture("of:" + name, w.regex("[0-9]"))}));
  }
  GenerateRequest request;
  request.answer = Template::compile(vocabulary_, w.finish(w.alternatives(ways)));
  request.compare.until = {"of:"};
  request.trace = true;
  test::HashEvaluator evaluator(*vocabulary_);
  const GenerateResult result = Decoder(request, {1, 2, 3}, evaluator, nullptr).run(evaluator);
  const std::string written = vocabulary_->detokenize(result.trace[result.trace.front().is_choice ? 0 : 1].tokens);
  EXPECT_NE(written.find("_it\""), std::string::npos) << written << " ends the word";
  EXPECT_EQ(written.find("goes"), std::string::npos) << written;
}

TEST_F(CompareTest, TheWayWithTheBiasIsTaken) {
  std::mt19937 random(8);
  for (const bool compares : {false, true}) {
    const std::vector<std::string> names = some_names(20, random);
    GenerateRequest request;
    request.answer = names_template(names);
    if (compares) request.compare.until = {"of:"};
    const auto written = [&] {
      test::HashEvaluator evaluator(*vocabulary_);
      return Decoder(request, {1, 2, 3}, evaluator, nullptr).run(evaluator).text;
    };
    const std::string plain = written();
    for (const std::string& name : names) {
      request.capture_bias = {{"of:" + name, 1000}, {"of:another", 2000}};
      for (const std::string& other : names) request.capture_bias.emplace_back("of:" + other, 1);
      EXPECT_TRUE(written().starts_with("<" + name + ">")) << name;
    }
    request.capture_bias.clear();
    for (const std::string& name : names) request.capture_bias.emplace_back("of:" + name, 3);
    EXPECT_EQ(written(), plain) << "all alike changes nothing";
  }
}

TEST_F(CompareTest, TheBudgetCounts) {
  GenerateRequest request;
  request.answer = names_template({"a", "something_very_long_that_takes_many_tokens_0123456789"});
  request.compare.until = {"of:"};
  request.max_tokens = 5;
  test::HashEvaluator evaluator(*vocabulary_);
  EXPECT_TRUE(Decoder(request, {1, 2, 3}, evaluator, nullptr).run(evaluator).text.starts_with("<a>"));
}

}  // namespace
}  // namespace surecall

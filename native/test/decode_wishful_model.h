#pragma once
// A model that knows what it wants to say, for tests of the decoding loop.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "decode/evaluator.h"
#include "vocab/vocabulary.h"

namespace surecall::test {

/// A model that writes `wish`, by the longest tokens there are. What it sees of escaped quotes are quotes.
class WishfulModel final : public Evaluator {
 public:
  WishfulModel(const Vocabulary& vocabulary, std::string wish)
      : vocabulary_(vocabulary), wish_(std::move(wish)), row_(vocabulary.size()) {}

  const float* row(size_t length) override {
    EXPECT_NE(std::find(known_.begin(), known_.end(), length), known_.end());
    const std::span<const TokenId> tokens = std::span(seen_).first(length);
    std::string text = vocabulary_.detokenize(tokens.subspan(1));
    for (size_t at = 0; (at = text.find("\\\"", at)) != std::string::npos;) text.erase(at, 1);
    const std::string rest = text.size() < wish_.size() ? wish_.substr(text.size()) : "";
    std::fill(row_.begin(), row_.end(), 0.0f);
    for (size_t size = 1; size <= rest.size(); ++size) {
      const auto token = ids().find(rest.substr(0, size));
      if (token != ids().end()) row_[token->second] = 10.0f + static_cast<float>(size);
    }
    for (const TokenId end : vocabulary_.end_tokens()) row_[end] = rest.empty() ? 20.0f : 0.0f;
    return row_.data();
  }
  size_t evaluate(const Demand& demand) override {
    const auto [tokens, lengths, tree] = demand;
    EXPECT_TRUE(tree.empty());
    EXPECT_EQ(lengths.back(), tokens.size());
    EXPECT_TRUE(std::is_sorted(lengths.begin(), lengths.end()));
    ++evaluations;
    const auto difference = std::mismatch(tokens.begin(), tokens.end(), seen_.begin(), seen_.end()).first;
    const size_t reused =
        std::min<size_t>(static_cast<size_t>(difference - tokens.begin()), lengths.front() - 1);
    evaluated += tokens.size() - reused;
    longest = std::max(longest, tokens.size());
    seen_.assign(tokens.begin(), tokens.end());
    known_.assign(lengths.begin(), lengths.end());
    EXPECT_LE(lengths.size(), Demand::kMaxRows);
    EXPECT_LT(tokens.size() - lengths.front(), Demand::kMaxDraft);
    return reused;
  }

  size_t evaluations = 0, evaluated = 0, longest = 0;

 private:
  /// Text tokens by their bytes. One vocabulary is enough for these tests.
  const std::unordered_map<std::string, TokenId>& ids() const {
    static const auto made = [&] {
      std::unordered_map<std::string, TokenId> all;
      for (TokenId id = 0; id < vocabulary_.size(); ++id) all.emplace(vocabulary_.bytes(id), id);
      return all;
    }();
    return made;
  }

  const Vocabulary& vocabulary_;
  std::string wish_;
  std::vector<float> row_;
  std::vector<TokenId> seen_;
  std::vector<size_t> known_;
};

}  // namespace surecall::test

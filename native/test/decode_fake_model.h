#pragma once
// A model without weights for the tests of the scheduler. Its logits are a hash of all tokens that the cells hold before a
// position, so whatever goes wrong in cells - a wrong prefix, a stale draft, a position twice - changes the answer.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "decode/batch_model.h"
#include "decode/evaluator.h"
#include "support/error.h"
#include "support/hash.h"

namespace surecall::test {

/// What the fake model says after some tokens: single bytes are likelier, as in random_evaluator.h.
class HashLogits {
 public:
  explicit HashLogits(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  void fill(std::span<const TokenId> tokens, std::vector<float>& row) const {
    uint64_t state = 17;
    for (const TokenId token : tokens) state = hash_mix(state, token);
    row.resize(vocabulary_.size());
    for (TokenId id = 0; id < vocabulary_.size(); ++id) {
      state = hash_mix(state, id);
      row[id] = static_cast<float>(state >> 40) * (4.0f / (1 << 24)) + (vocabulary_.bytes(id).size() == 1 ? 1.0f : 0.0f);
    }
  }

 private:
  const Vocabulary& vocabulary_;
};

/// The same model for one answer by itself, without any cache.
class HashEvaluator final : public Evaluator {
 public:
  explicit HashEvaluator(const Vocabulary& vocabulary) : logits_(vocabulary) {}
  const float* row(size_t length) override {
    logits_.fill(std::span(tokens_).first(length), row_);
    return row_.data();
  }
  size_t evaluate(const Demand& demand) override {
    tokens_.assign(demand.tokens.begin(), demand.tokens.end());
    return 0;
  }

 private:
  HashLogits logits_;
  std::vector<TokenId> tokens_;
  std::vector<float> row_;
};

class FakeBatchModel final : public BatchModel {
 public:
  FakeBatchModel(const Vocabulary& vocabulary, Limits limits, size_t cells) : limits_(limits), logits_(vocabulary), cells_(cells) {}

  const Limits& limits() const override { return limits_; }

  Status evaluate(std::span<const BatchToken> batch) override {
    EXPECT_FALSE(batch.empty());
    EXPECT_LE(batch.size(), limits_.tokens);
    if (before_evaluate) {
      const Status status = before_evaluate();
      if (status != Status::ok) return status;
    }
    if (used() + batch.size() > cells_.size()) return Status::full;
    rows_.assign(batch.size(), {});
    size_t wanted = 0, at = 0;
    for (size_t i = 0; i < batch.size(); ++i) {
      const BatchToken& token = batch[i];
      size_t& last = last_steps_[token.sequence];
      if (last != 0) longest_wait = std::max(longest_wait, steps + 1 - last);
      last = steps + 1;
      while (!cells_[at].owners.empty()) ++at;
      cells_[at] = {token.id, token.position, {}};
      for (SequenceId owner = token.sequence; owner < token.sequence + static_cast<SequenceId>(token.sequences); ++owner) {
        EXPECT_EQ(token.position, tokens_of(owner).size()) << "sequence " << owner;
        cells_[at].owners.insert(owner);
      }
      if (!token.row) continue;
      ++wanted;
      logits_.fill(tokens_of(token.sequence), rows_[i]);
    }
    EXPECT_LE(wanted, limits_.rows);
    ++steps;
    evaluated += batch.size();
    largest = std::max(largest, batch.size());
    return Status::ok;
  }
  const float* row(size_t index) override {
    EXPECT_FALSE(rows_.at(index).empty());
    return rows_.at(index).data();
  }
  void share(SequenceId from, SequenceId to, size_t begin, size_t end) override {
    EXPECT_TRUE(limits_.shares);
    EXPECT_LT(static_cast<size_t>(to), limits_.sequences);
    for (Cell& cell : cells_) {
      if (cell.owners.contains(from) && begin <= cell.position && cell.position < end) cell.owners.insert(to);
    }
  }
  bool cut(SequenceId sequence, size_t begin) override {
    if (begin > 0 && !limits_.rewinds) return false;
    for (Cell& cell : cells_) {
      if (cell.position >= begin) cell.owners.erase(sequence);
    }
    return true;
  }
  bool holds(SequenceId sequence, size_t length) override { return !forgets && tokens_of(sequence).size() == length; }
  std::vector<uint8_t> save(SequenceId sequence) override {
    const std::vector<TokenId> tokens = tokens_of(sequence);
    const auto* bytes = reinterpret_cast<const uint8_t*>(tokens.data());
    return {bytes, bytes + tokens.size() * sizeof(TokenId)};
  }
  bool restore(SequenceId sequence, std::span<const uint8_t> state) override {
    EXPECT_TRUE(tokens_of(sequence).empty());
    const size_t count = state.size() / sizeof(TokenId);
    if (used() + count > cells_.size()) return false;
    ++restored;
    size_t at = 0;
    for (uint32_t i = 0; i < count; ++i) {
      while (!cells_[at].owners.empty()) ++at;
      cells_[at] = {reinterpret_cast<const TokenId*>(state.data())[i], i, {sequence}};
    }
    return true;
  }
  void clear() override {
    for (Cell& cell : cells_) cell.owners.clear();
  }

  size_t used() const {
    return static_cast<size_t>(std::count_if(cells_.begin(), cells_.end(), [](const Cell& cell) { return !cell.owners.empty(); }));
  }

  std::function<Status()> before_evaluate;
  bool forgets = false;  ///< as a sliding window does
  size_t steps = 0, evaluated = 0, largest = 0, restored = 0;
  size_t longest_wait = 0;  ///< steps from one that evaluated some of a sequence to the next that did

 private:
  struct Cell {
    TokenId token = 0;
    uint32_t position = 0;
    std::set<SequenceId> owners;
  };
  std::vector<TokenId> tokens_of(SequenceId sequence) const {
    std::vector<TokenId> tokens;
    size_t count = 0;
    for (const Cell& cell : cells_) {
      if (!cell.owners.contains(sequence)) continue;
      if (tokens.size() <= cell.position) tokens.resize(cell.position + 1, 0xffffffff);
      EXPECT_EQ(tokens[cell.position], 0xffffffff) << "position " << cell.position << " twice";
      tokens[cell.position] = cell.token;
      ++count;
    }
    EXPECT_EQ(count, tokens.size()) << "a gap in sequence " << sequence;
    return tokens;
  }

  Limits limits_;
  HashLogits logits_;
  std::map<SequenceId, size_t> last_steps_;
  std::vector<Cell> cells_;
  std::vector<std::vector<float>> rows_;
};

}  // namespace surecall::test

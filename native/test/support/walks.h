#pragma once
// A matcher and the reference matcher, side by side.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "mask/template.h"
#include "matcher/matcher.h"
#include "test/support/json_programs.h"
#include "test/support/reference_matcher.h"
#include "test/support/vocabularies.h"

namespace surecall::test {

inline std::shared_ptr<Template> compiled(const NamedProgram& program, std::shared_ptr<const Vocabulary> vocabulary,
                                          const TemplateOptions& options = {}) {
  return Template::compile(std::move(vocabulary), program.writer.finish(program.root), options);
}

inline std::vector<TokenId> ids_of(const Mask& mask) {
  std::vector<TokenId> ids;
  mask.for_each([&](TokenId id) { ids.push_back(id); });
  return ids;
}

/// Words as JavaScript sees them.
inline std::vector<uint32_t> words_of(const Mask& mask, const Vocabulary& vocabulary) {
  std::vector<uint32_t> words(vocabulary.mask_words(), 0xdeadbeef);
  mask.write(words);
  return words;
}

/// Both matchers at the same place of the same text.
class Walk {
 public:
  Walk(const NamedProgram& program, std::shared_ptr<Template> shared)
      : reference_(program.writer, program.root), vocabulary_(shared->shared_vocabulary()), matcher_(std::move(shared)) {
    path_.push_back(reference_.start());
  }
  Matcher& matcher() { return matcher_; }
  Reference& reference() { return reference_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }
  Expr at() const { return path_.back(); }

  /// The tokens that the reference allows.
  std::vector<TokenId> expected() {
    std::vector<TokenId> ids;
    for (TokenId id = 0; id < vocabulary_->size() && !matcher_.finished(); ++id) {
      if (reference_.allows(at(), *vocabulary_, id)) ids.push_back(id);
    }
    return ids;
  }
  /// The mask, allows() and the reference agree about every token. Returns what is allowed.
  std::vector<TokenId> check() {
    const std::vector<TokenId> want = expected();
    const Mask& mask = matcher_.mask();
    EXPECT_EQ(ids_of(mask), want) << where();
    EXPECT_EQ(mask.count(), want.size());
    const auto words = words_of(mask, *vocabulary_);
    size_t next = 0;
    for (TokenId id = 0; id < vocabulary_->size(); ++id) {
      const bool in = next < want.size() && want[next] == id;
      next += in;
      const bool set = (words[id >> 5] >> (id & 31) & 1) != 0;
      if (set != in || mask.contains(id) != in || matcher_.allows(id) != in) ADD_FAILURE() << "token " << id << where();
    }
    EXPECT_EQ(matcher_.accepting(), matcher_.finished() || reference_.accepting(at())) << where();
    return want;
  }
  void accept(TokenId id) {
    const bool ends = vocabulary_->ends_generation(id) && reference_.dead(reference_.after_token(at(), *vocabulary_, id));
    ASSERT_TRUE(matcher_.accept_token(id)) << "token " << id << where();
    path_.push_back(ends ? at() : reference_.after_token(at(), *vocabulary_, id));
  }
  void rollback(size_t steps) {
    matcher_.rollback(steps);
    path_.resize(path_.size() - steps);
  }
  std::string where() { return " after " + testing::PrintToString(matcher_.text()); }

 private:
  Reference reference_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  Matcher matcher_;
  std::vector<Expr> path_;
};

/// A token to go on with. Ends are rare, so that walks get somewhere.
inline TokenId pick_token(Random& random, const std::vector<TokenId>& allowed, const Vocabulary& vocabulary) {
  TokenId id = random.pick(allowed);
  for (int i = 0; i < 4 && vocabulary.ends_generation(id); ++i) id = random.pick(allowed);
  return id;
}

}  // namespace surecall::test
